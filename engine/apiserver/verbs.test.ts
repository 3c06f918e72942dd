/** The verbs through the client interface that the control plane uses. */
import { expect, test } from 'vitest';
import type { ApiError } from '../api/errors.ts';
import { configMap } from '../api/kinds/core/config-map.ts';
import { endpoints } from '../api/kinds/core/endpoints.ts';
import { namespace } from '../api/kinds/core/namespace.ts';
import { pod } from '../api/kinds/core/pod.ts';
import { service } from '../api/kinds/core/service.ts';
import type { Binding, ConfigMap, Pod, Service } from '../api/types.gen.ts';
import type { WatchEvent } from '../client/client.ts';
import { type TestClock, testClock } from '../testing/clock.ts';
import { type TestApiServer, testApiServer } from '../testing/test-api-server.ts';

const map = (name: string, data: Record<string, string> = {}, labels?: Record<string, string>): ConfigMap => ({
  metadata: { name, namespace: 'default', ...(labels ? { labels } : {}) },
  data,
});
const nginx = (name: string): Pod => ({
  metadata: { name, namespace: 'default' },
  spec: { containers: [{ name: 'main', image: 'nginx' }] },
});
const start = (options = {}): Promise<TestApiServer> => testApiServer({ namespaces: ['default'], ...options });

async function refusal(doing: Promise<unknown>): Promise<Pick<ApiError, 'code' | 'message' | 'reason'>> {
  const error = await doing.then(
    () => undefined,
    (reason: ApiError) => reason,
  );
  return { code: error?.code ?? 0, reason: error?.reason ?? 'InternalError', message: error?.message ?? 'it worked' };
}

test('what is created can be read, and says who and when it is', async () => {
  await using api = await start({ newUid: () => 'uid-1' });
  const created = await api.client.create(configMap, map('a', { x: '1' }));
  expect(created).toEqual({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: 'a',
      namespace: 'default',
      uid: 'uid-1',
      creationTimestamp: '2026-01-01T00:00:00Z',
      resourceVersion: expect.stringMatching(/^[0-9]+$/),
      managedFields: [
        {
          manager: 'admin',
          operation: 'Update',
          apiVersion: 'v1',
          time: '2026-01-01T00:00:00Z',
          fieldsType: 'FieldsV1',
          fieldsV1: { 'f:data': { '.': {}, 'f:x': {} } },
        },
      ],
    },
    data: { x: '1' },
  });
  expect(await api.client.get(configMap, { namespace: 'default', name: 'a' })).toBe(created);
  expect(Object.isFrozen(created) && Object.isFrozen(created.metadata) && Object.isFrozen(created.data)).toBe(true);
});

test('what is there already, missing, or in no namespace is refused in the words of Kubernetes', async () => {
  await using api = await start();
  const { client } = api;
  await client.create(configMap, map('a'));
  const ask = { namespace: 'default', name: 'b' };
  expect([
    await refusal(client.create(configMap, map('a'))),
    await refusal(client.get(configMap, ask)),
    await refusal(client.delete(configMap, ask)),
    await refusal(client.update(configMap, map('b'))),
    await refusal(client.create(configMap, { metadata: { name: 'a', namespace: 'nowhere' } })),
  ]).toEqual([
    { code: 409, reason: 'AlreadyExists', message: 'configmaps "a" already exists' },
    { code: 404, reason: 'NotFound', message: 'configmaps "b" not found' },
    { code: 404, reason: 'NotFound', message: 'configmaps "b" not found' },
    { code: 404, reason: 'NotFound', message: 'configmaps "b" not found' },
    { code: 404, reason: 'NotFound', message: 'namespaces "nowhere" not found' },
  ]);
});

test('a generated name gets a suffix, and another when it is taken', async () => {
  let calls = 0;
  await using api = await start({ random: () => (calls++ < 10 ? 0 : 0.5) });
  const draft: ConfigMap = { metadata: { generateName: 'job-', namespace: 'default' } };
  const first = await api.client.create(configMap, draft);
  const second = await api.client.create(configMap, draft);
  expect([first.metadata.name, second.metadata.name]).toEqual(['job-bbbbb', expect.stringMatching(/^job-[a-z0-9]{5}$/)]);
  expect(first.metadata.name).not.toBe(second.metadata.name);
});

test('a dry run answers as if, and leaves nothing', async () => {
  await using api = await start();
  const { client } = api;
  const kept = await client.create(configMap, map('kept', { x: '1' }));
  expect((await client.create(configMap, map('a'), { dryRun: true })).metadata.resourceVersion).toBeUndefined();
  expect((await client.update(configMap, map('kept', { x: '2' }), { dryRun: true })).data).toEqual({ x: '2' });
  expect((await client.list(configMap, { namespace: 'default' })).items).toEqual([kept]);
});

