/** ResourceQuotas at work; cases after upstream's TestAdmit… in admission/plugin/resourcequota and the evaluators' tests. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deployment } from '../../api/kinds/apps/deployment.ts';
import { configMap } from '../../api/kinds/core/config-map.ts';
import { namespace as namespaceKind } from '../../api/kinds/core/namespace.ts';
import { persistentVolumeClaim } from '../../api/kinds/core/persistent-volume-claim.ts';
import { pod } from '../../api/kinds/core/pod.ts';
import { resourceQuota } from '../../api/kinds/core/resource-quota.ts';
import { secret } from '../../api/kinds/core/secret.ts';
import { service } from '../../api/kinds/core/service.ts';
import { serviceAccount } from '../../api/kinds/core/service-account.ts';
import type { Pod, ResourceQuota, ResourceRequirements } from '../../api/types.gen.ts';
import { type TestClock, testClock } from '../../testing/clock.ts';
import { type TestApiServer, testApiServer } from '../../testing/test-api-server.ts';

let api: TestApiServer;
let clock: TestClock;
let made = 0;

beforeAll(async () => {
  clock = testClock();
  api = await testApiServer({ clock });
});
afterAll(() => api[Symbol.asyncDispose]());

type Hard = Readonly<Record<string, string>>;
/** A namespace of its own with these quotas. */
async function limited(...quotas: readonly (Hard | NonNullable<ResourceQuota['spec']>)[]): Promise<string> {
  const namespace = `ns-${made++}`;
  await api.client.create(namespaceKind, { metadata: { name: namespace }, spec: {} });
  await api.client.create(serviceAccount, { metadata: { name: 'default', namespace } });
  for (const [index, quota] of quotas.entries()) {
    // Only a spec has this field.
    const spec =
      'hard' in quota && typeof quota.hard === 'object' ? (quota as NonNullable<ResourceQuota['spec']>) : { hard: quota as Hard };
    await api.client.create(resourceQuota, { metadata: { name: `q${index}`, namespace }, spec });
  }
  return namespace;
}
const podIn = (namespace: string, name: string, resources: ResourceRequirements = {}, spec: Partial<Pod['spec']> = {}): Pod => ({
  metadata: { name, namespace },
  spec: { containers: [{ name: 'c', image: 'nginx', resources }], ...spec },
});
const result = (doing: Promise<unknown>): Promise<string> =>
  doing.then(
    () => 'done',
    (error: Error) => error.message,
  );
const run = (...parts: Parameters<typeof podIn>): Promise<string> => result(api.client.create(pod, podIn(...parts)));

test('what has no room is refused, naming what is short and by how much', async () => {
  const namespace = await limited({ pods: '2', 'requests.cpu': '1', 'limits.memory': '1Gi' });
  const asks = (cpu: string, memory: string) => ({ requests: { cpu }, limits: { memory } });
  expect([
    await run(namespace, 'a', asks('500m', '512Mi')),
    await run(namespace, 'b', asks('600m', '256Mi')),
    await run(namespace, 'b', asks('600m', '1Gi')),
    await run(namespace, 'b', asks('100m', '256Mi')),
    await run(namespace, 'c', asks('100m', '1Mi')),
  ]).toEqual([
    'done',
    'pods "b" is forbidden: exceeded quota: q0, requested: requests.cpu=600m, used: requests.cpu=500m, limited: requests.cpu=1',
    'pods "b" is forbidden: exceeded quota: q0, requested: limits.memory=1Gi,requests.cpu=600m, used: limits.memory=512Mi,requests.cpu=500m, ' +
      'limited: limits.memory=1Gi,requests.cpu=1',
    'done',
    'pods "c" is forbidden: exceeded quota: q0, requested: pods=1, used: pods=2, limited: pods=2',
  ]);
});

test('a quota on CPU or memory demands that every container says what it takes', async () => {
  const namespace = await limited({ 'requests.cpu': '1', 'limits.memory': '1Gi', 'requests.ephemeral-storage': '1Gi' });
  const two = podIn(namespace, 'two', { requests: { cpu: '1m' } }, {});
  const wanted = {
    ...two,
    spec: { containers: [...two.spec.containers, { name: 'b', image: 'nginx' }], initContainers: [{ name: 'a', image: 'x' }] },
  };
  expect(await result(api.client.create(pod, wanted))).toBe(
    'pods "two" is forbidden: failed quota: q0: must specify limits.memory for: a,b,c; requests.cpu for: a,b',
  );
});

