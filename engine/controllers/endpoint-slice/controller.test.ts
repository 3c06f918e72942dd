import { expect, test } from 'vitest';
import { endpoints as endpointsKind } from '../../api/kinds/core/endpoints.ts';
import { node as nodeKind } from '../../api/kinds/core/node.ts';
import { pod as podKind } from '../../api/kinds/core/pod.ts';
import { service as serviceKind } from '../../api/kinds/core/service.ts';
import { endpointSlice as sliceKind } from '../../api/kinds/discovery/endpoint-slice.ts';
import { type ControllerSandbox, controllerSandbox } from '../../testing/controller-sandbox.ts';
import { endpointsController } from '../endpoints/controller.ts';
import { endpointSliceController } from './controller.ts';

const key = { namespace: 'default', name: 'web' };
const sandbox = () =>
  controllerSandbox([endpointSliceController, endpointsController], async (client) => {
    await client.create(nodeKind, { metadata: { name: 'minato' }, spec: {} });
  });
const serve = (it: ControllerSandbox) =>
  it.client.create(serviceKind, {
    metadata: key,
    spec: { clusterIP: '10.96.0.7', selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] },
  });
async function runPod(it: ControllerSandbox, name: string, ip: string, app = 'web'): Promise<void> {
  const pod = await it.client.create(podKind, {
    metadata: { name, namespace: 'default', labels: { app } },
    spec: { nodeName: 'minato', containers: [] },
  });
  const status = { phase: 'Running', podIP: ip, podIPs: [{ ip }], conditions: [{ type: 'Ready', status: 'True' }] };
  await it.client.update(podKind, { ...pod, status }, { subresource: 'status' });
  await it.settle();
}
async function published(it: ControllerSandbox) {
  const { items } = await it.client.list(sliceKind);
  const { subsets = [] } = await it.client.get(endpointsKind, key);
  return [
    items.map(({ endpoints }) => endpoints.flatMap(({ addresses }) => addresses)),
    subsets.flatMap(({ addresses = [] }) => addresses.map(({ ip }) => ip)),
  ];
}

test('Services publish their pods as they come, change and go; slices of others are left alone', async () => {
  await using it = await sandbox();
  await it.client.create(sliceKind, {
    metadata: { name: 'mine', namespace: 'default', labels: { 'kubernetes.io/service-name': 'web' } },
    addressType: 'IPv4',
    endpoints: [],
  });
  await serve(it);
  await it.settle();
  expect(await published(it)).toEqual([[[], []], []]);
  await runPod(it, 'a', '10.244.0.2');
  await runPod(it, 'b', '10.244.0.3');
  await runPod(it, 'c', '10.244.0.4', 'other');
  expect(await published(it)).toEqual([
    [[], ['10.244.0.2', '10.244.0.3']],
    ['10.244.0.2', '10.244.0.3'],
  ]);
  await it.client.patch(podKind, { namespace: 'default', name: 'a' }, { type: 'merge', patch: { metadata: { labels: { app: 'debug' } } } });
  await it.settle();
  expect(await published(it)).toEqual([[[], ['10.244.0.3']], ['10.244.0.3']]);
  const [, slice] = (await it.client.list(sliceKind)).items;
  expect(slice?.metadata.name).toMatch(/^web-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
  expect(it.errors).toEqual([]);
});

test('what a Service does not publish wakes nobody', async () => {
  await using it = await sandbox();
  await serve(it);
  await runPod(it, 'a', '10.244.0.2');
  const before = it.client.calls.length;
  await it.client.patch(
    podKind,
    { namespace: 'default', name: 'a' },
    { type: 'merge', patch: { metadata: { annotations: { note: '1' } } } },
  );
  await it.settle();
  expect(it.client.calls.slice(before)).toEqual(['patch pods default/a']);
});

test('slices and Endpoints that somebody removes come back, and the Endpoints of a Service that is gone go', async () => {
  await using it = await sandbox();
  await serve(it);
  await runPod(it, 'a', '10.244.0.2');
  const [slice] = (await it.client.list(sliceKind)).items;
  await it.client.delete(sliceKind, slice?.metadata ?? key);
  await it.client.delete(endpointsKind, key);
  await it.settle();
  expect(await published(it)).toEqual([[['10.244.0.2']], ['10.244.0.2']]);
  await it.client.create(endpointsKind, { metadata: { name: 'by-hand', namespace: 'default' } });
  await it.client.delete(serviceKind, key);
  await it.settle();
  expect((await it.client.list(endpointsKind)).items.map(({ metadata }) => metadata.name)).toEqual(['by-hand']);
});
