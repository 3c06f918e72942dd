/** What is done to claims and volumes on their way in. */
import { expect, test } from 'vitest';
import { persistentVolume } from '../../api/kinds/core/persistent-volume.ts';
import { persistentVolumeClaim } from '../../api/kinds/core/persistent-volume-claim.ts';
import { storageClass } from '../../api/kinds/storage/storage-class.ts';
import { testApiServer } from '../../testing/test-api-server.ts';

const isDefault = { 'storageclass.kubernetes.io/is-default-class': 'true' };
const inDefault = (name: string) => ({ name, namespace: 'default' });
const spec = (extra: object = {}) => ({ accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...extra });

test('a claim that names no class gets the default one; who wants none says so', async () => {
  await using api = await testApiServer();
  const { client } = api;
  const classOf = async (name: string, extra: object = {}) =>
    (await client.create(persistentVolumeClaim, { metadata: inDefault(name), spec: spec(extra) })).spec.storageClassName;
  expect(await classOf('before')).toBeUndefined();
  await client.create(storageClass, { metadata: { name: 'other' }, provisioner: 'example.com/other' });
  await client.create(storageClass, { metadata: { name: 'standard', annotations: isDefault }, provisioner: 'minato.dev/hostpath' });
  await expect.poll(() => classOf(`claim-${Math.random().toString(36).slice(2)}`)).toBe('standard');
  expect([await classOf('none', { storageClassName: '' }), await classOf('named', { storageClassName: 'other' })]).toEqual(['', 'other']);
});

test('claims and volumes are protected from the first moment, and only what is bound and may grow grows', async () => {
  await using api = await testApiServer();
  const { client } = api;
  const made = await client.create(persistentVolumeClaim, { metadata: inDefault('a'), spec: spec() });
  const volume = await client.create(persistentVolume, {
    metadata: { name: 'v' },
    spec: { accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' }, hostPath: { path: '/v' } },
  });
  expect([made.metadata.finalizers, volume.metadata.finalizers]).toEqual([
    ['kubernetes.io/pvc-protection'],
    ['kubernetes.io/pv-protection'],
  ]);
  const patch = { type: 'merge', patch: { spec: { resources: { requests: { storage: '2Gi' } } } } } as const;
  await expect(client.patch(persistentVolumeClaim, inDefault('a'), patch)).rejects.toThrow(
    'persistentvolumeclaims "a" is forbidden: Only bound persistent volume claims can be expanded',
  );
  await client.patch(
    persistentVolumeClaim,
    inDefault('a'),
    { type: 'merge', patch: { status: { phase: 'Bound' } } },
    { subresource: 'status' },
  );
  await expect(client.patch(persistentVolumeClaim, inDefault('a'), patch)).rejects.toThrow(
    'persistentvolumeclaims "a" is forbidden: only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize',
  );
});
