/** What a node's certificate can do, and what it cannot: every need of the agent granted, every attack refused in upstream's words. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lease } from '../../api/kinds/coordination/lease.ts';
import { configMap } from '../../api/kinds/core/config-map.ts';
import { node } from '../../api/kinds/core/node.ts';
import { persistentVolume } from '../../api/kinds/core/persistent-volume.ts';
import { persistentVolumeClaim } from '../../api/kinds/core/persistent-volume-claim.ts';
import { pod } from '../../api/kinds/core/pod.ts';
import { secret } from '../../api/kinds/core/secret.ts';
import { serviceAccount } from '../../api/kinds/core/service-account.ts';
import { clusterRoleBinding } from '../../api/kinds/rbac/cluster-role-binding.ts';
import type { Live } from '../../api/object.ts';
import type { Pod, PodSpec } from '../../api/types.gen.ts';
import { type TestApiServer, testApiServer } from '../../testing/test-api-server.ts';
import { createApiServer } from '../api-server.ts';
import type { LocalClient } from '../local-client.ts';

let api: TestApiServer;
let one: LocalClient;
const pods = new Map<string, Live<Pod>>();
const inDefault = (name: string) => ({ name, namespace: 'default' });
const as = (name: string): LocalClient => api.server.as({ username: `system:node:${name}`, groups: ['system:nodes'] });

/** `done`, or why not. */
const result = (doing: Promise<unknown>): Promise<string> =>
  doing.then(
    () => 'done',
    (error: Error) => error.message,
  );
const ask = (method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: object): Promise<string> =>
  result(one.request({ method, path, ...(body ? { body } : {}) }));
const read = (path: string): Promise<string> => ask('GET', `/api/v1${path}`);
const first = (words: Promise<string>): Promise<string> => words.then((text) => text.replace(/^.*? is forbidden: /, ''));

const spec = (nodeName: string, extra: Partial<PodSpec> = {}): PodSpec => ({
  nodeName,
  containers: [{ name: 'c', image: 'nginx' }],
  ...extra,
});

