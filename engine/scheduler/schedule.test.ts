import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Live } from '../api/object.ts';
import type { Affinity, Namespace, Pod, PodAffinityTerm, PodSpec, ReplicaSet, Service, Taint, Toleration } from '../api/types.gen.ts';
import {
  type ClusterSketch,
  clusterOf,
  decide,
  live,
  type NodeSketch,
  node,
  on,
  outcome,
  type PodSketch,
  pod,
} from '../testing/scheduling.ts';
import { enoughNodes, schedule } from './schedule.ts';

const noVictims = 'preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.';
const unhelpful = 'preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.';
const refusing = (reason: string, preemption: string): string => `0/1 nodes are available: 1 ${reason}. ${preemption}`;

/** One node `a` unless the case says otherwise. */
interface Case {
  readonly node?: NodeSketch;
  readonly pod?: PodSketch;
  readonly running?: readonly Live<Pod>[];
}
const onNode = ({ node: sketch, pod: wanted, running = [] }: Case): string =>
  outcome(pod('new', wanted), { nodes: [node('a', sketch)], pods: running.map((one) => on('a', one)) });

const taint = (key: string, effect = 'NoSchedule', value?: string): Taint => ({ key, effect, ...(value === undefined ? {} : { value }) });
const tolerating = (...tolerations: readonly Toleration[]): PodSketch => ({ spec: { tolerations } });
const containers = (...requests: readonly Readonly<Record<string, string>>[]): PodSpec['containers'] =>
  requests.map((one, index) => ({ name: `c${index}`, resources: { requests: one } }));
const hostPort = (port: number, hostIP?: string, protocol = 'TCP'): PodSketch => ({
  spec: { containers: [{ name: 'c', ports: [{ containerPort: 80, hostPort: port, protocol, ...(hostIP ? { hostIP } : {}) }] }] },
});

