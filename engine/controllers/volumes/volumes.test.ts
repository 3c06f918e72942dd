/** Claims and volumes; outcomes after upstream's pv_controller tests (binding, provisioning, deletion, protection). */
import { expect, test } from 'vitest';
import { persistentVolume } from '../../api/kinds/core/persistent-volume.ts';
import { persistentVolumeClaim } from '../../api/kinds/core/persistent-volume-claim.ts';
import { pod } from '../../api/kinds/core/pod.ts';
import { storageClass } from '../../api/kinds/storage/storage-class.ts';
import { claimProtection, hostPathProvisioner, volumeProtection } from '../../api/storage.ts';
import type { PersistentVolumeClaimSpec, PersistentVolumeSpec, StorageClass } from '../../api/types.gen.ts';
import { type ControllerSandbox, controllerSandbox } from '../../testing/controller-sandbox.ts';
import { volumeBinderController } from './binder.ts';
import { ephemeralVolumeController } from './ephemeral.ts';
import { claimProtectionController, volumeProtectionController } from './protection.ts';

const sandbox = () =>
  controllerSandbox([volumeBinderController, ephemeralVolumeController, claimProtectionController, volumeProtectionController]);
const key = (name: string) => ({ name, namespace: 'default' });

const makeClaim = (it: ControllerSandbox, name: string, storage: string, spec: Partial<PersistentVolumeClaimSpec> = {}) =>
  it.client.create(persistentVolumeClaim, {
    metadata: { ...key(name), finalizers: [claimProtection] },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } }, ...spec },
    status: { phase: 'Pending' },
  });
const makeVolume = (it: ControllerSandbox, name: string, storage: string, spec: Partial<PersistentVolumeSpec> = {}) =>
  it.client.create(persistentVolume, {
    metadata: { name, finalizers: [volumeProtection] },
    spec: { accessModes: ['ReadWriteOnce'], capacity: { storage }, hostPath: { path: `/data/${name}` }, ...spec },
    status: { phase: 'Pending' },
  });
const makeClass = (it: ControllerSandbox, name: string, parts: Partial<StorageClass> = {}) =>
  it.client.create(storageClass, { metadata: { name }, provisioner: hostPathProvisioner, ...parts });

/** `claim: phase → volume` and `volume: phase → claim`. */
async function picture(it: ControllerSandbox): Promise<readonly string[]> {
  await it.settle();
  const { items: claims } = await it.client.list(persistentVolumeClaim);
  const { items: volumes } = await it.client.list(persistentVolume);
  return [
    ...claims.map(({ metadata, spec, status }) => `${metadata.name}: ${status?.phase} ${spec.volumeName ?? ''}`.trim()),
    ...volumes.map(({ metadata, spec, status }) => `${metadata.name}: ${status?.phase} ${spec.claimRef?.name ?? ''}`.trim()),
  ];
}

test('a claim gets the smallest volume that satisfies it, whichever comes first', async () => {
  await using it = await sandbox();
  await makeVolume(it, 'small', '1Gi');
  await makeVolume(it, 'large', '10Gi');
  await makeVolume(it, 'medium', '5Gi');
  await makeVolume(it, 'shared', '5Gi', { accessModes: ['ReadOnlyMany'] });
  await makeVolume(it, 'classy', '5Gi', { storageClassName: 'gold' });
  await makeClaim(it, 'a', '3Gi');
  expect(await picture(it)).toEqual([
    'a: Bound medium',
    'classy: Available',
    'large: Available',
    'medium: Bound a',
    'shared: Available',
    'small: Available',
  ]);
  const bound = await it.client.get(persistentVolumeClaim, key('a'));
  expect([bound.status, bound.metadata.annotations]).toEqual([
    { phase: 'Bound', accessModes: ['ReadWriteOnce'], capacity: { storage: '5Gi' } },
    { 'pv.kubernetes.io/bind-completed': 'yes', 'pv.kubernetes.io/bound-by-controller': 'yes' },
  ]);
  await makeClaim(it, 'b', '20Gi');
  expect(await picture(it)).toContain('b: Pending');
  expect(await it.events()).toEqual(['FailedBinding: no persistent volumes available for this claim and no storage class is set']);
  await makeVolume(it, 'huge', '20Gi');
  expect(await picture(it)).toEqual(expect.arrayContaining(['b: Bound huge', 'huge: Bound b']));
  expect(it.errors).toEqual([]);
});

test('volumes and claims that name each other find each other, and nobody else', async () => {
  await using it = await sandbox();
  await makeVolume(it, 'kept', '1Gi', { claimRef: key('later') });
  await makeClaim(it, 'other', '1Gi');
  expect(await picture(it)).toEqual(['other: Pending', 'kept: Available later']);
  await makeClaim(it, 'later', '1Gi');
  await makeClaim(it, 'asks', '1Gi', { volumeName: 'asked' });
  await makeVolume(it, 'asked', '1Gi');
  await makeClaim(it, 'late', '1Gi', { volumeName: 'asked' });
  expect(await picture(it)).toEqual([
    'asks: Bound asked',
    'late: Pending asked',
    'later: Bound kept',
    'other: Pending',
    'asked: Bound asks',
    'kept: Bound later',
  ]);
  expect(await it.events()).toContain('FailedBinding: volume "asked" already bound to a different claim.');
});

