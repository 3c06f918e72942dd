/** Pod Security's levels; each check with what it says, after upstream's check_*_test.go. */
import { expect, test } from 'vitest';
import type { Container, PodSpec } from '../types.gen.ts';
import { printDetails, violations } from './evaluate.ts';
import { type Level, policyOf, printLevel } from './policy.ts';

interface Case {
  readonly pod?: Partial<PodSpec>;
  readonly a?: Partial<Container>;
  readonly b?: Partial<Container>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly minor?: number;
}
const safe = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };
const safePod = { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } };

function said(level: Level, { pod = {}, a = {}, b, annotations = {}, minor = Number.POSITIVE_INFINITY }: Case): string {
  const containers = [{ name: 'a', ...a }, ...(b ? [{ name: 'b', ...b }] : [])];
  return printDetails(violations({ metadata: { annotations }, spec: { containers, ...pod } }, { level, minor }));
}
/** Of a Pod that is good enough for `restricted` but for what the case says. */
function restricted({ pod = {}, a = {}, b, ...rest }: Case): string {
  const secured = (container: Partial<Container>): Partial<Container> => ({
    ...container,
    securityContext: { ...safe, ...container.securityContext },
  });
  return said('restricted', {
    ...rest,
    pod: { ...pod, securityContext: { ...safePod, ...pod.securityContext } },
    a: secured(a),
    ...(b ? { b: secured(b) } : {}),
  });
}
const context = (securityContext: Container['securityContext']): Partial<Container> => ({ securityContext: securityContext ?? {} });

const baseline: readonly [string, Case, string][] = [
  ['nothing special', {}, ''],
  [
    'host namespaces',
    { pod: { hostNetwork: true, hostPID: true, hostIPC: true } },
    'host namespaces (hostNetwork=true, hostPID=true, hostIPC=true)',
  ],
  ['privileged', { a: context({ privileged: true }) }, 'privileged (container "a" must not set securityContext.privileged=true)'],
  [
    'capabilities',
    { a: context({ capabilities: { add: ['NET_ADMIN', 'CHOWN'] } }), b: context({ capabilities: { add: ['SYS_TIME'] } }) },
    'non-default capabilities (containers "a", "b" must not include "NET_ADMIN", "SYS_TIME" in securityContext.capabilities.add)',
  ],
  [
    'a hostPath',
    {
      pod: {
        volumes: [
          { name: 'x', hostPath: { path: '/' } },
          { name: 'y', emptyDir: {} },
        ],
      },
    },
    'hostPath volumes (volume "x")',
  ],
  [
    'host ports',
    { a: { ports: [{ containerPort: 1, hostPort: 80 }] }, b: { ports: [{ containerPort: 1, hostPort: 443 }] } },
    'hostPort (containers "a", "b" use hostPorts 443, 80)',
  ],
  [
    'AppArmor',
    {
      pod: { securityContext: { appArmorProfile: { type: 'Unconfined' } } },
      annotations: { 'container.apparmor.security.beta.kubernetes.io/a': 'x' },
    },
    'forbidden AppArmor profiles (pod and annotation must not set AppArmor profile type to "Unconfined", ' +
      '"container.apparmor.security.beta.kubernetes.io/a="x"")',
  ],
  [
    'SELinux',
    { a: context({ seLinuxOptions: { type: 'foo', user: 'u', role: 'r' } }) },
    'seLinuxOptions (container "a" set forbidden securityContext.seLinuxOptions: type "foo"; user may not be set; role may not be set)',
  ],
  ['SELinux as of 1.31', { a: context({ seLinuxOptions: { type: 'container_engine_t' } }) }, ''],
  [
    'SELinux before 1.31',
    { a: context({ seLinuxOptions: { type: 'container_engine_t' } }), minor: 30 },
    'seLinuxOptions (container "a" set forbidden securityContext.seLinuxOptions: type "container_engine_t")',
  ],
  [
    'procMount',
    { a: context({ procMount: 'Unmasked' }) },
    'procMount (container "a" must not set securityContext.procMount to "Unmasked")',
  ],
  [
    'seccomp',
    { pod: { securityContext: { seccompProfile: { type: 'Unconfined' } } }, a: context({ seccompProfile: { type: 'Unconfined' } }) },
    'seccompProfile (pod and container "a" must not set securityContext.seccompProfile.type to "Unconfined")',
  ],
  [
    'seccomp before 1.19',
    { annotations: { 'seccomp.security.alpha.kubernetes.io/pod': 'unconfined' }, minor: 18 },
    'seccompProfile (forbidden annotation seccomp.security.alpha.kubernetes.io/pod="unconfined")',
  ],
  [
    'sysctls',
    {
      pod: {
        securityContext: {
          sysctls: [
            { name: 'kernel.sem', value: '1' },
            { name: 'net.ipv4.tcp_rmem', value: '1' },
          ],
        },
      },
    },
    'forbidden sysctls (kernel.sem)',
  ],
  [
    'sysctls before 1.32',
    { pod: { securityContext: { sysctls: [{ name: 'net.ipv4.tcp_rmem', value: '1' }] } }, minor: 31 },
    'forbidden sysctls (net.ipv4.tcp_rmem)',
  ],
  [
    'Windows host processes',
    { pod: { securityContext: { windowsOptions: { hostProcess: true } } } },
    'hostProcess (pod must not set securityContext.windowsOptions.hostProcess=true)',
  ],
  [
    'what only restricted forbids',
    { pod: { volumes: [{ name: 'n', nfs: { server: 's', path: '/' } }] }, a: context({ runAsUser: 0 }) },
    '',
  ],
];
test.each(baseline)('baseline: %s', (_title, wanted, words) => expect(said('baseline', wanted)).toBe(words));