describe('a single node', () => {
  it.each<[string, Case, string]>([
    ['takes a pod that asks for nothing', {}, 'a'],
    ['takes a pod that fits exactly', { pod: { requests: { cpu: '4', memory: '8Gi', 'ephemeral-storage': '100Gi' } } }, 'a'],
    ['refuses too much CPU', { pod: { requests: { cpu: '4001m' } } }, refusing('Insufficient cpu', noVictims)],
    [
      'counts what runs already',
      { pod: { requests: { cpu: '1500m' } }, running: [pod('x', { requests: { cpu: '3' } })] },
      refusing('Insufficient cpu', noVictims),
    ],
    [
      'names every resource that is short',
      { pod: { requests: { cpu: '5', memory: '9Gi', 'ephemeral-storage': '101Gi' } } },
      `0/1 nodes are available: 1 Insufficient cpu, 1 Insufficient ephemeral-storage, 1 Insufficient memory. ${noVictims}`,
    ],
    ['refuses one pod too many', { node: { allocatable: { pods: '1' } }, running: [pod('x')] }, refusing('Too many pods', noVictims)],
    [
      'gives out extended resources',
      { node: { allocatable: { 'example.com/gpu': '2' } }, pod: { requests: { 'example.com/gpu': '2' } } },
      'a',
    ],
    [
      'refuses extended resources that are used',
      {
        node: { allocatable: { 'example.com/gpu': '2' } },
        pod: { requests: { 'example.com/gpu': '1' } },
        running: [pod('x', { requests: { 'example.com/gpu': '2' } })],
      },
      refusing('Insufficient example.com/gpu', noVictims),
    ],
    [
      'refuses extended resources that it has not',
      { pod: { requests: { 'example.com/gpu': '1' } } },
      refusing('Insufficient example.com/gpu', noVictims),
    ],
    ['lets a pod without requests onto a full node', { pod: {}, running: [pod('x', { requests: { cpu: '4' } })] }, 'a'],
    [
      'takes the largest init container, not their sum',
      { pod: { spec: { initContainers: containers({ cpu: '3' }, { cpu: '4' }), containers: containers({ cpu: '1' }) } } },
      'a',
    ],
    [
      'adds sidecars to what starts after them',
      {
        pod: {
          spec: {
            initContainers: [
              { name: 's', restartPolicy: 'Always', resources: { requests: { cpu: '2' } } },
              ...containers({ cpu: '2500m' }),
            ],
            containers: containers({ cpu: '1' }),
          },
        },
      },
      refusing('Insufficient cpu', noVictims),
    ],
    [
      'adds up containers',
      { pod: { spec: { containers: containers({ cpu: '2' }, { cpu: '2500m' }) } } },
      refusing('Insufficient cpu', noVictims),
    ],
    [
      'adds the overhead',
      { pod: { spec: { containers: containers({ cpu: '4' }), overhead: { cpu: '1m' } } } },
      refusing('Insufficient cpu', noVictims),
    ],
    ['refuses while it is cordoned', { node: { spec: { unschedulable: true } } }, refusing('node(s) were unschedulable', unhelpful)],
    [
      'takes pods that tolerate the cordon',
      {
        node: { spec: { unschedulable: true } },
        pod: tolerating({ key: 'node.kubernetes.io/unschedulable', operator: 'Exists', effect: 'NoSchedule' }),
      },
      'a',
    ],
    [
      'names the taint in the way',
      { node: { spec: { taints: [taint('soft', 'PreferNoSchedule'), taint('a', 'NoExecute', 'b')] } } },
      refusing('node(s) had untolerated taint {a: b}', unhelpful),
    ],
    [
      'prints a taint without value as upstream does',
      { node: { spec: { taints: [taint('node.kubernetes.io/not-ready')] } } },
      refusing('node(s) had untolerated taint {node.kubernetes.io/not-ready: }', unhelpful),
    ],
    [
      'takes a pod that tolerates by value',
      { node: { spec: { taints: [taint('a', 'NoSchedule', 'b')] } }, pod: tolerating({ key: 'a', value: 'b' }) },
      'a',
    ],
    [
      'minds the value',
      { node: { spec: { taints: [taint('a', 'NoSchedule', 'b')] } }, pod: tolerating({ key: 'a', value: 'c' }) },
      refusing('node(s) had untolerated taint {a: b}', unhelpful),
    ],
    [
      'minds the effect',
      { node: { spec: { taints: [taint('a')] } }, pod: tolerating({ key: 'a', operator: 'Exists', effect: 'NoExecute' }) },
      refusing('node(s) had untolerated taint {a: }', unhelpful),
    ],
    [
      'takes a pod that tolerates everything',
      { node: { spec: { taints: [taint('a'), taint('b', 'NoExecute')] } }, pod: tolerating({ operator: 'Exists' }) },
      'a',
    ],
    [
      'refuses a host port in use',
      { pod: hostPort(80), running: [pod('x', hostPort(80))] },
      refusing("node(s) didn't have free ports for the requested pod ports", noVictims),
    ],
    ['tells protocols apart', { pod: hostPort(80, undefined, 'UDP'), running: [pod('x', hostPort(80))] }, 'a'],
    ['tells host addresses apart', { pod: hostPort(80, '127.0.0.1'), running: [pod('x', hostPort(80, '127.0.0.2'))] }, 'a'],
    [
      'knows that every address includes each',
      { pod: hostPort(80, '127.0.0.1'), running: [pod('x', hostPort(80))] },
      refusing("node(s) didn't have free ports for the requested pod ports", noVictims),
    ],
    [
      'knows that each address is in every',
      { pod: hostPort(80), running: [pod('x', hostPort(80, '127.0.0.1'))] },
      refusing("node(s) didn't have free ports for the requested pod ports", noVictims),
    ],
    [
      'is not for pods that name another',
      { pod: { spec: { nodeName: 'b' } } },
      refusing("node(s) didn't match the requested node name", unhelpful),
    ],
    [
      'says so when the pod may not evict',
      { pod: { requests: { cpu: '5' }, spec: { containers: containers({ cpu: '5' }), preemptionPolicy: 'Never' } } },
      refusing('Insufficient cpu', 'preemption: not eligible due to preemptionPolicy=Never.'),
    ],
    [
      'claims nothing about eviction where there would be victims',
      { pod: { spec: { containers: containers({ cpu: '3' }), priority: 10 } }, running: [pod('x', { requests: { cpu: '3' } })] },
      '0/1 nodes are available: 1 Insufficient cpu.',
    ],
  ])('%s', (_, given, expected) => {
    expect(onNode(given)).toBe(expected);
  });
});

