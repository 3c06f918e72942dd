/** What the level `baseline` forbids. Pure. Upstream: k8s.io/pod-security-admission/policy/check_*.go, as of v1.33. */
import type { SELinuxOptions } from '../types.gen.ts';
import {
  type Check,
  type Checked,
  type CheckPod,
  containersOf,
  named,
  namesOf,
  plural,
  quote,
  setters,
  sorted,
  type Violation,
} from './check.ts';

const appArmorPrefix = 'container.apparmor.security.beta.kubernetes.io/';
const isAppArmorAllowed = (type: string | undefined): boolean => type === undefined || type === 'RuntimeDefault' || type === 'Localhost';

function appArmor({ metadata, spec }: Checked): Violation | undefined {
  const ofPod = spec.securityContext?.appArmorProfile?.type;
  const containers = containersOf(spec).filter(({ securityContext }) => !isAppArmorAllowed(securityContext?.appArmorProfile?.type));
  const values = sorted([
    ...(isAppArmorAllowed(ofPod) ? [] : [ofPod ?? '']),
    ...containers.map(({ securityContext }) => securityContext?.appArmorProfile?.type ?? ''),
  ]);
  const annotations = Object.entries(metadata.annotations ?? {})
    .filter(
      ([key, value]) => key.startsWith(appArmorPrefix) && value !== '' && value !== 'runtime/default' && !value.startsWith('localhost/'),
    )
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .toSorted();
  const who = [
    setters(
      !isAppArmorAllowed(ofPod),
      containers.map(({ name }) => name),
    ),
    ...(annotations.length > 0 ? [plural('annotation', annotations)] : []),
  ].filter((one) => one !== '');
  if (who.length === 0) return undefined;
  const bad = [...values, ...annotations];
  return {
    reason: plural('forbidden AppArmor profile', bad),
    detail: `${who.join(' and ')} must not set AppArmor profile type to ${quote(bad)}`,
  };
}

const defaultCapabilities = new Set(
  'AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID SYS_CHROOT'.split(' '),
);
function capabilities({ spec }: Checked): Violation | undefined {
  const added = containersOf(spec).map(({ name, securityContext }) => ({
    name,
    bad: (securityContext?.capabilities?.add ?? []).filter((one) => !defaultCapabilities.has(one)),
  }));
  const names = added.filter(({ bad }) => bad.length > 0).map(({ name }) => name);
  if (names.length === 0) return undefined;
  const values = sorted(added.flatMap(({ bad }) => bad));
  return {
    reason: 'non-default capabilities',
    detail: `${named('container', names)} must not include ${quote(values)} in securityContext.capabilities.add`,
  };
}

function hostNamespaces({ spec }: Checked): Violation | undefined {
  const set = (['hostNetwork', 'hostPID', 'hostIPC'] as const).filter((field) => spec[field]).map((field) => `${field}=true`);
  return set.length === 0 ? undefined : { reason: 'host namespaces', detail: set.join(', ') };
}

function hostPaths({ spec }: Checked): Violation | undefined {
  const names = (spec.volumes ?? []).filter(({ hostPath }) => hostPath).map(({ name }) => name);
  return names.length === 0 ? undefined : { reason: 'hostPath volumes', detail: named('volume', names) };
}

function hostPorts({ spec }: Checked): Violation | undefined {
  const ports = containersOf(spec).map(({ name, ports: all = [] }) => ({
    name,
    bad: all.flatMap(({ hostPort }) => (hostPort ? [String(hostPort)] : [])),
  }));
  const names = ports.filter(({ bad }) => bad.length > 0).map(({ name }) => name);
  if (names.length === 0) return undefined;
  const values = sorted(ports.flatMap(({ bad }) => bad));
  const verb = names.length === 1 ? 'uses' : 'use';
  return { reason: 'hostPort', detail: `${named('container', names)} ${verb} ${plural('hostPort', values)} ${values.join(', ')}` };
}

function privileged({ spec }: Checked): Violation | undefined {
  const names = namesOf(spec, ({ securityContext }) => securityContext?.privileged === true);
  if (names.length === 0) return undefined;
  return { reason: 'privileged', detail: `${named('container', names)} must not set securityContext.privileged=true` };
}

function procMount({ spec }: Checked): Violation | undefined {
  const bad = containersOf(spec).filter(({ securityContext }) => (securityContext?.procMount ?? 'Default') !== 'Default');
  if (bad.length === 0) return undefined;
  const values = sorted(bad.map(({ securityContext }) => securityContext?.procMount ?? ''));
  const names = bad.map(({ name }) => name);
  return { reason: 'procMount', detail: `${named('container', names)} must not set securityContext.procMount to ${quote(values)}` };
}

export const isSeccompAllowed = (type: string): boolean => type === 'Localhost' || type === 'RuntimeDefault';

