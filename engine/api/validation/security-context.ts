/** Users, groups and privileges of Pods and containers. Upstream: ValidateSecurityContext and its like in pkg/apis/core/validation. */
import { forbiddenValue, invalidValue, notSupported, type Path, required } from '../field-error.ts';
import type { AppArmorProfile, PodSecurityContext, PodSpec, SeccompProfile, SecurityContext, Sysctl } from '../types.gen.ts';
import { type Errors, invalidEach, none, sorted, supportedIfSet } from './fields.ts';
import { idProblems } from './names.ts';
import { descendingPath } from './paths.ts';

const profileTypes = ['Localhost', 'RuntimeDefault', 'Unconfined'];

function idErrors(path: Path, id: number | undefined): Errors {
  return id === undefined ? none : invalidEach(path, id, idProblems(id));
}

function seccompErrors(path: Path, profile: SeccompProfile | undefined): Errors {
  if (profile === undefined) return none;
  const { type, localhostProfile } = profile;
  const at = path.at('localhostProfile');
  const typeErrors = type
    ? supportedIfSet(path.at('type'), type, profileTypes)
    : [required(path.at('type'), 'type is required when seccompProfile is set')];
  if (type !== 'Localhost')
    return localhostProfile === undefined
      ? typeErrors
      : [...typeErrors, invalidValue(at, profile, 'can only be set when seccomp type is Localhost')];
  if (localhostProfile === undefined) return [required(at, 'must be set when seccomp type is Localhost')];
  return descendingPath(at, localhostProfile);
}

const maxProfileLength = 4095;

function appArmorErrors(path: Path, profile: AppArmorProfile | undefined): Errors {
  if (profile === undefined) return none;
  const { type, localhostProfile } = profile;
  const at = path.at('localhostProfile');
  if (!type) return [required(path.at('type'), 'type is required when appArmorProfile is set')];
  if (!profileTypes.includes(type)) return [notSupported(path.at('type'), type, profileTypes)];
  if (type !== 'Localhost')
    return localhostProfile === undefined ? none : [invalidValue(at, localhostProfile, 'can only be set when AppArmor type is Localhost')];
  const trimmed = localhostProfile?.trim() ?? '';
  if (trimmed !== (localhostProfile ?? '')) return [invalidValue(at, localhostProfile, 'must not be padded with whitespace')];
  if (trimmed === '') return [required(at, 'must be set when AppArmor type is Localhost')];
  return trimmed.length > maxProfileLength
    ? [{ type: 'FieldValueTooLong', field: String(at), message: `Too long: may not be more than ${maxProfileLength} bytes` }]
    : none;
}

export function containerSecurityErrors(path: Path, context: SecurityContext | undefined, hostUsers: boolean): Errors {
  if (context === undefined) return none;
  const { privileged, allowPrivilegeEscalation, capabilities, procMount } = context;
  const isHeld = allowPrivilegeEscalation === false;
  const isAdmin = capabilities?.add?.includes('CAP_SYS_ADMIN') ?? false;
  const unmasked = '`hostUsers` must be false to use `Unmasked`';
  return [
    ...idErrors(path.at('runAsUser'), context.runAsUser),
    ...idErrors(path.at('runAsGroup'), context.runAsGroup),
    ...supportedIfSet(path.at('procMount'), procMount, ['Default', 'Unmasked']),
    ...(hostUsers && procMount === 'Unmasked' ? [invalidValue(path.at('procMount'), procMount, unmasked)] : none),
    ...seccompErrors(path.at('seccompProfile'), context.seccompProfile),
    ...(isHeld && privileged
      ? [invalidValue(path, sorted(context), 'cannot set `allowPrivilegeEscalation` to false and `privileged` to true')]
      : none),
    ...(isHeld && isAdmin
      ? [invalidValue(path, sorted(context), 'cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN')]
      : none),
    ...appArmorErrors(path.at('appArmorProfile'), context.appArmorProfile),
  ];
}

const sysctlPattern = '([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const sysctlRegExp = new RegExp(`^${sysctlPattern}$`);
const maxSysctlLength = 253;

function sysctlErrors(path: Path, sysctls: readonly Sysctl[], spec: PodSpec): Errors {
  const seen = new Set<string>();
  return sysctls.flatMap(({ name }, index) => {
    const at = path.at(index, 'name');
    if (!name) return [required(at)];
    const isBad = name.length > maxSysctlLength || !sysctlRegExp.test(name);
    const isTaken = seen.has(name);
    seen.add(name);
    const plain = name.replaceAll('/', '.');
    const host =
      plain.startsWith('net.') && spec.hostNetwork
        ? 'hostNet'
        : /^(kernel\.(shm|msg|sem)|fs\.mqueue\.)/.test(plain) && spec.hostIPC
          ? 'hostIPC'
          : '';
    const shown = `must have at most ${maxSysctlLength} characters and match regex ^${sysctlPattern}$`;
    return [
      ...(isBad ? [invalidValue(at, name, shown)] : none),
      ...(isTaken
        ? [{ type: 'FieldValueDuplicate' as const, field: String(at), message: `Duplicate value: ${JSON.stringify(name)}` }]
        : none),
      ...(host ? [invalidValue(at, name, `may not be specified when '${host}' is true`)] : none),
    ];
  });
}

export function podSecurityErrors(path: Path, spec: PodSpec): Errors {
  const context: PodSecurityContext = spec.securityContext ?? {};
  const isShared = spec.shareProcessNamespace && spec.hostPID;
  return [
    ...idErrors(path.at('fsGroup'), context.fsGroup),
    ...idErrors(path.at('runAsUser'), context.runAsUser),
    ...idErrors(path.at('runAsGroup'), context.runAsGroup),
    ...(context.supplementalGroups ?? []).flatMap((id, index) => idErrors(path.at('supplementalGroups', index), id)),
    ...(isShared
      ? [invalidValue(path.at('shareProcessNamespace'), true, 'ShareProcessNamespace and HostPID cannot both be enabled')]
      : none),
    ...sysctlErrors(path.at('sysctls'), context.sysctls ?? [], spec),
    ...supportedIfSet(path.at('fsGroupChangePolicy'), context.fsGroupChangePolicy, ['Always', 'OnRootMismatch']),
    ...seccompErrors(path.at('seccompProfile'), context.seccompProfile),
    ...appArmorErrors(path.at('appArmorProfile'), context.appArmorProfile),
    ...supportedIfSet(path.at('supplementalGroupsPolicy'), context.supplementalGroupsPolicy, ['Merge', 'Strict']),
    ...supportedIfSet(path.at('seLinuxChangePolicy'), context.seLinuxChangePolicy, ['MountOption', 'Recursive']),
  ];
}

/** A user namespace of its own excludes the host's other namespaces. */
export function hostUsersErrors(path: Path, { hostUsers, hostNetwork, hostPID, hostIPC }: PodSpec): Errors {
  if (hostUsers !== false) return none;
  const refused = { hostNetwork, HostPID: hostPID, HostIPC: hostIPC };
  return Object.entries(refused).flatMap(([name, isOn]) =>
    isOn ? [forbiddenValue(path.at(name), 'when `pod.Spec.HostUsers` is false')] : none,
  );
}