test('the default provisioner makes a volume of its own for each claim', async () => {
  await using it = await sandbox();
  await makeClass(it, 'standard');
  const { metadata } = await makeClaim(it, 'data', '2Gi', { storageClassName: 'standard' });
  const name = `pvc-${metadata.uid}`;
  expect(await picture(it)).toEqual([`data: Bound ${name}`, `${name}: Bound data`]);
  expect((await it.client.get(persistentVolume, { name })).spec).toMatchObject({
    capacity: { storage: '2Gi' },
    persistentVolumeReclaimPolicy: 'Delete',
    storageClassName: 'standard',
    hostPath: { path: `/tmp/hostpath-provisioner/default/data-${metadata.uid}`, type: 'DirectoryOrCreate' },
  });
  expect(await it.events()).toEqual([`ProvisioningSucceeded: Successfully provisioned volume ${name}`]);
});

test('who waits for what is told: a class, another provisioner, a first consumer', async () => {
  await using it = await sandbox();
  await makeClaim(it, 'a', '1Gi', { storageClassName: 'none' });
  await makeClass(it, 'foreign', { provisioner: 'example.com/nfs' });
  await makeClaim(it, 'b', '1Gi', { storageClassName: 'foreign' });
  await makeClass(it, 'lazy', { volumeBindingMode: 'WaitForFirstConsumer' });
  await makeClaim(it, 'c', '1Gi', { storageClassName: 'lazy' });
  expect(await picture(it)).toEqual(['a: Pending', 'b: Pending', 'c: Pending']);
  expect(new Set(await it.events())).toEqual(
    new Set([
      'ProvisioningFailed: storageclass.storage.k8s.io "none" not found',
      "ExternalProvisioning: Waiting for a volume to be created either by the external provisioner 'example.com/nfs' or manually by the system administrator. " +
        'If volume creation is delayed, please verify that the provisioner is running and correctly registered.',
      'WaitForFirstConsumer: waiting for first consumer to be created before binding',
    ]),
  );
  await it.client.create(pod, {
    metadata: key('p'),
    spec: { containers: [], volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'c' } }] },
  });
  expect((await picture(it))[2]).toContain('c: Bound');
});

test("an ephemeral volume's claim is made for its Pod, and is its Pod's", async () => {
  await using it = await sandbox();
  await makeClass(it, 'standard');
  const spec = { accessModes: ['ReadWriteOnce'], storageClassName: 'standard', resources: { requests: { storage: '1Gi' } } };
  const volumes = [{ name: 'scratch', ephemeral: { volumeClaimTemplate: { metadata: { labels: { a: 'b' } }, spec } } }];
  const { metadata } = await it.client.create(pod, { metadata: key('p'), spec: { containers: [], volumes } });
  await it.settle();
  const claim = await it.client.get(persistentVolumeClaim, key('p-scratch'));
  expect([claim.metadata.labels, claim.metadata.ownerReferences, claim.status?.phase]).toEqual([
    { a: 'b' },
    [{ apiVersion: 'v1', kind: 'Pod', name: 'p', uid: metadata.uid, controller: true, blockOwnerDeletion: true }],
    'Bound',
  ]);
});

test('a claim in use stays; when it goes its volume is kept, or goes with it, as its policy says', async () => {
  await using it = await sandbox();
  await makeVolume(it, 'kept', '1Gi', { persistentVolumeReclaimPolicy: 'Retain' });
  await makeVolume(it, 'foreign', '1Gi', { persistentVolumeReclaimPolicy: 'Delete', storageClassName: 'manual' });
  await makeClass(it, 'standard');
  await makeClaim(it, 'a', '1Gi');
  await makeClaim(it, 'b', '1Gi', { storageClassName: 'standard' });
  await makeClaim(it, 'c', '1Gi', { storageClassName: 'manual' });
  await it.client.create(pod, {
    metadata: key('p'),
    spec: { nodeName: 'n', containers: [], volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'a' } }] },
  });
  await it.settle();
  await it.client.delete(persistentVolume, { name: 'kept' });
  for (const name of ['a', 'b', 'c']) await it.client.delete(persistentVolumeClaim, key(name));
  expect(await picture(it)).toEqual(['a: Bound kept', 'foreign: Failed c', 'kept: Bound a']);
  await it.client.delete(pod, key('p'), { gracePeriodSeconds: 0 });
  // It was to be deleted, and nothing holds it any more.
  expect(await picture(it)).toEqual(['foreign: Failed c']);
  expect(it.errors).toEqual([]);
});

test('a claim whose volume is gone is lost', async () => {
  await using it = await sandbox();
  await makeVolume(it, 'v', '1Gi');
  await makeClaim(it, 'a', '1Gi');
  await it.settle();
  const volume = await it.client.get(persistentVolume, { name: 'v' });
  await it.client.update(persistentVolume, { ...volume, metadata: { ...volume.metadata, finalizers: [] } });
  await it.client.delete(persistentVolume, { name: 'v' });
  expect(await picture(it)).toEqual(['a: Lost v']);
  expect(await it.events()).toEqual(['ClaimLost: Bound claim has lost its PersistentVolume. Data on the volume is lost!']);
});
