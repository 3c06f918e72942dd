import { expect, test } from 'vitest';
import { controllerRevision } from '../../api/kinds/apps/controller-revision.ts';
import { daemonSet as daemonSetKind } from '../../api/kinds/apps/daemon-set.ts';
import { node as nodeKind } from '../../api/kinds/core/node.ts';
import { pod as podKind } from '../../api/kinds/core/pod.ts';
import type { DaemonSet, DaemonSetSpec, Pod } from '../../api/types.gen.ts';
import { sorted } from '../../api/validation/fields.ts';
import { controllerOf } from '../../client/owner-references.ts';
import { type ControllerSandbox, controllerSandbox } from '../../testing/controller-sandbox.ts';
import { daemonSetController } from './controller.ts';
import { targetNode } from './placement.ts';

const key = { namespace: 'default', name: 'agent' };
const labels = { app: 'agent' };
const template = (image: string) => ({ metadata: { labels }, spec: { containers: [{ name: 'main', image }] } });
const agent = (spec: Partial<DaemonSetSpec> = {}): DaemonSet => ({
  metadata: key,
  spec: { selector: { matchLabels: labels }, template: template('nginx:1'), revisionHistoryLimit: 2, ...spec },
});
const names = ['a', 'b', 'c'];
const sandbox = () =>
  controllerSandbox([daemonSetController], async (client) => {
    for (const name of names) await client.create(nodeKind, { metadata: { name }, spec: {} });
  });
const setImage = (it: ControllerSandbox, image: string) =>
  it.client.patch(daemonSetKind, key, { type: 'merge', patch: { spec: { template: template(image) } } });
const revisions = async (it: ControllerSandbox) =>
  (await it.client.list(controllerRevision)).items.map(({ revision }) => revision).toSorted();
const images = async (it: ControllerSandbox): Promise<readonly string[]> =>
  (await it.pods()).map((pod) => `${targetNode(pod)}=${pod.spec.containers[0]?.image}`).toSorted();

/** Plays scheduler and kubelets until all pods run. Gives the least number of nodes that had a ready pod meanwhile. */
async function rollOut(it: ControllerSandbox): Promise<number> {
  let fewest = names.length;
  for (let round = 0; round < 100; round++) {
    await it.settle();
    const pods = await it.pods();
    const isReady = ({ status }: Pod): boolean =>
      status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false;
    fewest = Math.min(fewest, new Set(pods.filter((pod) => isReady(pod) && !pod.metadata.deletionTimestamp).map(targetNode)).size);
    const leaving = pods.find(({ metadata }) => metadata.deletionTimestamp !== undefined);
    const waiting = pods.find((pod) => !isReady(pod));
    if (leaving) await it.client.delete(podKind, leaving.metadata, { gracePeriodSeconds: 0 });
    if (leaving) continue;
    if (!waiting) return fewest;
    await it.client.update(podKind, { ...waiting, spec: { ...waiting.spec, nodeName: targetNode(waiting) } });
    await it.settle();
    await it.run([await it.client.get(podKind, waiting.metadata)]);
  }
  throw new Error('it never ends');
}

test('a pod for each node, a revision, and a status that says so', async () => {
  await using it = await sandbox();
  await it.client.create(daemonSetKind, agent());
  await rollOut(it);
  expect(await images(it)).toEqual(['a=nginx:1', 'b=nginx:1', 'c=nginx:1']);
  const [revision] = (await it.client.list(controllerRevision)).items;
  // As Go writes a map: clients compare the bytes.
  expect(JSON.stringify(revision?.data)).toBe(JSON.stringify(sorted(revision?.data)));
  const hash = revision?.metadata.labels?.['controller-revision-hash'];
  expect(revision).toMatchObject({
    metadata: {
      name: `agent-${hash}`,
      labels: { app: 'agent' },
      ownerReferences: [{ kind: 'DaemonSet', name: 'agent', controller: true }],
    },
    data: { spec: { template: { ...template('nginx:1'), $patch: 'replace' } } },
    revision: 1,
  });
  expect(
    (await it.pods()).map(({ metadata }) => [metadata.labels?.['controller-revision-hash'], controllerOf({ metadata })?.kind]),
  ).toEqual(Array(3).fill([hash, 'DaemonSet']));
  expect((await it.client.get(daemonSetKind, key)).status).toEqual({
    ...{ currentNumberScheduled: 3, numberMisscheduled: 0, desiredNumberScheduled: 3, numberReady: 3 },
    ...{ updatedNumberScheduled: 3, numberAvailable: 3, observedGeneration: 1 },
  });
  expect((await it.events()).map((line) => line.split(':')[0])).toEqual(Array(3).fill('SuccessfulCreate'));
  const calls = it.client.calls.length;
  it.clock.advance(3_600_000);
  await it.settle();
  expect([it.client.calls.length - calls, it.clock.pending, it.errors]).toEqual([0, 0, []]);
});

test.each([
  [{ maxUnavailable: 1, maxSurge: 0 }, 2],
  [{ maxUnavailable: 2, maxSurge: 0 }, 1],
  [{ maxUnavailable: 0, maxSurge: 1 }, 3],
])('a new image rolls out within %o: never fewer than %d nodes are served', async (rollingUpdate, least) => {
  await using it = await sandbox();
  await it.client.create(daemonSetKind, agent({ updateStrategy: { type: 'RollingUpdate', rollingUpdate } }));
  await rollOut(it);
  await setImage(it, 'nginx:2');
  expect(await rollOut(it)).toBe(least);
  expect(await images(it)).toEqual(['a=nginx:2', 'b=nginx:2', 'c=nginx:2']);
  expect(it.errors).toEqual([]);
});