describe('node selection', () => {
  const mismatch = refusing("node(s) didn't match Pod's node affinity/selector", unhelpful);
  const required = (
    ...nodeSelectorTerms: NonNullable<
      NonNullable<Affinity['nodeAffinity']>['requiredDuringSchedulingIgnoredDuringExecution']
    >['nodeSelectorTerms']
  ): PodSketch => ({
    spec: { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } } },
  });
  const expression = (key: string, operator: string, ...values: readonly string[]): PodSketch =>
    required({ matchExpressions: [{ key, operator, values }] });
  const labels = { zone: 'z1', size: '5' };
  it.each<[string, PodSketch, string]>([
    ['nodeSelector, equal', { spec: { nodeSelector: { zone: 'z1' } } }, 'a'],
    ['nodeSelector, other value', { spec: { nodeSelector: { zone: 'z2' } } }, mismatch],
    ['nodeSelector, no such label', { spec: { nodeSelector: { disk: 'ssd' } } }, mismatch],
    ['In', expression('zone', 'In', 'z0', 'z1'), 'a'],
    ['In, not', expression('zone', 'In', 'z0'), mismatch],
    ['NotIn', expression('zone', 'NotIn', 'z0'), 'a'],
    ['NotIn, absent', expression('disk', 'NotIn', 'ssd'), 'a'],
    ['NotIn, not', expression('zone', 'NotIn', 'z1'), mismatch],
    ['Exists', expression('zone', 'Exists'), 'a'],
    ['Exists, not', expression('disk', 'Exists'), mismatch],
    ['DoesNotExist', expression('disk', 'DoesNotExist'), 'a'],
    ['DoesNotExist, not', expression('zone', 'DoesNotExist'), mismatch],
    ['Gt', expression('size', 'Gt', '4'), 'a'],
    ['Gt, not', expression('size', 'Gt', '5'), mismatch],
    ['Gt, no number', expression('zone', 'Gt', '5'), mismatch],
    ['Lt', expression('size', 'Lt', '6'), 'a'],
    ['Lt, not', expression('size', 'Lt', '5'), mismatch],
    [
      'one of several terms',
      required({ matchExpressions: [{ key: 'disk', operator: 'Exists' }] }, { matchExpressions: [{ key: 'zone', operator: 'Exists' }] }),
      'a',
    ],
    ['a term without requirements', required({}), mismatch],
    ['by the name field', required({ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['a'] }] }), 'a'],
    [
      'all expressions of a term',
      required({
        matchExpressions: [
          { key: 'zone', operator: 'Exists' },
          { key: 'disk', operator: 'Exists' },
        ],
      }),
      mismatch,
    ],
    ['selector and affinity', { spec: { ...expression('zone', 'Exists').spec, nodeSelector: { disk: 'ssd' } } }, mismatch],
  ])('%s', (_, sketch, expected) => {
    expect(onNode({ node: { labels }, pod: sketch })).toBe(expected);
  });

  it('looks only at the nodes that the affinity names, and says so of the others', () => {
    const one = pod('p', required({ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['b'] }] }));
    const nodes = [node('a'), node('b', { spec: { unschedulable: true } }), node('c')];
    expect(outcome(one, { nodes })).toBe(
      "0/3 nodes are available: 1 node(s) were unschedulable, 2 node(s) didn't satisfy plugin(s) [NodeAffinity]. " +
        'preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.',
    );
  });
});

