/** LimitRanges at work; cases after upstream's TestMergePodResourceRequirements and TestPodLimitFunc. */
import { expect, test } from 'vitest';
import { limitRange } from '../../api/kinds/core/limit-range.ts';
import { persistentVolumeClaim } from '../../api/kinds/core/persistent-volume-claim.ts';
import { pod } from '../../api/kinds/core/pod.ts';
import type { LimitRangeItem, ResourceRequirements } from '../../api/types.gen.ts';
import { type TestApiServer, testApiServer } from '../../testing/test-api-server.ts';

const inDefault = (name: string) => ({ name, namespace: 'default' });

async function withLimits(...limits: readonly LimitRangeItem[]): Promise<TestApiServer> {
  const api = await testApiServer({ namespaces: ['free'] });
  await api.client.create(limitRange, { metadata: inDefault('limits'), spec: { limits } });
  return api;
}
const podOf = (name: string, ...all: readonly ResourceRequirements[]) => ({
  metadata: inDefault(name),
  spec: { containers: all.map((resources, index) => ({ name: `c${index}`, image: 'nginx', resources })) },
});
const message = (doing: Promise<unknown>): Promise<string> =>
  doing.then(
    () => 'done',
    (error: Error) => error.message,
  );

test('what a Pod does not say is filled in, and noted', async () => {
  await using api = await withLimits({ type: 'Container', default: { cpu: '1', memory: '1Gi' }, defaultRequest: { cpu: '100m' } });
  const created = await api.client.create(
    pod,
    podOf('a', {}, { limits: { cpu: '500m', memory: '64Mi' }, requests: { cpu: '500m', memory: '64Mi' } }),
  );
  expect(created.spec.containers.map(({ resources }) => resources)).toEqual([
    { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '100m', memory: '1Gi' } },
    { limits: { cpu: '500m', memory: '64Mi' }, requests: { cpu: '500m', memory: '64Mi' } },
  ]);
  expect([created.metadata.annotations, created.status?.qosClass]).toEqual([
    { 'kubernetes.io/limit-ranger': 'LimitRanger plugin set: cpu, memory request for container c0; cpu, memory limit for container c0' },
    'Burstable',
  ]);
  const elsewhere = await api.client.create(pod, { ...podOf('a', {}), metadata: { name: 'a', namespace: 'free' } });
  expect(elsewhere.spec.containers[0]?.resources).toEqual({});
});

test('what lies outside is refused, with every reason', async () => {
  await using api = await withLimits(
    { type: 'Container', min: { cpu: '100m' }, max: { cpu: '1', memory: '1Gi' } },
    { type: 'Pod', max: { cpu: '1500m' } },
  );
  const write = (name: string, ...all: readonly ResourceRequirements[]) => message(api.client.create(pod, podOf(name, ...all)));
  const ok = { limits: { cpu: '800m', memory: '1Gi' } };
  expect([
    await write('ok', ok),
    await write('low', { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '50m' } }),
    await write('high', { limits: { cpu: '2', memory: '2Gi' }, requests: { cpu: '1' } }),
    await write('sum', ok, ok),
  ]).toEqual([
    'done',
    'pods "low" is forbidden: minimum cpu usage per Container is 100m, but request is 50m',
    'pods "high" is forbidden: [maximum cpu usage per Container is 1, but limit is 2, maximum memory usage per Container is 1Gi, but limit is 2Gi, maximum cpu usage per Pod is 1500m, but limit is 2]',
    'pods "sum" is forbidden: maximum cpu usage per Pod is 1500m, but limit is 1600m',
  ]);
});

test('limits may not be far from requests, claims neither small nor large', async () => {
  await using api = await withLimits(
    { type: 'Container', maxLimitRequestRatio: { cpu: '2' } },
    { type: 'PersistentVolumeClaim', min: { storage: '1Gi' }, max: { storage: '2Gi' } },
  );
  const claim = (storage: string) =>
    message(
      api.client.create(persistentVolumeClaim, {
        metadata: inDefault(`c${storage.toLowerCase()}`),
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } },
      }),
    );
  expect([
    await message(api.client.create(pod, podOf('a', { limits: { cpu: '1' }, requests: { cpu: '250m' } }))),
    await claim('1536Mi'),
    await claim('3Gi'),
  ]).toEqual([
    'pods "a" is forbidden: cpu max limit to request ratio per Container is 2, but provided ratio is 4.000000',
    'done',
    'persistentvolumeclaims "c3gi" is forbidden: maximum storage usage per PersistentVolumeClaim is 2Gi, but limit is 3Gi',
  ]);
});

test('sidecars run beside the rest, and count with it', async () => {
  await using api = await withLimits({ type: 'Pod', max: { cpu: '1' } });
  const resources = { requests: { cpu: '600m' }, limits: { cpu: '600m' } };
  const plain = podOf('plain', resources);
  const init = { name: 'i', image: 'nginx', resources };
  const withInit = (restartPolicy?: string) => ({
    ...plain,
    spec: { ...plain.spec, initContainers: [restartPolicy ? { ...init, restartPolicy } : init] },
  });
  expect(await message(api.client.create(pod, withInit('Always')))).toBe(
    'pods "plain" is forbidden: maximum cpu usage per Pod is 1, but limit is 1200m',
  );
  expect(await message(api.client.create(pod, withInit()))).toBe('done');
});
