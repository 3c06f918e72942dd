import { expect, test } from 'vitest';
import { rfc3339, rfc3339Micro } from '../../api/clock.ts';
import { lease as leaseKind } from '../../api/kinds/coordination/lease.ts';
import { event as eventKind } from '../../api/kinds/core/event.ts';
import { node as nodeKind } from '../../api/kinds/core/node.ts';
import { pod as podKind } from '../../api/kinds/core/pod.ts';
import type { Node, Taint, Toleration } from '../../api/types.gen.ts';
import { type ControllerSandbox, controllerSandbox } from '../../testing/controller-sandbox.ts';
import { isReady, podCondition } from '../pods.ts';
import { nodeLifecycleController } from './controller.ts';
import { EvictionHold } from './eviction-hold.ts';
import { taintEvictionController } from './taint-eviction.ts';
import { planTaints, toleratedSeconds } from './taints.ts';

const conditions = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'];
async function join(it: ControllerSandbox, name: string, taints: readonly Taint[] = []): Promise<void> {
  const now = rfc3339(it.clock.now());
  const status = conditions.map((type) => ({
    type,
    status: type === 'Ready' ? 'True' : 'False',
    reason: 'Kubelet',
    lastHeartbeatTime: now,
    lastTransitionTime: now,
  }));
  await it.client.create(nodeKind, { metadata: { name }, spec: { taints }, status: { conditions: status } });
  await it.client.create(leaseKind, {
    metadata: { name, namespace: 'kube-node-lease' },
    spec: { renewTime: rfc3339Micro(it.clock.now()) },
  });
  await it.settle();
}
/** Lets time pass in which the named nodes renew their leases and the others are silent. */
async function pass(it: ControllerSandbox, seconds: number, ...alive: readonly string[]): Promise<void> {
  for (let second = 0; second < seconds; second += 10) {
    it.clock.advance(10_000);
    for (const name of alive)
      await it.client.patch(
        leaseKind,
        { namespace: 'kube-node-lease', name },
        { type: 'merge', patch: { spec: { renewTime: rfc3339Micro(it.clock.now()) } } },
      );
    await it.settle();
  }
}
const ready = (node: Node): string | undefined => node.status?.conditions?.find(({ type }) => type === 'Ready')?.status;
const taintsOf = ({ spec }: Node): readonly string[] => (spec.taints ?? []).map(({ key, effect }) => `${key.split('/')[1]}:${effect}`);
const get = (it: ControllerSandbox, name: string) => it.client.get(nodeKind, { name });
async function run(it: ControllerSandbox, name: string, nodeName: string, tolerations: readonly Toleration[] = []): Promise<void> {
  const pod = await it.client.create(podKind, {
    metadata: { name, namespace: 'default' },
    spec: { nodeName, containers: [], tolerations },
  });
  await it.run([pod]);
}
async function sandbox() {
  const holds: EvictionHold[] = [];
  const it = await controllerSandbox([
    (context) => {
      const hold = new EvictionHold(context.clock);
      holds.push(hold);
      const starts = [nodeLifecycleController(hold)(context), taintEvictionController(hold)(context)];
      return () => {
        const running = starts.map((start) => start());
        return { [Symbol.asyncDispose]: async () => void (await Promise.all(running.map((one) => one[Symbol.asyncDispose]()))) };
      };
    },
  ]);
  return { it, hold: (ms: number) => holds[0]?.hold(ms) };
}
const forFiveMinutes: readonly Toleration[] = ['not-ready', 'unreachable'].map((name) => ({
  key: `node.kubernetes.io/${name}`,
  operator: 'Exists',
  effect: 'NoExecute',
  tolerationSeconds: 300,
}));

test("cordon and uncordon are told once each, in the name of the node's kubelet", async () => {
  const { it } = await sandbox();
  await using _ = it;
  await join(it, 'a');
  for (const unschedulable of [true, true, false]) {
    await it.client.patch(nodeKind, { name: 'a' }, { type: 'merge', patch: { spec: { unschedulable } } });
    await it.settle();
  }
  const { items } = await it.client.list(eventKind);
  const told = items.filter(({ source }) => source?.component === 'kubelet');
  expect(told.map(({ reason, message, count, source }) => [reason, message, count, source?.host])).toEqual([
    ['NodeNotSchedulable', 'Node a status is now: NodeNotSchedulable', 1, 'a'],
    ['NodeSchedulable', 'Node a status is now: NodeSchedulable', 1, 'a'],
  ]);
});