test('an update without change writes nothing; a stale one conflicts; one without version wins', async () => {
  await using api = await start();
  const { client } = api;
  const first = await client.create(configMap, map('a', { x: '1' }));
  expect(await client.update(configMap, first)).toBe(first);
  const second = await client.update(configMap, { ...first, data: { x: '2' } });
  expect(Number(second.metadata.resourceVersion)).toBeGreaterThan(Number(first.metadata.resourceVersion));
  expect(await refusal(client.update(configMap, { ...first, data: { x: '3' } }))).toEqual({
    code: 409,
    reason: 'Conflict',
    message:
      'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
  });
  const third = await client.update(configMap, map('a', { x: '4' }));
  expect([third.data, third.metadata.uid]).toEqual([{ x: '4' }, first.metadata.uid]);
});

test('patches that race all land', async () => {
  await using api = await start();
  await api.client.create(configMap, map('a'));
  const key = { namespace: 'default', name: 'a' };
  const keys = Array.from({ length: 20 }, (_, index) => `k${index}`);
  await Promise.all(keys.map((one) => api.client.patch(configMap, key, { type: 'merge', patch: { data: { [one]: 'x' } } })));
  expect(Object.keys((await api.client.get(configMap, key)).data ?? {}).toSorted()).toEqual(keys.toSorted());
  expect(
    await refusal(api.client.patch(configMap, key, { type: 'merge', patch: { metadata: { resourceVersion: '1' }, data: { z: '1' } } })),
  ).toMatchObject({ code: 409 });
});

test('lists come in pages of one revision, and by selector', async () => {
  await using api = await start();
  const { client } = api;
  for (const name of ['a', 'b', 'c', 'd', 'e']) await client.create(configMap, map(name, {}, { odd: String('ace'.includes(name)) }));
  const names = (list: { readonly items: readonly { readonly metadata: { readonly name: string } }[] }) =>
    list.items.map(({ metadata }) => metadata.name);
  const first = await client.list(configMap, { namespace: 'default', limit: 2 });
  await client.delete(configMap, { namespace: 'default', name: 'd' });
  const second = await client.list(configMap, { namespace: 'default', limit: 2, continue: first.continue ?? '' });
  const third = await client.list(configMap, { namespace: 'default', limit: 2, continue: second.continue ?? '' });
  expect([names(first), names(second), names(third), third.continue]).toEqual([['a', 'b'], ['c', 'd'], ['e'], undefined]);
  expect([second.resourceVersion, third.resourceVersion]).toEqual([first.resourceVersion, first.resourceVersion]);
  expect(names(await client.list(configMap, { labelSelector: 'odd=true', limit: 2 }))).toEqual(['a', 'c']);
  expect(names(await client.list(configMap, { fieldSelector: 'metadata.name=b', namespace: 'default' }))).toEqual(['b']);
  expect(await refusal(client.list(configMap, { labelSelector: 'a b' }))).toMatchObject({ code: 400, reason: 'BadRequest' });
  expect(await refusal(client.list(configMap, { fieldSelector: 'spec.x=1' }))).toEqual({
    code: 400,
    reason: 'BadRequest',
    message: '"spec.x" is not a known field selector: only "metadata.name", "metadata.namespace"',
  });
});

async function take<T>(events: AsyncIterable<T>, count: number): Promise<readonly T[]> {
  const taken: T[] = [];
  for await (const event of events) {
    taken.push(event);
    if (taken.length === count) break;
  }
  return taken;
}
const brief = (event: WatchEvent<ConfigMap>): string =>
  event.type === 'BOOKMARK' ? 'BOOKMARK' : `${event.type} ${event.object.metadata.name} ${event.object.data?.x ?? ''}`;

test('a watch tells who entered the selector and who left it', async () => {
  await using api = await start();
  const { client } = api;
  const stop = new AbortController();
  const { resourceVersion } = await client.list(configMap);
  const events = take(client.watch(configMap, { resourceVersion, labelSelector: 'on=yes', signal: stop.signal }), 5);
  await client.create(configMap, map('a', { x: '1' }, { on: 'no' }));
  await client.update(configMap, map('a', { x: '2' }, { on: 'yes' }));
  await client.update(configMap, map('a', { x: '3' }, { on: 'yes' }));
  await client.update(configMap, map('a', { x: '4' }, { on: 'no' }));
  await client.create(configMap, map('b', { x: '1' }, { on: 'yes' }));
  await client.delete(configMap, { namespace: 'default', name: 'b' });
  const got = (await events).filter(({ type }) => type !== 'BOOKMARK');
  stop.abort();
  expect(got.map(brief).slice(0, 4)).toEqual(['ADDED a 2', 'MODIFIED a 3', 'DELETED a 3', 'ADDED b 1']);
});

