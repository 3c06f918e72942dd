import { expect, test } from 'vitest';
import { endpoints } from '../../api/kinds/core/endpoints.ts';
import { service } from '../../api/kinds/core/service.ts';
import { endpointSlice } from '../../api/kinds/discovery/endpoint-slice.ts';
import { type ControllerSandbox, controllerSandbox } from '../../testing/controller-sandbox.ts';
import { endpointSliceMirroringController } from './controller.ts';

const key = (name: string) => ({ name, namespace: 'default' });
const port = { name: 'web', port: 8080, protocol: 'TCP' };

/** `type addresses ready ports` of each slice. */
async function slices(it: ControllerSandbox): Promise<readonly string[]> {
  await it.settle();
  const { items } = await it.client.list(endpointSlice);
  return items.map(({ addressType, endpoints: all, ports = [] }) =>
    [
      addressType,
      ...(all ?? []).map(({ addresses, conditions }) => `${addresses}${conditions?.ready ? '' : ' (not ready)'}`),
      ...ports.map((one) => one.port),
    ].join(' '),
  );
}

test('Endpoints that somebody writes for a Service without a selector become slices, and follow it', async () => {
  await using it = await controllerSandbox([endpointSliceMirroringController]);
  const { client } = it;
  await client.create(service, { metadata: key('db'), spec: { ports: [{ port: 80 }] } });
  await client.create(service, { metadata: key('own'), spec: { selector: { a: 'b' }, ports: [{ port: 80 }] } });
  const subsets = [{ addresses: [{ ip: '10.1.1.1' }, { ip: 'fd00::1' }], notReadyAddresses: [{ ip: '10.1.1.2' }], ports: [port] }];
  for (const name of ['db', 'own', 'nobody'])
    await client.create(endpoints, { metadata: { ...key(name), labels: { from: 'me' } }, subsets });
  expect((await slices(it)).toSorted()).toEqual(['IPv4 10.1.1.1 10.1.1.2 (not ready) 8080', 'IPv6 fd00::1 8080']);
  const [made] = (await client.list(endpointSlice)).items;
  expect([made?.metadata.labels, made?.metadata.ownerReferences?.[0]?.kind]).toEqual([
    {
      from: 'me',
      'kubernetes.io/service-name': 'db',
      'endpointslice.kubernetes.io/managed-by': 'endpointslicemirroring-controller.k8s.io',
    },
    'Endpoints',
  ]);
  const present = await client.get(endpoints, key('db'));
  await client.update(endpoints, { ...present, subsets: [{ addresses: [{ ip: '10.1.1.3' }], ports: [port] }] });
  expect(await slices(it)).toEqual(['IPv4 10.1.1.3 8080']);
  const next = await client.get(endpoints, key('db'));
  const labels = { 'endpointslice.kubernetes.io/skip-mirror': 'true' };
  await client.update(endpoints, { ...next, metadata: { ...next.metadata, labels } });
  expect(await slices(it)).toEqual([]);
  expect(it.errors).toEqual([]);
});

test('slices go with their Endpoints', async () => {
  await using it = await controllerSandbox([endpointSliceMirroringController]);
  await it.client.create(endpoints, { metadata: key('db'), subsets: [{ addresses: [{ ip: '10.1.1.1' }], ports: [port] }] });
  await it.client.create(service, { metadata: key('db'), spec: { ports: [{ port: 80 }] } });
  expect(await slices(it)).toHaveLength(1);
  await it.client.delete(endpoints, key('db'));
  expect(await slices(it)).toEqual([]);
});