test('a node that renews its lease stays ready, and one that is silent becomes unknown, is tainted, and its pods leave after their time', async () => {
  const { it } = await sandbox();
  await using _ = it;
  await join(it, 'one');
  await join(it, 'two');
  await run(it, 'patient', 'two', forFiveMinutes);
  await run(it, 'faithful', 'two', [{ operator: 'Exists' }]);
  await pass(it, 30, 'one');
  expect([ready(await get(it, 'one')), ready(await get(it, 'two'))]).toEqual(['True', 'True']);
  await pass(it, 20, 'one');
  const silent = await get(it, 'two');
  expect(silent.status?.conditions?.map(({ type, status, reason, message }) => [type, status, reason, message])).toEqual(
    conditions.map((type) => [type, 'Unknown', 'NodeStatusUnknown', 'Kubelet stopped posting node status.']),
  );
  expect(taintsOf(silent)).toEqual(['unreachable:NoSchedule', 'unreachable:NoExecute']);
  expect(taintsOf(await get(it, 'one'))).toEqual([]);
  expect((await it.pods()).map(isReady)).toEqual([false, false]);
  expect(await it.events()).toEqual(
    expect.arrayContaining([
      'RegisteredNode: Registered Node two in Controller',
      'NodeNotReady: Node two status is now: NodeNotReady',
      'NodeNotReady: Node is not ready',
    ]),
  );
  await pass(it, 280, 'one');
  expect((await it.pods()).map(({ metadata }) => metadata.deletionTimestamp !== undefined)).toEqual([false, false]);
  await pass(it, 20, 'one');
  const [faithful, patient] = await it.pods();
  expect(faithful?.metadata.deletionTimestamp).toBeUndefined();
  expect(patient?.metadata.deletionTimestamp).toBeDefined();
  expect(patient && podCondition(patient, 'DisruptionTarget')).toMatchObject({ status: 'True', reason: 'DeletionByTaintManager' });
  expect(await it.events()).toContain('TaintManagerEviction: Marking for deletion Pod default/patient');
  expect(it.errors).toEqual([]);
});

test('a node that comes back in time keeps its pods', async () => {
  const { it } = await sandbox();
  await using _ = it;
  await join(it, 'one');
  await join(it, 'two');
  await run(it, 'web', 'two', forFiveMinutes);
  await pass(it, 100, 'one');
  const node = await get(it, 'two');
  const back = node.status?.conditions?.map((condition) => ({
    ...condition,
    status: condition.type === 'Ready' ? 'True' : 'False',
    lastHeartbeatTime: rfc3339(it.clock.now()),
  }));
  await it.client.update(nodeKind, { ...node, status: { conditions: back } }, { subresource: 'status' });
  await pass(it, 600, 'one', 'two');
  expect(taintsOf(await get(it, 'two'))).toEqual([]);
  expect((await it.pods())[0]?.metadata.deletionTimestamp).toBeUndefined();
  expect(await it.events()).toContain('TaintManagerEviction: Cancelling deletion of Pod default/web');
});

test('where no node is ready nobody is evicted, and nothing waits', async () => {
  const { it } = await sandbox();
  await using _ = it;
  await join(it, 'only');
  await run(it, 'web', 'only');
  await pass(it, 1000);
  expect(taintsOf(await get(it, 'only'))).toEqual(['unreachable:NoSchedule']);
  expect((await it.pods())[0]?.metadata.deletionTimestamp).toBeUndefined();
  expect(it.clock.pending).toBe(0);
});

test('held back, silence counts from the awakening and nobody is evicted', async () => {
  const { it, hold } = await sandbox();
  await using _ = it;
  await join(it, 'one');
  await join(it, 'two');
  await pass(it, 30, 'one', 'two');
  hold(60_000);
  await pass(it, 30, 'one');
  expect(ready(await get(it, 'two'))).toBe('True');
  await pass(it, 20, 'one');
  expect(taintsOf(await get(it, 'two'))).toEqual(['unreachable:NoSchedule']);
  await pass(it, 20, 'one');
  expect(taintsOf(await get(it, 'two'))).toEqual(['unreachable:NoSchedule', 'unreachable:NoExecute']);
});