test('OnDelete waits for somebody to delete, node by node', async () => {
  await using it = await sandbox();
  await it.client.create(daemonSetKind, agent({ updateStrategy: { type: 'OnDelete' } }));
  await rollOut(it);
  await setImage(it, 'nginx:2');
  await it.settle();
  const [first] = (await it.pods()).filter((pod) => targetNode(pod) === 'b');
  await it.client.delete(podKind, { ...key, name: first?.metadata.name ?? '' });
  await rollOut(it);
  expect(await images(it)).toEqual(['a=nginx:1', 'b=nginx:2', 'c=nginx:1']);
  expect((await it.client.get(daemonSetKind, key)).status?.updatedNumberScheduled).toBe(1);
});

test('as many old revisions as the limit says are kept, and one that comes back is the newest again', async () => {
  await using it = await sandbox();
  await it.client.create(daemonSetKind, agent());
  await rollOut(it);
  for (const version of [2, 3, 4, 5]) {
    await setImage(it, `nginx:${version}`);
    await rollOut(it);
  }
  expect(await revisions(it)).toEqual([3, 4, 5]);
  await setImage(it, 'nginx:4');
  await rollOut(it);
  expect(await revisions(it)).toEqual([3, 5, 6]);
  expect(await images(it)).toEqual(['a=nginx:4', 'b=nginx:4', 'c=nginx:4']);
});

test('a revision of the same name but another template makes another name', async () => {
  await using it = await sandbox();
  await it.client.create(daemonSetKind, agent());
  await rollOut(it);
  const { metadata = { name: '' } } = (await it.client.list(controllerRevision)).items[0] ?? {};
  await it.client.delete(daemonSetKind, key);
  await it.settle();
  await it.client.delete(controllerRevision, { ...key, name: metadata.name });
  await it.client.create(controllerRevision, { metadata: { name: metadata.name, namespace: 'default' }, data: {}, revision: 7 });
  await it.client.create(daemonSetKind, agent());
  await it.settle();
  it.clock.advance(1000);
  await it.settle();
  expect((await it.client.get(daemonSetKind, key)).status?.collisionCount).toBe(1);
  expect((await it.client.list(controllerRevision)).items.length).toBe(2);
});

test('a pod that fails is told of and replaced: at once, then after one second, two, four', async () => {
  await using it = await sandbox();
  await it.client.create(daemonSetKind, agent());
  await rollOut(it);
  const fail = async (): Promise<string> => {
    await rollOut(it);
    const pod = (await it.pods()).find((one) => targetNode(one) === 'a') ?? { metadata: { name: '' } };
    const found = await it.client.get(podKind, { ...key, name: pod.metadata.name });
    await it.client.update(podKind, { ...found, status: { phase: 'Failed' } }, { subresource: 'status' });
    await it.settle();
    return found.metadata.name;
  };
  const isThere = async (name: string): Promise<boolean> =>
    (await it.pods()).some(({ metadata }) => metadata.name === name && metadata.deletionTimestamp === undefined);
  const first = await fail();
  expect(await isThere(first)).toBe(false);
  expect(await it.events()).toContain(`FailedDaemonPod: Found failed daemon pod default/${first} on node a, will try to kill it`);
  for (const waitMs of [1000, 2000, 4000]) {
    const name = await fail();
    it.clock.advance(waitMs - 1);
    await it.settle();
    expect(await isThere(name)).toBe(true);
    it.clock.advance(1);
    await it.settle();
    expect(await isThere(name)).toBe(false);
  }
});

test('a pod nobody controls is adopted; one that is relabelled is let go and replaced', async () => {
  await using it = await sandbox();
  await it.client.create(podKind, {
    metadata: { name: 'lonely', namespace: 'default', labels },
    spec: { ...template('x').spec, nodeName: 'a' },
  });
  await it.client.create(daemonSetKind, agent({ updateStrategy: { type: 'OnDelete' } }));
  await it.settle();
  expect(await images(it)).toEqual(['a=x', 'b=nginx:1', 'c=nginx:1']);
  await it.client.patch(podKind, { ...key, name: 'lonely' }, { type: 'merge', patch: { metadata: { labels: { app: 'debug' } } } });
  await it.settle();
  expect(await images(it)).toEqual(['a=nginx:1', 'a=x', 'b=nginx:1', 'c=nginx:1']);
});

test('nodes that come and go are followed, and a DaemonSet that selects everything does nothing but say so', async () => {
  await using it = await sandbox();
  await it.client.create(daemonSetKind, agent());
  await it.client.create(nodeKind, { metadata: { name: 'd' }, spec: {} });
  await it.settle();
  expect((await images(it)).length).toBe(4);
  await it.client.delete(nodeKind, { name: 'd' });
  await it.settle();
  expect((await images(it)).length).toBe(3);
  await it.client.create(daemonSetKind, { ...agent({ selector: {} }), metadata: { ...key, name: 'all' } });
  await it.settle();
  expect(await it.events()).toContain('SelectingAll: This daemon set is selecting all pods. A non-empty selector is required.');
  expect((await images(it)).length).toBe(3);
});