beforeAll(async () => {
  api = await testApiServer();
  const { client } = api;
  one = as('one');
  for (const name of ['one', 'two']) await client.create(node, { metadata: { name }, spec: {} });
  for (const name of ['used', 'env', 'pull', 'projected', 'other']) {
    await client.create(secret, { metadata: inDefault(name) });
    await client.create(configMap, { metadata: inDefault(name) });
  }
  for (const name of ['worker', 'idle']) await client.create(serviceAccount, { metadata: inDefault(name) });
  const claim = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
  for (const name of ['data', 'spare']) {
    await client.create(persistentVolumeClaim, { metadata: inDefault(name), spec: { ...claim, volumeName: `pv-${name}` } });
    await client.create(persistentVolume, {
      metadata: { name: `pv-${name}` },
      spec: { accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' }, hostPath: { path: '/x' }, claimRef: inDefault(name) },
    });
  }
  const create = async (name: string, wanted: PodSpec): Promise<void> => {
    pods.set(name, await client.create(pod, { metadata: inDefault(name), spec: wanted }));
  };
  await create(
    'mine',
    spec('one', {
      serviceAccountName: 'worker',
      imagePullSecrets: [{ name: 'pull' }],
      initContainers: [{ name: 'i', image: 'nginx', envFrom: [{ secretRef: { name: 'env' } }, { configMapRef: { name: 'env' } }] }],
      volumes: [
        { name: 'a', secret: { secretName: 'used' } },
        { name: 'b', configMap: { name: 'used' } },
        { name: 'c', projected: { sources: [{ secret: { name: 'projected' } }, { configMap: { name: 'projected' } }] } },
        { name: 'd', persistentVolumeClaim: { claimName: 'data' } },
      ],
    }),
  );
  await create('theirs', spec('two', { volumes: [{ name: 'a', secret: { secretName: 'other' } }] }));
  await create('free', { containers: [{ name: 'c', image: 'nginx' }] });
});
afterAll(() => api[Symbol.asyncDispose]());

test('a node reads what its own Pods name, one by one, and nothing else', async () => {
  const granted = [
    ...['used', 'env', 'pull', 'projected'].map((name) => `/namespaces/default/secrets/${name}`),
    ...['used', 'env', 'projected', 'kube-root-ca.crt'].map(
      (name) => `/namespaces/default/configmaps?fieldSelector=metadata.name%3D${name}`,
    ),
    '/namespaces/kube-system/configmaps?fieldSelector=metadata.name%3Dminato-network-policies',
    '/namespaces/default/persistentvolumeclaims/data',
    '/persistentvolumes/pv-data',
    '/namespaces/default/pods/mine',
    '/pods?fieldSelector=spec.nodeName%3Done',
    '/nodes/one',
    '/services',
    '/namespaces',
  ];
  expect(await Promise.all(granted.map(read))).toEqual(granted.map(() => 'done'));
  const cannot = (verb: string, what: string, where: string, why: string): string =>
    `User "system:node:one" cannot ${verb} resource "${what}" in API group "" ${where}${why}`;
  const inNamespace = 'in the namespace "default"';
  const everywhere = 'at the cluster scope';
  const unrelated = ": no relationship found between node 'one' and this object";
  const refused: readonly [path: string, words: string][] = [
    ['/secrets', cannot('list', 'secrets', everywhere, ': can only read namespaced object of this type')],
    ['/namespaces/default/secrets', cannot('list', 'secrets', inNamespace, ': No Object name found')],
    ['/namespaces/default/secrets?fieldSelector=metadata.name%3Dother', cannot('list', 'secrets', inNamespace, unrelated)],
    ['/namespaces/default/secrets?fieldSelector=metadata.name!%3Dother', cannot('list', 'secrets', inNamespace, ': No Object name found')],
    ['/namespaces/default/secrets/other', cannot('get', 'secrets', inNamespace, unrelated)],
    ['/namespaces/kube-system/secrets/used', cannot('get', 'secrets', 'in the namespace "kube-system"', unrelated)],
    ['/namespaces/default/configmaps/other', cannot('get', 'configmaps', inNamespace, unrelated)],
    ['/namespaces/default/configmaps/minato-network-policies', cannot('get', 'configmaps', inNamespace, unrelated)],
    ['/namespaces/kube-system/configmaps', cannot('list', 'configmaps', 'in the namespace "kube-system"', ': No Object name found')],
    ['/namespaces/default/persistentvolumeclaims/spare', cannot('get', 'persistentvolumeclaims', inNamespace, unrelated)],
    [
      '/namespaces/default/persistentvolumeclaims',
      cannot('list', 'persistentvolumeclaims', inNamespace, ': can only get individual resources of this type'),
    ],
    ['/persistentvolumes/pv-spare', cannot('get', 'persistentvolumes', everywhere, unrelated)],
    ['/pods', cannot('list', 'pods', everywhere, ': can only list/watch pods with spec.nodeName field selector')],
    [
      '/pods?fieldSelector=spec.nodeName%3Dtwo',
      cannot('list', 'pods', everywhere, ': can only list/watch pods with spec.nodeName field selector'),
    ],
    ['/namespaces/default/pods/theirs', cannot('get', 'pods', inNamespace, unrelated)],
    [
      '/namespaces/default/serviceaccounts/worker',
      cannot('get', 'serviceaccounts', inNamespace, ': can only create tokens for individual service accounts'),
    ],
  ];
  expect(await Promise.all(refused.map(([path]) => first(read(path))))).toEqual(refused.map(([, words]) => words));
});

test("a Secret is the node's from the moment its Pod is bound until the Pod is gone", async () => {
  const late = inDefault('late');
  await api.client.create(secret, { metadata: late });
  const path = '/namespaces/default/secrets/late';
  expect(await read(path)).toContain('no relationship found');
  await api.client.create(pod, { metadata: late, spec: spec('one', { volumes: [{ name: 'a', secret: { secretName: 'late' } }] }) });
  await expect.poll(() => read(path)).toBe('done');
  await api.client.delete(pod, late, { gracePeriodSeconds: 0 });
  await expect.poll(() => read(path)).toContain('no relationship found');
});

test('a node changes itself, but not what draws Pods to it, and no other node', async () => {
  const patch = (name: string, changes: object, options = {}) =>
    result(one.patch(node, { name }, { type: 'merge', patch: changes }, options));
  const label = (key: string) => first(patch('one', { metadata: { labels: { [key]: 'x' } } }));
  const refusedLabel = (key: string): string => `is not allowed to modify labels: ${key}`;
  const own = ['topology.kubernetes.io/zone', 'a.kubelet.kubernetes.io/b', 'node.kubernetes.io/c', 'example.com/d', 'plain'];
  expect(await Promise.all(own.map(label))).toEqual(own.map(() => 'done'));
  const notOwn = [
    'node-role.kubernetes.io/control-plane',
    'node-restriction.kubernetes.io/a',
    'x.node-restriction.kubernetes.io/a',
    'a.k8s.io/b',
  ];
  expect(await Promise.all(notOwn.map(label))).toEqual(notOwn.map(refusedLabel));
  expect(await patch('one', { status: { conditions: [{ type: 'Ready', status: 'True' }] } }, { subresource: 'status' })).toBe('done');
  expect(await first(patch('one', { spec: { taints: [{ key: 'a', effect: 'NoSchedule' }] } }))).toBe(
    'node "one" is not allowed to modify taints',
  );
  const owner = { apiVersion: 'v1', kind: 'Pod', name: 'mine', uid: pods.get('mine')?.metadata.uid };
  expect(await first(patch('one', { metadata: { ownerReferences: [owner] } }))).toBe('node "one" is not allowed to modify ownerReferences');
  expect(await patch('two', { metadata: { labels: { a: 'b' } } })).toBe(
    'nodes "two" is forbidden: node "one" is not allowed to modify node "two"',
  );
  expect(await first(patch('two', { status: { phase: 'Running' } }, { subresource: 'status' }))).toBe(
    'node "one" is not allowed to modify node "two"',
  );
  expect(await first(result(one.create(node, { metadata: { name: 'three' }, spec: {} })))).toBe(
    'node "one" is not allowed to modify node "three"',
  );
  const labelled = { metadata: { name: 'four', labels: { 'node-role.kubernetes.io/x': '', 'kubernetes.io/os': 'linux' } }, spec: {} };
  expect(await first(result(as('four').create(node, labelled)))).toBe(
    'node "four" is not allowed to set the following labels: node-role.kubernetes.io/x',
  );
  expect(await result(as('four').create(node, { metadata: { name: 'four', labels: { 'kubernetes.io/os': 'linux' } }, spec: {} }))).toBe(
    'done',
  );
  expect(await first(result(one.delete(node, { name: 'two' })))).toBe(
    'User "system:node:one" cannot delete resource "nodes" in API group "" at the cluster scope',
  );
});

test('a node renews its own Lease', async () => {
  const write = (namespace: string, name: string) =>
    result(one.create(lease, { metadata: { namespace, name }, spec: { holderIdentity: 'one' } }));
  expect(await write('kube-node-lease', 'one')).toBe('done');
  expect(await first(write('kube-node-lease', 'two'))).toBe('can only access node lease with the same name as the requesting node');
  expect(await first(write('default', 'one'))).toBe(
    'User "system:node:one" cannot create resource "leases" in API group "coordination.k8s.io" in the namespace "default": ' +
      'can only access leases in the "kube-node-lease" system namespace',
  );
  await api.client.create(lease, { metadata: { namespace: 'kube-node-lease', name: 'two' }, spec: {} });
  const patch = { type: 'merge', patch: { spec: { holderIdentity: 'one' } } } as const;
  expect(await result(one.patch(lease, { namespace: 'kube-node-lease', name: 'one' }, patch))).toBe('done');
  expect(await result(one.patch(lease, { namespace: 'kube-node-lease', name: 'two' }, patch))).toContain(
    'with the same name as the requesting node',
  );
  expect(await ask('GET', '/apis/coordination.k8s.io/v1/leases')).toContain('can only get, create, update, patch, or delete a node lease');
});

test('a node reports on, evicts and removes the Pods that are bound to it', async () => {
  const say = (name: string, patch: object) =>
    first(result(one.patch(pod, inDefault(name), { type: 'merge', patch }, { subresource: 'status' })));
  const running = { status: { phase: 'Running' } };
  expect(await say('mine', running)).toBe('done');
  const own = 'node "one" can only update pod status for pods with spec.nodeName set to itself';
  expect([await say('theirs', running), await say('free', running)]).toEqual([own, own]);
  expect(await say('mine', { metadata: { labels: { a: 'b' } } })).toBe('node "one" cannot update labels through pod status');
  expect(await first(result(one.patch(pod, inDefault('mine'), { type: 'merge', patch: { metadata: { labels: { a: 'b' } } } })))).toContain(
    'cannot patch resource "pods"',
  );
  const evict = (name: string) =>
    first(
      ask('POST', `/api/v1/namespaces/default/pods/${name}/eviction`, {
        apiVersion: 'policy/v1',
        kind: 'Eviction',
        metadata: inDefault(name),
      }),
    );
  expect(await evict('theirs')).toBe('node one can only evict pods with spec.nodeName set to itself');
  expect(await first(result(one.delete(pod, inDefault('theirs'))))).toBe(
    'node "one" can only delete pods with spec.nodeName set to itself',
  );
  expect(await first(ask('DELETE', '/api/v1/namespaces/default/pods'))).toContain('cannot deletecollection resource "pods"');
  const bind = { apiVersion: 'v1', kind: 'Binding', metadata: inDefault('free'), target: { kind: 'Node', name: 'one' } };
  expect(await first(ask('POST', '/api/v1/namespaces/default/pods/free/binding', bind))).toContain('cannot create resource "pods/binding"');
  for (const name of ['evicted', 'removed']) await api.client.create(pod, { metadata: inDefault(name), spec: spec('one') });
  expect([await evict('evicted'), await result(one.delete(pod, inDefault('removed'), { gracePeriodSeconds: 0 }))]).toEqual([
    'done',
    'done',
  ]);
});

test('a node makes tokens for the accounts of its Pods, bound to such a Pod', async () => {
  const token = (account: string, boundObjectRef?: object) =>
    first(
      ask('POST', `/api/v1/namespaces/default/serviceaccounts/${account}/token`, {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenRequest',
        spec: { audiences: [], ...(boundObjectRef ? { boundObjectRef } : {}) },
      }),
    );
  const boundTo = (name: string, uid = pods.get(name)?.metadata.uid) => ({ apiVersion: 'v1', kind: 'Pod', name, uid });
  expect([
    await token('worker', boundTo('mine')),
    await token('worker'),
    await token('worker', { ...boundTo('mine'), uid: undefined }),
    await token('worker', boundTo('mine', 'another')),
    await token('worker', { apiVersion: 'v1', kind: 'Secret', name: 'used', uid: 'x' }),
    await token('default', boundTo('theirs')),
    await token('idle', boundTo('mine')),
  ]).toEqual([
    'done',
    'node requested token not bound to a pod',
    'node requested token with a pod binding without a uid',
    'the UID in the bound object reference (another) does not match the UID in record. The object might have been deleted and then recreated',
    'node requested token not bound to a pod',
    // Its own Pods have that account, too: the account is the node's, the Pod is not.
    expect.stringMatching(/no relationship found|bound to a pod scheduled on a different node/),
    expect.stringContaining("no relationship found between node 'one' and this object"),
  ]);
});

test('the only Pods a node makes are mirrors, which name nothing', async () => {
  const uid = (await api.client.get(node, { name: 'one' })).metadata.uid;
  const ownerReferences = [{ apiVersion: 'v1', kind: 'Node', name: 'one', uid, controller: true }];
  const annotations = { 'kubernetes.io/config.mirror': 'x' };
  const make = (name: string, metadata: object, wanted: PodSpec) =>
    first(result(one.create(pod, { metadata: { ...inDefault(name), ...metadata }, spec: wanted })));
  const mirror = { annotations, ownerReferences };
  const volume = (source: object): PodSpec => spec('one', { volumes: [{ name: 'v', ...source }] });
  expect([
    await make('a', { ownerReferences }, spec('one')),
    await make('a', mirror, spec('two')),
    await make('a', { annotations }, spec('one')),
    await make('a', { annotations, ownerReferences: [{ ...ownerReferences[0], uid: 'x' }] }, spec('one')),
    await make('a', mirror, spec('one', { serviceAccountName: 'worker' })),
    await make('a', mirror, volume({ secret: { secretName: 'other' } })),
    await make('a', mirror, volume({ configMap: { name: 'other' } })),
    await make('a', mirror, volume({ persistentVolumeClaim: { claimName: 'spare' } })),
    await make('a', mirror, spec('one')),
  ]).toEqual([
    'pod does not have "kubernetes.io/config.mirror" annotation, node "one" can only create mirror pods',
    'node "one" can only create pods with spec.nodeName set to itself',
    'node "one" can only create pods with an owner reference set to itself',
    `node one UID mismatch: expected x got ${uid}`,
    'node "one" can not create pods that reference a service account',
    'node "one" can not create pods that reference secrets',
    'node "one" can not create pods that reference configmaps',
    'node "one" can not create pods that reference persistentvolumeclaims',
    'done',
  ]);
});

test('a cluster of an older version gives up the binding by which all nodes could do all of it', async () => {
  const binding = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'system:nodes' };
  const own = { ...binding, name: 'of-the-user' };
  await api.client.patch(clusterRoleBinding, { name: 'system:node' }, { type: 'merge', patch: { subjects: [binding, own] } });
  await using _ = await createApiServer({ store: api.store, clock: api.clock });
  expect((await api.client.get(clusterRoleBinding, { name: 'system:node' })).subjects).toEqual([own]);
});

test('who is in the group of nodes and no node by name has no right of one', async () => {
  const nobody = api.server.as({ username: 'mallory', groups: ['system:nodes'] });
  expect(await result(nobody.get(secret, inDefault('used')))).toBe(
    'secrets "used" is forbidden: User "mallory" cannot get resource "secrets" in API group "" in the namespace "default"',
  );
  const nameless = api.server.as({ username: 'system:node:', groups: ['system:nodes'] });
  expect(await result(nameless.get(secret, inDefault('used')))).toContain('unknown node for user "system:node:"');
});