test('a timer that comes far too late means that the computer slept: nodes get their time again', async () => {
  const { it } = await sandbox();
  await using _ = it;
  await join(it, 'one');
  it.clock.sleep(3_600_000);
  await it.settle();
  expect(ready(await get(it, 'one'))).toBe('True');
  await pass(it, 60, 'one');
  expect([ready(await get(it, 'one')), taintsOf(await get(it, 'one'))]).toEqual(['True', []]);
});

test('a node that goes is told of', async () => {
  const { it } = await sandbox();
  await using _ = it;
  await join(it, 'one');
  await it.client.delete(nodeKind, { name: 'one' });
  await it.settle();
  expect(await it.events()).toEqual([
    'RegisteredNode: Registered Node one in Controller',
    'RemovingNode: Removing Node one from Controller',
  ]);
  expect(it.clock.pending).toBe(0);
});

const nowMs = Date.UTC(2026, 0, 1);
const node = (ready: string, spec: Node['spec'] = {}, pressure = 'False'): Node => ({
  metadata: { name: 'n' },
  spec,
  status: {
    conditions: [
      { type: 'Ready', status: ready },
      { type: 'DiskPressure', status: pressure },
    ],
  },
});
const own: Taint = { key: 'dedicated', value: 'db', effect: 'NoSchedule' };
const taint = (key: string, effect: string): Taint => ({ key: `node.kubernetes.io/${key}`, effect });
const planned: readonly [title: string, node: Node, evict: boolean, taints: readonly string[]][] = [
  ['ready', node('True'), true, []],
  [
    'ready again',
    node('True', { taints: [taint('not-ready', 'NoSchedule'), taint('unreachable', 'NoExecute'), own] }),
    true,
    ['dedicated:NoSchedule'],
  ],
  ['not ready', node('False'), true, ['node.kubernetes.io/not-ready:NoSchedule', 'node.kubernetes.io/not-ready:NoExecute']],
  ['not ready, and nobody shall leave', node('False'), false, ['node.kubernetes.io/not-ready:NoSchedule']],
  [
    'unknown after not ready',
    node('Unknown', { taints: [taint('not-ready', 'NoExecute')] }),
    true,
    ['node.kubernetes.io/unreachable:NoSchedule', 'node.kubernetes.io/unreachable:NoExecute'],
  ],
  [
    'cordoned and under pressure',
    node('True', { unschedulable: true }, 'True'),
    true,
    ['node.kubernetes.io/disk-pressure:NoSchedule', 'node.kubernetes.io/unschedulable:NoSchedule'],
  ],
];
test('a node that has said nothing yet keeps the taint it was created with, and gets none', () => {
  const fresh: Node = { metadata: { name: 'n' }, spec: { taints: [taint('not-ready', 'NoSchedule')] } };
  expect(planTaints(fresh, { nowMs, evict: false })).toBe(fresh.spec.taints);
  expect(planTaints({ ...fresh, spec: {} }, { nowMs, evict: true })).toEqual([]);
});
test.each(planned)('taints of a node: %s', (_title, of, evict, taints) => {
  expect(planTaints(of, { nowMs, evict }).map(({ key, effect }) => `${key}:${effect}`)).toEqual(taints);
});

const gone = taint('unreachable', 'NoExecute');
const borne: readonly [title: string, tolerations: readonly Toleration[], seconds: number][] = [
  ['none', [], 0],
  ['all', [{ operator: 'Exists' }], Number.POSITIVE_INFINITY],
  ['the default', forFiveMinutes, 300],
  ['another effect', [{ key: gone.key, operator: 'Exists', effect: 'NoSchedule' }], 0],
  ['the shortest counts', [...forFiveMinutes, { key: gone.key, operator: 'Exists', tolerationSeconds: 30 }], 30],
  ['a negative time is none', [{ key: gone.key, operator: 'Exists', tolerationSeconds: -5 }], 0],
];
test.each(borne)('tolerations: %s', (_title, tolerations, seconds) => {
  expect(toleratedSeconds(tolerations, [gone])).toBe(seconds);
});
