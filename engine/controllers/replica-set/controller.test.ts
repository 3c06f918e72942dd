import { expect, test } from 'vitest';
import { ApiError, forbidden } from '../../api/errors.ts';
import { replicaSet as replicaSetKind } from '../../api/kinds/apps/replica-set.ts';
import { pod as podKind } from '../../api/kinds/core/pod.ts';
import { replicationController } from '../../api/kinds/core/replication-controller.ts';
import type { ReplicaSet } from '../../api/types.gen.ts';
import { controllerOf } from '../../client/owner-references.ts';
import { controllerSandbox } from '../../testing/controller-sandbox.ts';
import { replicaSetController, replicationControllerController } from './controller.ts';

const key = { namespace: 'default', name: 'web' };
const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'main', image: 'nginx' }] } };
const web = (replicas: number, spec: Partial<ReplicaSet['spec']> = {}): ReplicaSet => ({
  metadata: key,
  spec: { replicas, selector: { matchLabels: { app: 'web' } }, template, ...spec },
});

test('pods are created from the template, told of, counted as they become ready, and replaced when they go', async () => {
  await using it = await controllerSandbox([replicaSetController]);
  await it.client.create(replicaSetKind, web(3));
  await it.settle();
  const pods = await it.pods();
  expect(pods.map(({ metadata, spec }) => ({ labels: metadata.labels, owner: controllerOf({ metadata })?.name, spec }))).toEqual(
    Array(3).fill({ labels: { app: 'web' }, owner: 'web', spec: template.spec }),
  );
  for (const { metadata } of pods) expect(metadata.name).toMatch(/^web-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
  expect([...(await it.events())].toSorted()).toEqual(
    pods.map(({ metadata }) => `SuccessfulCreate: Created pod: ${metadata.name}`).toSorted(),
  );
  expect((await it.client.get(replicaSetKind, key)).status).toEqual({ replicas: 3, fullyLabeledReplicas: 3, observedGeneration: 1 });
  await it.run(pods.slice(0, 2));
  expect((await it.client.get(replicaSetKind, key)).status).toMatchObject({ replicas: 3, readyReplicas: 2, availableReplicas: 2 });
  await it.client.delete(podKind, { namespace: 'default', name: pods[0]?.metadata.name ?? '' });
  await it.settle();
  expect((await it.pods()).length).toBe(3);
  expect(it.errors).toEqual([]);
});

test('scaled down, the pods that do least go first', async () => {
  await using it = await controllerSandbox([replicaSetController]);
  await it.client.create(replicaSetKind, web(4));
  await it.settle();
  const [first, second, ...rest] = await it.pods();
  if (!first || !second) throw new Error('no pods');
  await it.run([first, second]);
  await it.client.patch(replicaSetKind, key, { type: 'merge', patch: { spec: { replicas: 2 } } });
  await it.settle();
  expect((await it.pods()).map(({ metadata }) => metadata.name)).toEqual([first.metadata.name, second.metadata.name]);
  expect((await it.events()).filter((line) => line.startsWith('SuccessfulDelete')).toSorted()).toEqual(
    rest.map(({ metadata }) => `SuccessfulDelete: Deleted pod: ${metadata.name}`).toSorted(),
  );
});

test('a pod that nobody controls is adopted, and one that is relabelled is released and replaced', async () => {
  await using it = await controllerSandbox([replicaSetController]);
  await it.client.create(podKind, { metadata: { name: 'lonely', namespace: 'default', labels: { app: 'web' } }, spec: template.spec });
  await it.client.create(replicaSetKind, web(2));
  await it.settle();
  expect((await it.pods()).map(({ metadata }) => controllerOf({ metadata })?.name)).toEqual(['web', 'web']);
  await it.client.patch(
    podKind,
    { namespace: 'default', name: 'lonely' },
    { type: 'merge', patch: { metadata: { labels: { app: 'debug' } } } },
  );
  await it.settle();
  const pods = await it.pods();
  expect(pods.length).toBe(3);
  expect(controllerOf(pods.find(({ metadata }) => metadata.name === 'lonely') ?? web(0))).toBeUndefined();
});

test('where no pod can be created only one is tried at a time, the failure is told and shown, and it is tried again later', async () => {
  await using it = await controllerSandbox([replicaSetController]);
  it.client.fault = (call) => {
    if (call.startsWith('create pods')) throw forbidden(podKind, '', 'exceeded quota: tight');
  };
  await it.client.create(replicaSetKind, web(100));
  await it.settle();
  const message = 'pods is forbidden: exceeded quota: tight';
  // Once by itself, and once more because its status has changed.
  expect(it.client.calls.filter((call) => call.startsWith('create pods')).length).toBe(2);
  expect(await it.events()).toEqual([`FailedCreate: Error creating: ${message}`]);
  expect((await it.client.get(replicaSetKind, key)).status?.conditions).toEqual([
    { type: 'ReplicaFailure', status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z', reason: 'FailedCreate', message },
  ]);
  it.client.fault = () => {};
  it.clock.advance(1000);
  await it.settle();
  expect((await it.pods()).length).toBe(100);
  expect((await it.client.get(replicaSetKind, key)).status).toEqual({ replicas: 100, fullyLabeledReplicas: 100, observedGeneration: 1 });
});

test('in a namespace that goes away nothing is created and nothing is complained of', async () => {
  await using it = await controllerSandbox([replicaSetController]);
  it.client.fault = (call) => {
    if (!call.startsWith('create pods')) return;
    throw new ApiError('Forbidden', 'being terminated', {
      details: { causes: [{ reason: 'NamespaceTerminating', field: '', message: '' }] },
    });
  };
  await it.client.create(replicaSetKind, web(1));
  await it.settle();
  expect(await it.events()).toEqual([]);
  expect(it.errors).toEqual([]);
});

test('minReadySeconds is waited for, and then nothing waits any more', async () => {
  await using it = await controllerSandbox([replicaSetController]);
  await it.client.create(replicaSetKind, web(1, { minReadySeconds: 30 }));
  await it.settle();
  await it.run(await it.pods());
  expect((await it.client.get(replicaSetKind, key)).status).toMatchObject({ readyReplicas: 1 });
  expect((await it.client.get(replicaSetKind, key)).status?.availableReplicas).toBeUndefined();
  expect(it.clock.pending).toBe(1);
  it.clock.advance(30_000);
  await it.settle();
  expect((await it.client.get(replicaSetKind, key)).status).toMatchObject({ availableReplicas: 1 });
  expect(it.clock.pending).toBe(0);
});

test('ReplicationControllers are kept by the same code', async () => {
  await using it = await controllerSandbox([replicationControllerController]);
  await it.client.create(replicationController, { metadata: key, spec: { replicas: 2, selector: { app: 'web' }, template } });
  await it.settle();
  const pods = await it.pods();
  expect(pods.map(({ metadata }) => controllerOf({ metadata })?.kind)).toEqual(['ReplicationController', 'ReplicationController']);
  await it.run(pods);
  expect((await it.client.get(replicationController, key)).status).toMatchObject({ replicas: 2, readyReplicas: 2, availableReplicas: 2 });
});

test('ten thousand pods are created in bursts of 500, none too many, and then nothing happens any more', async () => {
  await using it = await controllerSandbox([replicaSetController]);
  await it.client.create(replicaSetKind, web(10_000));
  const until = async (isSo: () => Promise<boolean>): Promise<void> => {
    for (await it.settle(); !(await isSo()); await it.settle()) it.clock.advance(500);
  };
  await until(async () => ((await it.client.get(replicaSetKind, key)).status?.replicas ?? 0) === 10_000);
  expect((await it.pods()).length).toBe(10_000);
  it.clock.advance(10_000);
  await it.settle();
  const calls = it.client.calls.length;
  it.clock.advance(3_600_000);
  await it.settle();
  expect(it.client.calls.length).toBe(calls);
  expect(it.clock.pending).toBe(0);
});