const strict: readonly [string, Case, string][] = [
  ['nothing special', {}, ''],
  [
    'volumes',
    {
      pod: {
        volumes: [
          { name: 'x', hostPath: { path: '/' } },
          { name: 'y', nfs: { server: 's', path: '/' } },
        ],
      },
    },
    'restricted volume types (volumes "x", "y" use restricted volume types "hostPath", "nfs")',
  ],
  [
    'root',
    { pod: { securityContext: { runAsUser: 0 } }, a: context({ runAsNonRoot: false, runAsUser: 0 }) },
    'runAsNonRoot != true (container "a" must not set securityContext.runAsNonRoot=false), runAsUser=0 (pod and container "a" must not set runAsUser=0)',
  ],
  ['root as user before 1.23', { a: context({ runAsUser: 0 }), minor: 22 }, ''],
  [
    'capabilities',
    { a: context({ capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE', 'CHOWN'] } }) },
    'unrestricted capabilities (container "a" must not include "CHOWN" in securityContext.capabilities.add)',
  ],
  ['the baseline', { pod: { hostPID: true } }, 'host namespaces (hostPID=true)'],
];
test.each(strict)('restricted: %s', (_title, wanted, words) => expect(restricted(wanted)).toBe(words));

test('a Pod that says nothing of its security, as everybody has seen it', () => {
  expect(said('restricted', {})).toBe(
    'allowPrivilegeEscalation != false (container "a" must set securityContext.allowPrivilegeEscalation=false), ' +
      'unrestricted capabilities (container "a" must set securityContext.capabilities.drop=["ALL"]), ' +
      'runAsNonRoot != true (pod or container "a" must set securityContext.runAsNonRoot=true), ' +
      'seccompProfile (pod or container "a" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
  );
  expect(said('restricted', { pod: { os: { name: 'windows' } } })).toBe(
    'runAsNonRoot != true (pod or container "a" must set securityContext.runAsNonRoot=true)',
  );
  expect(said('privileged', { pod: { hostPID: true } })).toBe('');
});

test('labels: levels, versions, what follows from them, and what is wrong', () => {
  const read = (labels: Readonly<Record<string, string>>) => {
    const { policy, errors } = policyOf(
      Object.fromEntries(Object.entries(labels).map(([key, value]) => [`pod-security.kubernetes.io/${key}`, value])),
    );
    return [...[policy.enforce, policy.audit, policy.warn].map(printLevel), ...errors.map(({ message }) => message.replace(/^.*": /, ''))];
  };
  expect(read({})).toEqual(['privileged:latest', 'privileged:latest', 'privileged:latest']);
  expect(read({ enforce: 'baseline', 'enforce-version': 'v1.24' })).toEqual(['baseline:v1.24', 'privileged:latest', 'baseline:v1.24']);
  expect(read({ enforce: 'restricted', warn: 'baseline', audit: 'restricted' })).toEqual([
    'restricted:latest',
    'restricted:latest',
    'baseline:latest',
  ]);
  expect(read({ enforce: 'x', 'warn-version': '1.24' })).toEqual([
    'restricted:latest',
    'privileged:latest',
    'privileged:latest',
    'must be one of privileged, baseline, restricted',
    'must be "latest" or "v1.x"',
  ]);
});
