import { expect, test } from 'vitest';
import { rfc3339, rfc3339Micro } from '../api/clock.ts';
import { deployment as deploymentKind } from '../api/kinds/apps/deployment.ts';
import { replicaSet as replicaSetKind } from '../api/kinds/apps/replica-set.ts';
import { lease as leaseKind } from '../api/kinds/coordination/lease.ts';
import { endpoints as endpointsKind } from '../api/kinds/core/endpoints.ts';
import { namespace as namespaceKind } from '../api/kinds/core/namespace.ts';
import { node as nodeKind } from '../api/kinds/core/node.ts';
import { service as serviceKind } from '../api/kinds/core/service.ts';
import { endpointSlice as sliceKind } from '../api/kinds/discovery/endpoint-slice.ts';
import { type ControllerSandbox, controllerSandbox } from '../testing/controller-sandbox.ts';
import { startControllers } from './controllers.ts';

const web = { namespace: 'default', name: 'web' };
const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'main', image: 'nginx' }] } };

/** A cluster with one node and one namespace. */
async function cluster(): Promise<ControllerSandbox> {
  const it = await controllerSandbox(startControllers);
  const now = rfc3339(it.clock.now());
  const conditions = [{ type: 'Ready', status: 'True', lastHeartbeatTime: now, lastTransitionTime: now }];
  await it.client.create(nodeKind, { metadata: { name: 'minato' }, spec: {}, status: { conditions } });
  await it.client.create(namespaceKind, { metadata: { name: 'default' }, spec: { finalizers: ['kubernetes'] } });
  await it.settle();
  return it;
}
async function heartbeat(it: ControllerSandbox): Promise<void> {
  const key = { namespace: 'kube-node-lease', name: 'minato' };
  const spec = { renewTime: rfc3339Micro(it.clock.now()) };
  if ((await it.client.list(leaseKind)).items.length === 0) await it.client.create(leaseKind, { metadata: key, spec });
  else await it.client.patch(leaseKind, key, { type: 'merge', patch: { spec } });
  await it.settle();
}
/** What keeps a cluster at rest busy: nothing but the node's heartbeat. */
async function callsInAnHourOfRest(it: ControllerSandbox): Promise<readonly string[]> {
  const before = it.client.calls.length;
  for (let at = 0; at < 360; at++) {
    it.clock.advance(10_000);
    await heartbeat(it);
  }
  return it.client.calls.slice(before).filter((call) => !/ leases /.test(call));
}

test('a Deployment with a Service comes up, rests without a single call, and leaves nothing behind', async () => {
  await using it = await cluster();
  await heartbeat(it);
  await it.client.create(deploymentKind, {
    metadata: web,
    spec: { replicas: 3, selector: { matchLabels: { app: 'web' } }, template, progressDeadlineSeconds: 600 },
  });
  await it.client.create(serviceKind, { metadata: web, spec: { clusterIP: '10.96.0.7', selector: { app: 'web' }, ports: [{ port: 80 }] } });
  await it.settle();
  await it.run(await it.pods());
  expect((await it.client.get(deploymentKind, web)).status).toMatchObject({ availableReplicas: 3 });
  expect(await callsInAnHourOfRest(it)).toEqual([]);
  await it.client.delete(deploymentKind, web);
  await it.client.delete(serviceKind, web);
  await it.settle();
  const left = await Promise.all(
    [replicaSetKind, sliceKind, endpointsKind].map(async (kind) => (await it.client.list(kind as typeof sliceKind)).items.length),
  );
  expect([await it.pods(), ...left]).toEqual([[], 0, 0, 0]);
  expect(it.errors).toEqual([]);
});

test('a namespace with a Deployment goes as a whole', async () => {
  await using it = await cluster();
  await it.client.create(namespaceKind, { metadata: { name: 'team' }, spec: { finalizers: ['kubernetes'] } });
  await it.client.create(deploymentKind, {
    metadata: { ...web, namespace: 'team' },
    spec: { replicas: 2, selector: { matchLabels: { app: 'web' } }, template },
  });
  await it.settle();
  await it.client.delete(namespaceKind, { name: 'team' });
  for (let second = 0; second < 30; second++) {
    await it.settle();
    it.clock.advance(1000);
  }
  await expect(it.client.get(namespaceKind, { name: 'team' })).rejects.toMatchObject({ reason: 'NotFound' });
  expect(await it.pods('team')).toEqual([]);
});

test('ten thousand pods of one Deployment come up and go', async () => {
  await using it = await cluster();
  await it.client.create(deploymentKind, {
    metadata: web,
    spec: { replicas: 10_000, selector: { matchLabels: { app: 'web' } }, template },
  });
  await it.client.create(serviceKind, { metadata: web, spec: { clusterIP: '10.96.0.7', selector: { app: 'web' }, ports: [{ port: 80 }] } });
  const until = async (isSo: () => Promise<boolean>): Promise<void> => {
    for (await it.settle(); !(await isSo()); await it.settle()) it.clock.advance(500);
  };
  await until(async () => (await it.client.get(deploymentKind, web)).status?.replicas === 10_000);
  await it.run(await it.pods());
  await until(async () => (await it.client.get(deploymentKind, web)).status?.availableReplicas === 10_000);
  await it.client.delete(deploymentKind, web);
  await until(async () => (await it.pods()).length === 0);
  expect(it.errors).toEqual([]);
});