describe('the message', () => {
  it('counts reasons over nodes and sorts them as text', () => {
    const nodes = [
      node('a', { allocatable: { cpu: '1' } }),
      ...['b', 'c'].map((name) => node(name, { spec: { taints: [taint('a', 'NoSchedule', 'b')] } })),
    ];
    expect(outcome(pod('p', { requests: { cpu: '2' } }), { nodes })).toBe(
      '0/3 nodes are available: 1 Insufficient cpu, 2 node(s) had untolerated taint {a: b}. ' +
        'preemption: 0/3 nodes are available: 1 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling.',
    );
  });
  it('sorts 10 before 2, as upstream does', () => {
    const nodes = [
      ...Array.from({ length: 10 }, (_, n) => node(`a${n}`, { allocatable: { cpu: '1' } })),
      ...['b', 'c'].map((name) => node(name, { spec: { unschedulable: true } })),
    ];
    expect(outcome(pod('p', { requests: { cpu: '2' } }), { nodes })).toContain(
      '0/12 nodes are available: 10 Insufficient cpu, 2 node(s) were unschedulable.',
    );
  });
  it('says that there are no nodes', () => {
    expect(outcome(pod('p'), { nodes: [] })).toBe('no nodes available to schedule pods');
  });
});

describe('topology spread with DoNotSchedule', () => {
  const zone = (name: string, value?: string) => node(name, { labels: value ? { zone: value } : {} });
  const app = { labels: { app: 'web' } };
  const spread = (more: object = {}): PodSketch => ({
    ...app,
    spec: {
      topologySpreadConstraints: [
        { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: app.labels }, ...more },
      ],
    },
  });
  const count = (name: string, n: number, sketch: PodSketch = app) =>
    Array.from({ length: n }, (_, i) => on(name, pod(`${name}-${i}`, sketch)));
  const skewed = "node(s) didn't match pod topology spread constraints";

  it.each<[string, PodSketch, ClusterSketch, string]>([
    ['goes where there are fewer', spread(), { nodes: [zone('a', '1'), zone('b', '2')], pods: count('a', 1) }, 'b'],
    ['counts domains, not nodes', spread(), { nodes: [zone('a', '1'), zone('a2', '1'), zone('b', '2')], pods: [...count('a', 1)] }, 'b'],
    [
      'allows the skew',
      spread({ maxSkew: 2 }),
      { nodes: [zone('a', '1'), node('b', { labels: { zone: '2' }, spec: { unschedulable: true } })], pods: count('a', 1) },
      'a',
    ],
    [
      'refuses beyond the skew',
      spread(),
      { nodes: [zone('a', '1'), node('b', { labels: { zone: '2' }, spec: { unschedulable: true } })], pods: count('a', 1) },
      `0/2 nodes are available: 1 ${skewed}, 1 node(s) were unschedulable. preemption: 0/2 nodes are available: 1 No preemption victims found for incoming pod, 1 Preemption is not helpful for scheduling.`,
    ],
    ['refuses nodes without the label', spread(), { nodes: [zone('a')] }, refusing(`${skewed} (missing required label)`, unhelpful)],
    [
      'ignores pods of other labels, of other namespaces and on their way out',
      spread(),
      {
        nodes: [zone('a', '1'), zone('b', '2')],
        pods: [
          ...count('a', 1, { labels: { app: 'db' } }),
          ...count('a', 1, { ...app, namespace: 'other' }),
          ...count('a', 1, { ...app, deleting: true }),
          ...count('b', 1),
        ],
      },
      'a',
    ],
    [
      'needs as many domains as asked',
      spread({ minDomains: 2 }),
      { nodes: [zone('a', '1')], pods: count('a', 1) },
      refusing(skewed, noVictims),
    ],
    [
      'leaves out domains that the pod cannot use',
      { ...spread(), spec: { ...spread().spec, nodeSelector: { zone: '1' } } },
      { nodes: [zone('a', '1'), zone('b', '2')], pods: count('a', 3) },
      'a',
    ],
    [
      'tells revisions apart by matchLabelKeys',
      { ...spread({ matchLabelKeys: ['rev'] }), labels: { app: 'web', rev: '2' } },
      {
        nodes: [zone('a', '1'), zone('b', '2')],
        pods: [...count('b', 1, { labels: { app: 'web', rev: '2' } }), ...count('a', 5, { labels: { app: 'web', rev: '1' } })],
      },
      'a',
    ],
  ])('%s', (_, sketch, given, expected) => {
    expect(outcome(pod('new', sketch), given)).toBe(expected);
  });
});