test('objects of any kind are counted', async () => {
  const namespace = await limited({ configmaps: '1', 'count/secrets': '1', 'count/deployments.apps': '0', 'count/replicasets.apps': '5' });
  const labels = { app: 'x' };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'nginx' }] } };
  const named = (name: string) => ({ metadata: { name, namespace } });
  expect([
    await result(api.client.create(configMap, named('a'))),
    await result(api.client.create(configMap, named('b'))),
    await result(api.client.create(secret, named('a'))),
    await result(api.client.create(secret, named('b'))),
    await result(api.client.create(deployment, { ...named('a'), spec: { selector: { matchLabels: labels }, template } })),
    await result(api.client.update(configMap, { ...named('a'), data: { a: 'b' } })),
  ]).toEqual([
    'done',
    'configmaps "b" is forbidden: exceeded quota: q0, requested: configmaps=1, used: configmaps=1, limited: configmaps=1',
    'done',
    'secrets "b" is forbidden: exceeded quota: q0, requested: count/secrets=1, used: count/secrets=1, limited: count/secrets=1',
    'deployments.apps "a" is forbidden: exceeded quota: q0, requested: count/deployments.apps=1, used: count/deployments.apps=0, ' +
      'limited: count/deployments.apps=0',
    'done',
  ]);
});

test('Services count by type, also when it changes; claims by size and class', async () => {
  const namespace = await limited(
    { services: '3', 'services.nodeports': '1', 'services.loadbalancers': '0' },
    {
      'requests.storage': '10Gi',
      'gold.storageclass.storage.k8s.io/persistentvolumeclaims': '1',
    },
  );
  const serve = (name: string, type: string, ports = 1) => ({
    metadata: { name, namespace },
    spec: { type, ports: Array.from({ length: ports }, (_, index) => ({ name: `p${index}`, port: index + 1 })) },
  });
  const claim = (name: string, storage: string, storageClassName = 'silver') => ({
    metadata: { name, namespace },
    spec: { accessModes: ['ReadWriteOnce'], storageClassName, resources: { requests: { storage } } },
  });
  const short = (what: string, ...[asked, used, hard]: readonly string[]) =>
    `is forbidden: exceeded quota: ${what}=${asked}, used: ${what.split(': ')[1]}=${used}, limited: ${what.split(': ')[1]}=${hard}`;
  expect([
    await result(api.client.create(service, serve('a', 'ClusterIP'))),
    await result(api.client.create(service, serve('b', 'NodePort', 2))),
    await result(api.client.create(service, serve('b', 'NodePort'))),
    await result(api.client.patch(service, { name: 'a', namespace }, { type: 'merge', patch: { spec: { type: 'NodePort' } } })),
    await result(api.client.create(service, serve('c', 'LoadBalancer', 0))),
    await result(api.client.create(persistentVolumeClaim, claim('a', '6Gi', 'gold'))),
    await result(api.client.create(persistentVolumeClaim, claim('b', '1Gi', 'gold'))),
    await result(api.client.create(persistentVolumeClaim, claim('b', '5Gi'))),
    await result(api.client.create(persistentVolumeClaim, claim('b', '4Gi'))),
  ]).toEqual([
    'done',
    `services "b" ${short('q0, requested: services.nodeports', '2', '0', '1')}`,
    'done',
    `services "a" ${short('q0, requested: services.nodeports', '1', '1', '1')}`,
    expect.stringContaining('spec.ports'),
    'done',
    `persistentvolumeclaims "b" ${short('q1, requested: gold.storageclass.storage.k8s.io/persistentvolumeclaims', '1', '1', '1')}`,
    `persistentvolumeclaims "b" ${short('q1, requested: requests.storage', '5Gi', '6Gi', '10Gi')}`,
    'done',
  ]);
});

