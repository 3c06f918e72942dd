import { expect, test } from 'vitest';
import { node as nodeKind } from '../api/kinds/core/node.ts';
import { pod as podKind } from '../api/kinds/core/pod.ts';
import type { Pod } from '../api/types.gen.ts';
import { type ControllerSandbox, controllerSandbox } from '../testing/controller-sandbox.ts';
import { podGcController } from './pod-gc.ts';

const create = (it: ControllerSandbox, name: string, metadata: object = {}, spec: Partial<Pod['spec']> = {}) =>
  it.client.create(podKind, { metadata: { name, namespace: 'default', ...metadata }, spec: { containers: [], ...spec } });
const names = async (it: ControllerSandbox) => (await it.pods()).map(({ metadata }) => metadata.name);

test('pods of a node that is gone are failed and removed after a quarantine', async () => {
  await using it = await controllerSandbox([podGcController]);
  await it.client.create(nodeKind, { metadata: { name: 'one' }, spec: {} });
  await create(it, 'a', { finalizers: ['test/look'] }, { nodeName: 'one' });
  await create(it, 'b', {}, { nodeName: 'other' });
  await create(it, 'c');
  await it.client.delete(nodeKind, { name: 'one' });
  await it.settle();
  it.clock.advance(39_999);
  await it.settle();
  expect(await names(it)).toEqual(['a', 'b', 'c']);
  it.clock.advance(1);
  await it.settle();
  expect(await names(it)).toEqual(['a', 'c']);
  const [held] = await it.pods();
  expect(held?.status).toMatchObject({
    phase: 'Failed',
    conditions: [{ type: 'DisruptionTarget', status: 'True', reason: 'DeletionByPodGC', message: 'PodGC: node no longer exists' }],
  });
  expect(it.clock.pending).toBe(0);
});

test('a node that comes back in the quarantine keeps its pods', async () => {
  await using it = await controllerSandbox([podGcController]);
  await create(it, 'a', {}, { nodeName: 'one' });
  await it.settle();
  it.clock.advance(20_000);
  await it.client.create(nodeKind, { metadata: { name: 'one' }, spec: {} });
  await it.settle();
  it.clock.advance(60_000);
  await it.settle();
  expect(await names(it)).toEqual(['a']);
});

test('a pod that was deleted before it got a node goes at once', async () => {
  await using it = await controllerSandbox([podGcController]);
  await create(it, 'a', { deletionTimestamp: '2026-01-01T00:00:00Z' });
  await it.settle();
  expect(await names(it)).toEqual([]);
});