/** What the fields set that may not be set; what is not set is the baseline's business no more. */
export function badSeccomp({ spec }: Checked): Violation | undefined {
  const ofPod = spec.securityContext?.seccompProfile?.type;
  const isPod = ofPod !== undefined && !isSeccompAllowed(ofPod);
  const bad = containersOf(spec).filter(
    ({ securityContext }) => securityContext?.seccompProfile && !isSeccompAllowed(securityContext.seccompProfile.type),
  );
  const who = setters(
    isPod,
    bad.map(({ name }) => name),
  );
  if (who === '') return undefined;
  const values = sorted([...(isPod ? [ofPod] : []), ...bad.map(({ securityContext }) => securityContext?.seccompProfile?.type ?? '')]);
  return { reason: 'seccompProfile', detail: `${who} must not set securityContext.seccompProfile.type to ${quote(values)}` };
}

const seccompKey = 'seccomp.security.alpha.kubernetes.io/pod';
const seccompPrefix = 'container.seccomp.security.alpha.kubernetes.io/';
function seccompAnnotations({ metadata, spec }: Checked): Violation | undefined {
  const keys = [seccompKey, ...containersOf(spec).map(({ name }) => seccompPrefix + name)];
  const bad = sorted(
    keys.flatMap((key) => {
      const value = metadata.annotations?.[key];
      if (value === undefined || value === 'runtime/default' || value === 'docker/default' || value.startsWith('localhost/')) return [];
      return [`${key}=${JSON.stringify(value)}`];
    }),
  );
  return bad.length === 0 ? undefined : { reason: 'seccompProfile', detail: `forbidden ${plural('annotation', bad)} ${bad.join(', ')}` };
}

const seLinuxTypes = ['', 'container_t', 'container_init_t', 'container_kvm_t'];
function seLinux(types: readonly string[]): CheckPod {
  const isBad = (options: SELinuxOptions | undefined): boolean =>
    options !== undefined && (!types.includes(options.type ?? '') || Boolean(options.user) || Boolean(options.role));
  return ({ spec }) => {
    const ofPod = spec.securityContext?.seLinuxOptions;
    const bad = containersOf(spec).filter(({ securityContext }) => isBad(securityContext?.seLinuxOptions));
    const who = setters(
      isBad(ofPod),
      bad.map(({ name }) => name),
    );
    if (who === '') return undefined;
    const options = [ofPod, ...bad.map(({ securityContext }) => securityContext?.seLinuxOptions)].filter((one) => one !== undefined);
    const badTypes = sorted(options.map(({ type = '' }) => type).filter((type) => !types.includes(type)));
    const data = [
      ...(badTypes.length > 0 ? [named('type', badTypes)] : []),
      ...(options.some(({ user }) => user) ? ['user may not be set'] : []),
      ...(options.some(({ role }) => role) ? ['role may not be set'] : []),
    ];
    return { reason: 'seLinuxOptions', detail: `${who} set forbidden securityContext.seLinuxOptions: ${data.join('; ')}` };
  };
}

const sysctls0 = [
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
  'net.ipv4.ip_unprivileged_port_start',
];
const sysctls27 = [...sysctls0, 'net.ipv4.ip_local_reserved_ports'];
const sysctls29 = [
  ...sysctls27,
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
];
const sysctls32 = [...sysctls29, 'net.ipv4.tcp_rmem', 'net.ipv4.tcp_wmem'];
function sysctls(allowed: readonly string[]): CheckPod {
  return ({ spec }) => {
    const bad = (spec.securityContext?.sysctls ?? []).map(({ name }) => name).filter((name) => !allowed.includes(name));
    return bad.length === 0 ? undefined : { reason: 'forbidden sysctls', detail: bad.join(', ') };
  };
}

function hostProcess({ spec }: Checked): Violation | undefined {
  const names = namesOf(spec, ({ securityContext }) => securityContext?.windowsOptions?.hostProcess === true);
  const who = setters(spec.securityContext?.windowsOptions?.hostProcess === true, names);
  return who === '' ? undefined : { reason: 'hostProcess', detail: `${who} must not set securityContext.windowsOptions.hostProcess=true` };
}

/** Sorted by id: the order of what is said. */
export const baseline: readonly Check[] = [
  { id: 'appArmorProfile', level: 'baseline', versions: [[0, appArmor]] },
  { id: 'capabilities_baseline', level: 'baseline', versions: [[0, capabilities]] },
  { id: 'hostNamespaces', level: 'baseline', versions: [[0, hostNamespaces]] },
  { id: 'hostPathVolumes', level: 'baseline', versions: [[0, hostPaths]] },
  { id: 'hostPorts', level: 'baseline', versions: [[0, hostPorts]] },
  { id: 'privileged', level: 'baseline', versions: [[0, privileged]] },
  { id: 'procMount', level: 'baseline', versions: [[0, procMount]] },
  {
    id: 'seLinuxOptions',
    level: 'baseline',
    versions: [
      [0, seLinux(seLinuxTypes)],
      [31, seLinux([...seLinuxTypes, 'container_engine_t'])],
    ],
  },
  {
    id: 'seccompProfile_baseline',
    level: 'baseline',
    versions: [
      [0, seccompAnnotations],
      [19, badSeccomp],
    ],
  },
  {
    id: 'sysctls',
    level: 'baseline',
    versions: [
      [0, sysctls(sysctls0)],
      [27, sysctls(sysctls27)],
      [29, sysctls(sysctls29)],
      [32, sysctls(sysctls32)],
    ],
  },
  { id: 'windowsHostProcess', level: 'baseline', versions: [[0, hostProcess]] },
];