test('a watch from before the compaction must list again', async () => {
  await using api = await start();
  const { client, store } = api;
  for (const name of ['a', 'b', 'c']) await client.create(configMap, map(name));
  await store.compact(store.revision);
  const events = client.watch(configMap, { resourceVersion: '1', signal: new AbortController().signal });
  expect(await refusal(take(events, 1))).toEqual({
    code: 410,
    reason: 'Expired',
    message: `too old resource version: 1 (${store.revision})`,
  });
});

test('a Pod on a node goes in two steps, one that runs nowhere at once', async () => {
  const clock: TestClock = testClock();
  await using api = await start({ clock });
  const { client } = api;
  const key = { namespace: 'default', name: 'a' };
  await client.create(pod, nginx('a'));
  const binding: Binding = { metadata: { name: 'a', namespace: 'default' }, target: { kind: 'Node', name: 'n1' } };
  await client.create(pod, binding as unknown as Pod, { subresource: 'binding' });
  expect(await refusal(client.create(pod, binding as unknown as Pod, { subresource: 'binding' }))).toEqual({
    code: 409,
    reason: 'Conflict',
    message: 'Operation cannot be fulfilled on pods/binding "a": pod a is already assigned to node "n1"',
  });
  await client.delete(pod, key);
  const { metadata, spec, status } = await client.get(pod, key);
  expect([metadata.deletionTimestamp, metadata.deletionGracePeriodSeconds]).toEqual(['2026-01-01T00:00:30Z', 30]);
  expect([spec.nodeName, status?.conditions?.map(({ type, status: is }) => `${type}=${is}`)]).toEqual(['n1', ['PodScheduled=True']]);
  await client.delete(pod, key, { gracePeriodSeconds: 0 });
  expect(await refusal(client.get(pod, key))).toMatchObject({ code: 404 });
  await client.create(pod, nginx('b'));
  await client.delete(pod, { namespace: 'default', name: 'b' });
  expect(await refusal(client.get(pod, { namespace: 'default', name: 'b' }))).toMatchObject({ code: 404 });
});

test('finalizers hold what was deleted, and the last one lets it go', async () => {
  await using api = await start();
  const { client } = api;
  const key = { namespace: 'default', name: 'a' };
  await client.create(configMap, map('a'));
  await client.delete(configMap, key, { propagationPolicy: 'Foreground' });
  const held = await client.get(configMap, key);
  expect([held.metadata.finalizers, held.metadata.deletionTimestamp]).toEqual([['foregroundDeletion'], '2026-01-01T00:00:00Z']);
  await client.update(configMap, { ...held, metadata: { ...held.metadata, finalizers: [] } });
  expect(await refusal(client.get(configMap, key))).toMatchObject({ code: 404 });
});

test('preconditions of a deletion are checked', async () => {
  await using api = await start();
  const { client } = api;
  const { metadata } = await client.create(configMap, map('a'));
  expect(await refusal(client.delete(configMap, { namespace: 'default', name: 'a' }, { uid: 'other' }))).toEqual({
    code: 409,
    reason: 'Conflict',
    message: `Operation cannot be fulfilled on ConfigMap "a": the UID in the precondition (other) does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`,
  });
});

test('a Namespace that is going takes nothing new, and goes when its last finalizer does', async () => {
  await using api = await start({ namespaces: ['default', 'team'] });
  const { client } = api;
  await client.delete(namespace, { name: 'team' });
  const going = await client.get(namespace, { name: 'team' });
  expect([going.spec.finalizers, going.status?.phase]).toEqual([['kubernetes'], 'Terminating']);
  expect(await refusal(client.create(configMap, { metadata: { name: 'a', namespace: 'team' } }))).toEqual({
    code: 403,
    reason: 'Forbidden',
    message: 'configmaps "a" is forbidden: unable to create new content in namespace team because it is being terminated',
  });
  await client.request({ method: 'PUT', path: '/api/v1/namespaces/team/finalize', body: { ...going, spec: { finalizers: [] } } });
  expect(await refusal(client.get(namespace, { name: 'team' }))).toMatchObject({ code: 404 });
  expect(await refusal(client.delete(namespace, { name: 'default' }))).toEqual({
    code: 403,
    reason: 'Forbidden',
    message: 'namespaces "default" is forbidden: this namespace may not be deleted',
  });
});

const web = (name: string, ports: Service['spec']['ports'] = [{ port: 80 }], spec: Partial<Service['spec']> = {}): Service => ({
  metadata: { name, namespace: 'default' },
  spec: { selector: { app: name }, ports, ...spec },
});

