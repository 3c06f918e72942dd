import { expect, test } from 'vitest';
import { configMap as configMapKind } from '../api/kinds/core/config-map.ts';
import { event as eventKind } from '../api/kinds/core/event.ts';
import { namespace as namespaceKind } from '../api/kinds/core/namespace.ts';
import { pod as podKind } from '../api/kinds/core/pod.ts';
import { serviceAccount as serviceAccountKind } from '../api/kinds/core/service-account.ts';
import { type ControllerSandbox, controllerSandbox } from '../testing/controller-sandbox.ts';
import { namespaceController } from './namespace.ts';
import { rootCaController } from './root-ca.ts';
import { serviceAccountController } from './service-account.ts';

const key = { name: 'team' };
const create = (it: ControllerSandbox) => it.client.create(namespaceKind, { metadata: key, spec: { finalizers: ['kubernetes'] } });

test('every namespace gets a default ServiceAccount and the root CA, and gets them back', async () => {
  await using it = await controllerSandbox([serviceAccountController, rootCaController]);
  await create(it);
  await it.settle();
  const map = { namespace: 'team', name: 'kube-root-ca.crt' };
  const account = { namespace: 'team', name: 'default' };
  expect((await it.client.get(configMapKind, map)).data).toEqual({ 'ca.crt': 'the CA' });
  await it.client.delete(configMapKind, map);
  await it.client.delete(serviceAccountKind, account);
  await it.settle();
  await it.client.patch(configMapKind, map, { type: 'merge', patch: { data: { 'ca.crt': 'forged' } } });
  await it.settle();
  expect((await it.client.get(configMapKind, map)).data).toEqual({ 'ca.crt': 'the CA' });
  expect((await it.client.get(serviceAccountKind, account)).metadata.name).toBe('default');
});

test('a namespace is emptied, pods first, says what holds it, and goes when nothing is left', async () => {
  await using it = await controllerSandbox([namespaceController, serviceAccountController, rootCaController]);
  await create(it);
  await it.settle();
  const pod = { namespace: 'team', name: 'web' };
  await it.client.create(podKind, { metadata: pod, spec: { nodeName: 'minato', containers: [] } });
  await it.client.create(configMapKind, { metadata: { namespace: 'team', name: 'held', finalizers: ['example.com/hold'] } });
  await it.client.create(eventKind, { metadata: { namespace: 'team', name: 'web.1' }, involvedObject: {} });
  await it.settle();
  await it.client.delete(namespaceKind, key);
  await it.settle();
  const names = async () => (await it.client.list(configMapKind, { namespace: 'team' })).items.map(({ metadata }) => metadata.name);
  expect((await it.pods('team'))[0]?.metadata.deletionTimestamp).toBeDefined();
  expect(await names()).toEqual(['held', 'kube-root-ca.crt']);
  await it.client.delete(podKind, pod, { gracePeriodSeconds: 0 });
  await it.settle();
  expect(await names()).toEqual(['held']);
  const { status } = await it.client.get(namespaceKind, key);
  expect(status?.phase).toBe('Terminating');
  expect(
    status?.conditions?.filter((condition) => condition.status === 'True').map(({ type, reason, message }) => [type, reason, message]),
  ).toEqual([
    ['NamespaceContentRemaining', 'SomeResourcesRemain', 'Some resources are remaining: configmaps. has 1 resource instances'],
    [
      'NamespaceFinalizersRemaining',
      'SomeFinalizersRemain',
      'Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances',
    ],
  ]);
  expect(it.clock.pending).toBe(0);
  await it.client.patch(configMapKind, { namespace: 'team', name: 'held' }, { type: 'merge', patch: { metadata: { finalizers: [] } } });
  await it.settle();
  await expect(it.client.get(namespaceKind, key)).rejects.toMatchObject({ reason: 'NotFound' });
  expect((await it.client.list(eventKind, { namespace: 'team' })).items).toEqual([]);
  expect(it.errors).toEqual([]);
});