test('scopes say which Pods a quota is about', async () => {
  const of = (...scopes: readonly string[]) => ({ hard: { pods: '0' }, scopes });
  const cpu = { requests: { cpu: '1m' } };
  const ends = { activeDeadlineSeconds: 5 };
  const refusing = async (namespace: string): Promise<string> => {
    const asked = {
      plain: run(namespace, 'plain'),
      cpu: run(namespace, 'cpu', cpu),
      ends: run(namespace, 'ends', {}, ends),
      both: run(namespace, 'both', cpu, ends),
    };
    const results = await Promise.all(Object.entries(asked).map(async ([name, doing]) => ((await doing) === 'done' ? '' : name)));
    return results.filter((name) => name).join(' ');
  };
  expect([
    await refusing(await limited(of('BestEffort'))),
    await refusing(await limited(of('NotBestEffort'))),
    await refusing(await limited(of('Terminating'))),
    await refusing(await limited(of('NotTerminating'))),
    await refusing(await limited(of('NotTerminating', 'NotBestEffort'))),
  ]).toEqual(['plain ends', 'cpu both', 'ends both', 'plain cpu', 'cpu']);
  const high = { scopeName: 'PriorityClass', operator: 'In', values: ['system-cluster-critical'] };
  const namespace = await limited({ hard: { pods: '0' }, scopeSelector: { matchExpressions: [high] } });
  expect([await run(namespace, 'a'), await run(namespace, 'b', {}, { priorityClassName: 'system-cluster-critical' })]).toEqual([
    'done',
    expect.stringContaining('exceeded quota'),
  ]);
});

test('room is not taken by a dry run or a write that fails, and comes back when a Pod ends, goes, or should have gone', async () => {
  const namespace = await limited({ pods: '1' });
  const key = (name: string) => ({ name, namespace });
  expect(await result(api.client.create(pod, podIn(namespace, 'dry'), { dryRun: true }))).toBe('done');
  expect(await run(namespace, 'a')).toBe('done');
  expect(await result(api.client.create(pod, podIn(namespace, 'dry'), { dryRun: true }))).toContain('exceeded quota');
  await api.client.patch(pod, key('a'), { type: 'merge', patch: { status: { phase: 'Succeeded' } } }, { subresource: 'status' });
  expect(await run(namespace, 'a')).toContain('already exists');
  expect(await run(namespace, 'b')).toBe('done');
  await api.client.delete(pod, key('b'), { gracePeriodSeconds: 0 });
  expect(await run(namespace, 'c', {}, { nodeName: 'gone' })).toBe('done');
  await api.client.delete(pod, key('c'), { gracePeriodSeconds: 5 });
  expect(await run(namespace, 'd')).toContain('exceeded quota');
  clock.advance(20_000);
  expect(await run(namespace, 'd')).toBe('done');
});

test('however many ask at once, no more get in than there is room for, and as many as there is', async () => {
  const namespace = await limited({ pods: '7', 'requests.cpu': '10' });
  const asked = Array.from({ length: 40 }, (_, index) => run(namespace, `p${index}`, { requests: { cpu: '1' } }));
  expect((await Promise.all(asked)).filter((one) => one === 'done').length).toBe(7);
});

test('creations, deletions and resized types in any order never exceed what is hard, and refuse only what does', async () => {
  const sizes = fc.integer({ min: 1, max: 4 });
  const step = fc.record({ creates: fc.array(sizes, { maxLength: 6 }), deletes: fc.integer({ min: 0, max: 3 }) });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 5 }), fc.integer({ min: 1, max: 10 }), async (steps, room) => {
      const namespace = await limited({ 'requests.cpu': String(room) });
      const living = new Map<string, number>();
      const used = (): number => [...living.values()].reduce((sum, size) => sum + size, 0);
      let number = 0;
      for (const { creates, deletes } of steps) {
        const going = [...living.keys()].slice(0, deletes);
        for (const name of going) living.delete(name);
        const before = used();
        const answers = await Promise.all([
          ...creates.map(async (size) => {
            const name = `p${number++}`;
            const answer = await run(namespace, name, { requests: { cpu: String(size) } });
            if (answer === 'done') living.set(name, size);
            return { size, answer };
          }),
          ...going.map((name) => api.client.delete(pod, { name, namespace }, { gracePeriodSeconds: 0 })),
        ]);
        expect(used()).toBeLessThanOrEqual(room);
        // What would have fitted whatever the order was taken.
        const total = creates.reduce((sum, size) => sum + size, 0);
        if (going.length === 0 && before + total <= room) expect(answers.every((one) => !one || one.answer === 'done')).toBe(true);
      }
      const left = room - used();
      if (left > 0) expect(await run(namespace, 'last', { requests: { cpu: String(left) } })).toBe('done');
    }),
    { numRuns: 25 },
  );
});