test('Services get addresses and ports of their own, however many are created at once', async () => {
  await using api = await start({ serviceCidr: '10.96.0.0/24' });
  const { client } = api;
  const made = await Promise.all(
    Array.from({ length: 60 }, (_, index) => client.create(service, web(`s${index}`, [{ port: 80 }], { type: 'NodePort' }))),
  );
  expect(new Set(made.map(({ spec }) => spec.clusterIP)).size).toBe(60);
  expect(new Set(made.map(({ spec }) => spec.ports?.[0]?.nodePort)).size).toBe(60);
  const [first] = made;
  const taken = first?.spec.ports?.[0]?.nodePort ?? 0;
  expect([
    await refusal(client.create(service, web('x', [{ port: 80, nodePort: taken }], { type: 'NodePort' }))),
    await refusal(client.create(service, web('x', [{ port: 80, nodePort: 80 }], { type: 'NodePort' }))),
    await refusal(client.create(service, web('x', [{ port: 80 }], { clusterIP: first?.spec.clusterIP }))),
    await refusal(client.create(service, web('x', [{ port: 80 }], { clusterIP: '1.2.3.4' }))),
  ]).toEqual([
    {
      code: 422,
      reason: 'Invalid',
      message: `Service "x" is invalid: spec.ports[0].nodePort: Invalid value: ${taken}: provided port is already allocated`,
    },
    {
      code: 422,
      reason: 'Invalid',
      message:
        'Service "x" is invalid: spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-32767',
    },
    {
      code: 422,
      reason: 'Invalid',
      message: `Service "x" is invalid: spec.clusterIPs: Invalid value: ["${first?.spec.clusterIP}"]: failed to allocate IP ${first?.spec.clusterIP}: provided IP is already allocated`,
    },
    {
      code: 422,
      reason: 'Invalid',
      message:
        'Service "x" is invalid: spec.clusterIPs: Invalid value: ["1.2.3.4"]: failed to allocate IP 1.2.3.4: the provided IP (1.2.3.4) is not in the valid range. The range of valid IPs is 10.96.0.0/24',
    },
  ]);
  await client.delete(service, { namespace: 'default', name: 's0' });
  const again = await client.create(service, web('again', [{ port: 80, nodePort: taken }], { type: 'NodePort' }));
  expect(again.spec.ports?.[0]?.nodePort).toBe(taken);
});

test('a Pod gets its account, the token volume, tolerations and priority', async () => {
  await using api = await start();
  const { spec } = await api.client.create(pod, nginx('a'));
  expect([spec.serviceAccountName, spec.priority, spec.tolerations?.length, spec.volumes?.[0]?.name]).toEqual([
    'default',
    0,
    2,
    expect.stringMatching(/^kube-api-access-[a-z0-9]{5}$/),
  ]);
  expect(spec.containers[0]?.volumeMounts?.[0]).toEqual({
    name: spec.volumes?.[0]?.name,
    readOnly: true,
    mountPath: '/var/run/secrets/kubernetes.io/serviceaccount',
  });
  const other: Pod = { ...nginx('b'), spec: { ...nginx('b').spec, serviceAccountName: 'nobody' } };
  expect(await refusal(api.client.create(pod, other))).toEqual({
    code: 403,
    reason: 'Forbidden',
    message: 'pods "b" is forbidden: error looking up service account default/nobody: serviceaccount "nobody" not found',
  });
});

test('who may do nothing is told so', async () => {
  await using api = await start();
  const nobody = api.server.as({ username: 'jane' });
  expect(await refusal(nobody.list(configMap, { namespace: 'default' }))).toEqual({
    code: 403,
    reason: 'Forbidden',
    message: 'configmaps is forbidden: User "jane" cannot list resource "configmaps" in API group "" in the namespace "default"',
  });
});

test('the Service of the API comes back when somebody deletes it, with where it leads', async () => {
  await using api = await start();
  await api.server.publish({ address: '172.30.0.1', port: 6443 });
  const key = { namespace: 'default', name: 'kubernetes' };
  const { resourceVersion } = await api.client.list(service, { namespace: 'default' });
  const ended = new AbortController();
  const { spec, metadata } = await api.client.get(service, key);
  const watched = api.client.watch(service, { namespace: 'default', resourceVersion, signal: ended.signal });
  await api.client.delete(endpoints, key);
  await api.client.delete(service, key);
  const seen: string[] = [];
  for await (const event of watched) {
    if (event.type === 'BOOKMARK') continue;
    seen.push(event.type);
    if (event.type !== 'ADDED') continue;
    expect([event.object.spec.clusterIP, event.object.metadata.uid === metadata.uid]).toEqual([spec.clusterIP, false]);
    ended.abort();
  }
  expect(seen).toEqual(['DELETED', 'ADDED']);
  await expect
    .poll(async () => (await api.client.list(endpoints, { namespace: 'default' })).items[0]?.subsets?.[0]?.addresses?.[0]?.ip)
    .toBe('172.30.0.1');
});
