/** What the level `restricted` forbids beyond the baseline. Pure. Upstream: k8s.io/pod-security-admission/policy/check_*.go, as of v1.33. */
import { badSeccomp } from './baseline.ts';
import {
  type Check,
  type Checked,
  containersOf,
  named,
  namesOf,
  plural,
  quote,
  setters,
  sorted,
  unlessWindows,
  type Violation,
} from './check.ts';

function privilegeEscalation({ spec }: Checked): Violation | undefined {
  const names = namesOf(spec, ({ securityContext }) => securityContext?.allowPrivilegeEscalation !== false);
  if (names.length === 0) return undefined;
  return {
    reason: 'allowPrivilegeEscalation != false',
    detail: `${named('container', names)} must set securityContext.allowPrivilegeEscalation=false`,
  };
}

function capabilities({ spec }: Checked): Violation | undefined {
  const keeping = namesOf(spec, ({ securityContext }) => !securityContext?.capabilities?.drop?.includes('ALL'));
  const adding = containersOf(spec)
    .map(({ name, securityContext }) => ({
      name,
      bad: (securityContext?.capabilities?.add ?? []).filter((one) => one !== 'NET_BIND_SERVICE'),
    }))
    .filter(({ bad }) => bad.length > 0);
  const names = adding.map(({ name }) => name);
  const details = [
    ...(keeping.length > 0 ? [`${named('container', keeping)} must set securityContext.capabilities.drop=["ALL"]`] : []),
    ...(names.length > 0
      ? [
          `${named('container', names)} must not include ${quote(sorted(adding.flatMap(({ bad }) => bad)))} in securityContext.capabilities.add`,
        ]
      : []),
  ];
  return details.length === 0 ? undefined : { reason: 'unrestricted capabilities', detail: details.join('; ') };
}

const allowedVolumes = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
];
function volumes({ spec }: Checked): Violation | undefined {
  const bad = (spec.volumes ?? [])
    .map(({ name, ...source }) => ({ name, type: Object.entries(source).find(([, value]) => value !== undefined)?.[0] ?? 'unknown' }))
    .filter(({ type }) => !allowedVolumes.includes(type));
  if (bad.length === 0) return undefined;
  const names = bad.map(({ name }) => name);
  const types = sorted(bad.map(({ type }) => type));
  const verb = names.length === 1 ? 'uses' : 'use';
  return {
    reason: 'restricted volume types',
    detail: `${named('volume', names)} ${verb} ${plural('restricted volume type', types)} ${quote(types)}`,
  };
}

function nonRoot({ spec }: Checked): Violation | undefined {
  const ofPod = spec.securityContext?.runAsNonRoot;
  const reason = 'runAsNonRoot != true';
  const who = setters(
    ofPod === false,
    namesOf(spec, ({ securityContext }) => securityContext?.runAsNonRoot === false),
  );
  if (who !== '') return { reason, detail: `${who} must not set securityContext.runAsNonRoot=false` };
  const silent = ofPod === true ? [] : namesOf(spec, ({ securityContext }) => securityContext?.runAsNonRoot === undefined);
  if (silent.length === 0) return undefined;
  return { reason, detail: `pod or ${named('container', silent)} must set securityContext.runAsNonRoot=true` };
}

function rootUser({ spec }: Checked): Violation | undefined {
  const who = setters(
    spec.securityContext?.runAsUser === 0,
    namesOf(spec, ({ securityContext }) => securityContext?.runAsUser === 0),
  );
  return who === '' ? undefined : { reason: 'runAsUser=0', detail: `${who} must not set runAsUser=0` };
}

function seccomp(pod: Checked): Violation | undefined {
  const bad = badSeccomp(pod);
  if (bad || pod.spec.securityContext?.seccompProfile) return bad;
  const silent = namesOf(pod.spec, ({ securityContext }) => securityContext?.seccompProfile === undefined);
  if (silent.length === 0) return undefined;
  return {
    reason: 'seccompProfile',
    detail: `pod or ${named('container', silent)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"`,
  };
}

/** Sorted by id, and said behind those of the baseline. */
export const restricted: readonly Check[] = [
  {
    id: 'allowPrivilegeEscalation',
    level: 'restricted',
    versions: [
      [8, privilegeEscalation],
      [25, unlessWindows(privilegeEscalation)],
    ],
  },
  {
    id: 'capabilities_restricted',
    level: 'restricted',
    versions: [
      [22, capabilities],
      [25, unlessWindows(capabilities)],
    ],
    replaces: 'capabilities_baseline',
  },
  { id: 'restrictedVolumes', level: 'restricted', versions: [[0, volumes]], replaces: 'hostPathVolumes' },
  { id: 'runAsNonRoot', level: 'restricted', versions: [[0, nonRoot]] },
  { id: 'runAsUser', level: 'restricted', versions: [[23, rootUser]] },
  {
    id: 'seccompProfile_restricted',
    level: 'restricted',
    versions: [
      [19, seccomp],
      [25, unlessWindows(seccomp)],
    ],
    replaces: 'seccompProfile_baseline',
  },
];
