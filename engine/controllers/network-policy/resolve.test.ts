import { expect, test } from 'vitest';
import type { Namespace, NetworkPolicy, Pod } from '../../api/types.gen.ts';
import { resolvePolicies } from './resolve.ts';

const namespaces: readonly Namespace[] = [
  { metadata: { name: 'a', labels: { team: 'red' } }, spec: {} },
  { metadata: { name: 'b', labels: { team: 'blue' } }, spec: {} },
];
function pod(namespace: string, app: string, podIP?: string, more: { spec?: object; status?: object } = {}): Pod {
  const containers = [{ name: 'main', ports: [{ name: 'http', containerPort: podIP?.endsWith('1') ? 8080 : 9090 }] }];
  return {
    metadata: { name: `${app}-${podIP}`, namespace, labels: { app } },
    spec: { containers, ...more.spec },
    status: { phase: 'Running', ...(podIP ? { podIP } : {}), ...more.status },
  };
}
const pods: readonly Pod[] = [
  pod('a', 'web', '10.0.0.1'),
  pod('a', 'db', '10.0.0.2'),
  pod('b', 'web', '10.0.1.1'),
  pod('b', 'web', '10.0.1.2'),
  // Nobody can be reached there.
  pod('b', 'web'),
  pod('b', 'web', '10.0.1.3', { status: { phase: 'Succeeded' } }),
  pod('b', 'web', '172.16.0.1', { spec: { hostNetwork: true } }),
];
const policy = (spec: Partial<NetworkPolicy['spec']>, name = 'p'): NetworkPolicy => ({
  metadata: { name, namespace: 'a' },
  spec: { podSelector: { matchLabels: { app: 'db' } }, policyTypes: ['Ingress'], ...spec },
});
const resolved = (...policies: readonly NetworkPolicy[]) => resolvePolicies({ policies, namespaces, pods });
const sourcesOf = (from: NonNullable<NonNullable<NetworkPolicy['spec']['ingress']>[number]['from']>) => {
  const { peers, policies } = resolved(policy({ ingress: [{ from }] }));
  const [rule] = policies[0]?.ingress ?? [];
  return rule?.peers === undefined ? 'everybody' : [...(peers[rule.peers] ?? []), ...(rule.blocks ?? []).map(({ cidr }) => cidr)];
};

test.each([
  ['nobody named', [], 'everybody'],
  ['pods of the policy’s namespace', [{ podSelector: { matchLabels: { app: 'web' } } }], ['10.0.0.1']],
  ['whole namespaces', [{ namespaceSelector: { matchLabels: { team: 'blue' } } }], ['10.0.1.1', '10.0.1.2']],
  ['all namespaces', [{ namespaceSelector: {} }], ['10.0.0.1', '10.0.0.2', '10.0.1.1', '10.0.1.2']],
  [
    'pods of other namespaces: both must fit',
    [{ namespaceSelector: { matchLabels: { team: 'red' } }, podSelector: { matchLabels: { app: 'web' } } }],
    ['10.0.0.1'],
  ],
  [
    'several peers: one must fit',
    [{ podSelector: { matchLabels: { app: 'db' } } }, { namespaceSelector: { matchLabels: { team: 'blue' } } }],
    ['10.0.0.2', '10.0.1.1', '10.0.1.2'],
  ],
  ['addresses alone: no pod by its labels', [{ ipBlock: { cidr: '192.0.2.0/24' } }], ['192.0.2.0/24']],
  ['pods that are not there', [{ podSelector: { matchLabels: { app: 'none' } } }], []],
] as const)('%s', (_, from, expected) => {
  expect(sourcesOf([...from])).toEqual(expected);
});

test('a direction that a policy does not speak of is not isolated by it; one without rules is closed', () => {
  const { policies } = resolved(policy({ policyTypes: ['Egress'] }, 'out'), policy({}, 'in'));
  expect(policies.map(({ name, ingress, egress }) => [name, ingress, egress])).toEqual([
    ['in', [], undefined],
    ['out', undefined, []],
  ]);
});

test('ports that come in are named by the pod that is isolated, ports that go out by the other one', () => {
  const ports = [{ port: 'http' }, { port: 80, endPort: 90, protocol: 'UDP' }];
  const blue = [{ namespaceSelector: { matchLabels: { team: 'blue' } } }];
  const { policies } = resolved(policy({ policyTypes: ['Ingress', 'Egress'], ingress: [{ ports }], egress: [{ to: blue, ports }] }));
  const range = { protocol: 'UDP', port: 80, endPort: 90 };
  expect(policies[0]?.ingress).toEqual([{ ports: [{ protocol: 'TCP', port: 'http' }, range] }]);
  expect(policies[0]?.egress).toEqual([
    {
      peers: 0,
      ports: [range],
      targets: [
        { ip: '10.0.1.1', protocol: 'TCP', port: 8080 },
        { ip: '10.0.1.2', protocol: 'TCP', port: 9090 },
      ],
    },
  ]);
});

test('the same addresses are written once', () => {
  const from = [{ podSelector: { matchLabels: { app: 'web' } } }];
  const { peers, policies } = resolved(policy({ ingress: [{ from }] }, 'one'), policy({ ingress: [{ from }] }, 'two'));
  expect(peers).toEqual([['10.0.0.1']]);
  expect(policies.map(({ ingress }) => ingress?.[0]?.peers)).toEqual([0, 0]);
});