describe('pod affinity and anti-affinity', () => {
  const term = (more: Partial<PodAffinityTerm> = {}): PodAffinityTerm => ({
    topologyKey: 'zone',
    labelSelector: { matchLabels: { app: 'db' } },
    ...more,
  });
  const near = (...terms: readonly PodAffinityTerm[]): PodSketch => ({
    labels: { app: 'web' },
    spec: { affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: terms } } },
  });
  const apart = (...terms: readonly PodAffinityTerm[]): PodSketch => ({
    labels: { app: 'web' },
    spec: { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: terms } } },
  });
  const nodes = [node('a', { labels: { zone: '1' } }), node('b', { labels: { zone: '2' } })];
  const db = (where: string, sketch: PodSketch = {}) => on(where, pod('db', { labels: { app: 'db' }, ...sketch }));
  const both = (reason: string, why: string) =>
    `0/2 nodes are available: 2 node(s) ${reason}. preemption: 0/2 nodes are available: 2 ${why}.`;
  const final = 'Preemption is not helpful for scheduling';
  const open = 'No preemption victims found for incoming pod';
  const team: Live<Namespace> = live({ metadata: { name: 'team', labels: { team: 'x' } }, spec: {} });

  it.each<[string, PodSketch, ClusterSketch, string]>([
    ['goes near', near(term()), { nodes, pods: [db('b')] }, 'b'],
    ['goes nowhere without company', near(term()), { nodes }, both("didn't match pod affinity rules", final)],
    ['lets the first of a kind begin', near(term({ labelSelector: { matchLabels: { app: 'web' } } })), { nodes: nodes.slice(1) }, 'b'],
    [
      'wants company that matches all terms',
      near(term(), term({ labelSelector: { matchLabels: { tier: 'x' } } })),
      { nodes, pods: [db('a'), db('b', { labels: { app: 'db', tier: 'x' } })] },
      'b',
    ],
    [
      'needs the topology label',
      near(term({ topologyKey: 'rack' })),
      { nodes, pods: [db('a')] },
      both("didn't match pod affinity rules", final),
    ],
    [
      'keeps to its own namespace',
      near(term()),
      { nodes, pods: [db('b', { namespace: 'team' })] },
      both("didn't match pod affinity rules", final),
    ],
    ['looks into the namespaces it names', near(term({ namespaces: ['team'] })), { nodes, pods: [db('b', { namespace: 'team' })] }, 'b'],
    [
      'looks into the namespaces it selects',
      near(term({ namespaceSelector: { matchLabels: { team: 'x' } } })),
      { nodes, pods: [db('b', { namespace: 'team' })], namespaces: [team] },
      'b',
    ],
    [
      'looks into all namespaces when the selector is empty',
      near(term({ namespaceSelector: {} })),
      { nodes, pods: [db('b', { namespace: 'other' })] },
      'b',
    ],
    ['stays apart', apart(term()), { nodes, pods: [db('a')] }, 'b'],
    [
      'stays away when there is no place apart',
      apart(term()),
      { nodes, pods: [db('a'), db('b')] },
      both("didn't match pod anti-affinity rules", open),
    ],
    [
      'respects those that want to be apart from it',
      { labels: { app: 'db' } },
      { nodes, pods: [on('a', pod('x', apart(term()))), on('b', pod('y', apart(term())))] },
      both("didn't satisfy existing pods anti-affinity rules", open),
    ],
    ['forgets the selector that is absent', apart({ topologyKey: 'zone' }), { nodes: nodes.slice(0, 1), pods: [db('a')] }, 'a'],
  ])('%s', (_, sketch, given, expected) => {
    expect(outcome(pod('new', sketch), given)).toBe(expected);
  });
});

describe('preferences', () => {
  const two = [node('a'), node('b')];
  const service: Live<Service> = live({ metadata: { name: 'web', namespace: 'default' }, spec: { selector: { app: 'web' } } });
  const replicaSet: Live<ReplicaSet> = live({
    metadata: { name: 'web', namespace: 'default' },
    spec: { selector: { matchLabels: { app: 'web' } } },
  });
  const web = { labels: { app: 'web' } };
  const prefer = (weight: number, key: string): PodSketch => ({
    spec: {
      affinity: {
        nodeAffinity: {
          preferredDuringSchedulingIgnoredDuringExecution: [{ weight, preference: { matchExpressions: [{ key, operator: 'Exists' }] } }],
        },
      },
    },
  });
  const preferPods = (kind: 'podAffinity' | 'podAntiAffinity'): PodSketch => ({
    spec: {
      affinity: {
        [kind]: {
          preferredDuringSchedulingIgnoredDuringExecution: [
            { weight: 100, podAffinityTerm: { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: web.labels } } },
          ],
        },
      },
    },
  });
  const image = (sizeBytes: number): NodeSketch => ({ status: { images: [{ names: ['nginx:latest'], sizeBytes }] } });

  it.each<[string, PodSketch, ClusterSketch]>([
    ['the emptier node', {}, { nodes: two, pods: [on('a', pod('x', { requests: { cpu: '1' } }))] }],
    ['the larger node', { requests: { cpu: '1' } }, { nodes: [node('a', { allocatable: { cpu: '2' } }), node('b')] }],
    [
      'a node where CPU and memory are used alike',
      { requests: { cpu: '1', memory: '2Gi' } },
      {
        nodes: two,
        pods: [
          on('a', pod('x', { requests: { cpu: '2', memory: '1Gi' } })),
          on('b', pod('y', { requests: { cpu: '1200m', memory: '2600Mi' } })),
        ],
      },
    ],
    [
      'a node without a taint that it would rather not tolerate',
      {},
      { nodes: [node('a', { spec: { taints: [taint('x', 'PreferNoSchedule')] } }), node('b')] },
    ],
    ['a node that its affinity prefers', prefer(1, 'fast'), { nodes: [node('a'), node('b', { labels: { fast: '' } })] }],
    [
      'a node away from the fellows of its Service',
      web,
      { nodes: two, pods: [on('a', pod('x', web)), on('b', pod('y', { labels: { app: 'db' } }))], services: [service] },
    ],
    [
      'a node away from the fellows of its ReplicaSet',
      { ...web, owner: 'web' },
      { nodes: two, pods: [on('a', pod('x', web)), on('b', pod('y', { labels: { app: 'db' } }))], replicaSets: [replicaSet] },
    ],
    ['a node near the pods it likes', preferPods('podAffinity'), { nodes: two, pods: [on('b', pod('x', web))] }],
    [
      'a node far from the pods it dislikes',
      preferPods('podAntiAffinity'),
      { nodes: two, pods: [on('a', pod('x', web)), on('b', pod('y'))] },
    ],
    ['a node that is preferred by those who like it', web, { nodes: two, pods: [on('b', pod('x', preferPods('podAffinity')))] }],
    ['a node that has its image', {}, { nodes: [node('a'), node('b', image(900 * 1024 * 1024))] }],
    [
      'the zone with fewer fellows',
      {
        ...web,
        spec: {
          topologySpreadConstraints: [
            { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'ScheduleAnyway', labelSelector: { matchLabels: web.labels } },
          ],
        },
      },
      {
        nodes: [node('a', { labels: { zone: '1' } }), node('b', { labels: { zone: '2' } }), node('c', { labels: { zone: '1' } })],
        pods: [on('c', pod('x', web)), on('b', pod('y', { labels: { app: 'db' } }))],
      },
    ],
  ])('chooses %s', (_, sketch, given) => {
    for (const random of [0, 0.99]) expect(decide(pod('new', sketch), given, () => random)).toMatchObject({ node: 'b' });
  });

  it('leaves equals to chance', () => {
    expect([0, 0.5].map((random) => decide(pod('p'), { nodes: two }, () => random))).toMatchObject([{ node: 'a' }, { node: 'b' }]);
  });
});

describe('many nodes', () => {
  it.each([
    [5, 5],
    [99, 99],
    [100, 100],
    [250, 120],
    [1000, 420],
    [5000, 500],
    [10_000, 500],
  ])('of %i nodes, %i that will do are enough', (total, enough) => {
    expect(enoughNodes(total)).toBe(enough);
  });

  it('begins where the last decision stopped, so that all nodes get their turn', () => {
    const cluster = clusterOf({ nodes: Array.from({ length: 400 }, (_, n) => node(`n${n}`)) });
    const chosen = new Set<string>();
    for (let start = 0; start < 400; ) {
      const decision = schedule(cluster.describe(pod('p')), cluster, { start, random: () => 0 });
      if ('node' in decision) chosen.add(decision.node);
      start += decision.examined;
    }
    expect([...chosen]).toEqual(['n0', 'n188', 'n376']);
  });
});

describe('whatever is asked', () => {
  const cpu = fc.integer({ min: 0, max: 3000 }).map((milli) => `${milli}m`);
  const memory = fc.integer({ min: 0, max: 4096 }).map((mebi) => `${mebi}Mi`);
  const sketch: fc.Arbitrary<PodSketch> = fc.record({
    labels: fc.record({ app: fc.constantFrom('web', 'db') }),
    requests: fc.record({ cpu, memory }),
    spec: fc.constantFrom<Partial<PodSpec>>(
      { priority: 1 },
      { tolerations: [{ operator: 'Exists' }] },
      {
        topologySpreadConstraints: [
          { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: { app: 'web' } } },
        ],
      },
      {
        affinity: {
          podAntiAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'zone', labelSelector: { matchLabels: { app: 'db' } } }],
          },
        },
      },
    ),
  });
  const shape = fc.record({
    cpu,
    memory,
    pods: fc.integer({ min: 0, max: 8 }),
    zone: fc.constantFrom('1', '2', '3'),
    tainted: fc.boolean(),
  });

  it('never commits a node beyond what it has, and never breaks a rule it enforces', () => {
    fc.assert(
      fc.property(
        fc.array(shape, { minLength: 1, maxLength: 6 }),
        fc.array(sketch, { maxLength: 30 }),
        fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
        (shapes, sketches, chance) => {
          const nodes = shapes.map(({ zone, tainted, pods, ...allocatable }, n) =>
            node(`n${n}`, {
              labels: { zone },
              allocatable: { ...allocatable, pods: `${pods}` },
              spec: tainted ? { taints: [taint('t')] } : {},
            }),
          );
          const cluster = clusterOf({ nodes });
          for (const [n, one] of sketches.entries()) {
            const info = cluster.describe(pod(`p${n}`, one));
            const decision = schedule(info, cluster, { start: n, random: () => chance.next().value ?? 0 });
            if ('node' in decision) cluster.assume(info, decision.node);
          }
          for (const { allocatable, requested, pods, taints } of cluster.nodes) {
            expect(pods.size).toBeLessThanOrEqual(allocatable.pods);
            expect(requested.milliCpu).toBeLessThanOrEqual(allocatable.milliCpu);
            expect(requested.memoryBytes).toBeLessThanOrEqual(allocatable.memoryBytes);
            if (taints.length > 0) expect([...pods.values()].every(({ tolerations }) => tolerations.length > 0)).toBe(true);
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('keeps the same sums whether pods came one by one, moved and left, or were counted afresh', () => {
    const step = fc.record({ id: fc.integer({ min: 0, max: 9 }), at: fc.integer({ min: -1, max: 2 }), sketch });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const nodes = ['n0', 'n1', 'n2'].map((name) => node(name));
        const cluster = clusterOf({ nodes });
        const present = new Map<number, Live<Pod>>();
        for (const { id, at, sketch: one } of steps) {
          const known = present.get(id);
          if (known) cluster.remove(known.metadata.uid);
          present.delete(id);
          if (at < 0) continue;
          const next = on(`n${at}`, pod(`p${id}`, one));
          present.set(id, next);
          cluster.confirm(next, `n${at}`);
        }
        const sums = (state: ReturnType<typeof clusterOf>) =>
          state.nodes.map(({ name, requested, weight, pods, groups, withAntiAffinity }) => ({
            name,
            requested,
            weight,
            pods: [...pods.keys()].sort(),
            groups: [...groups].map(([{ labels }, count]) => `${JSON.stringify(labels)} ${count}`).sort(),
            apart: withAntiAffinity.size,
          }));
        expect(sums(cluster)).toEqual(sums(clusterOf({ nodes, pods: [...present.values()] })));
      }),
    );
  });
});
