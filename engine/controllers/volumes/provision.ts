/** The volume that the default provisioner makes for a claim. Pure. Upstream counterpart: minikube's storage-provisioner (hostPath folders). */
import type { Live } from '../../api/object.ts';
import { boundByController, classOf, hostPathProvisioner, provisionedBy, storageRoot } from '../../api/storage.ts';
import type { PersistentVolume, PersistentVolumeClaim, StorageClass } from '../../api/types.gen.ts';

export function volumeFor(claim: Live<PersistentVolumeClaim>, { reclaimPolicy, mountOptions }: StorageClass): PersistentVolume {
  const { uid, name, namespace = '', resourceVersion } = claim.metadata;
  const storage = claim.spec.resources?.requests?.storage;
  return {
    metadata: { name: `pvc-${uid}`, annotations: { [provisionedBy]: hostPathProvisioner, [boundByController]: 'yes' } },
    spec: {
      accessModes: claim.spec.accessModes ?? [],
      capacity: storage === undefined ? {} : { storage },
      claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name, uid, resourceVersion },
      // Its own for good: a claim of the same name gets another.
      hostPath: { path: `${storageRoot}/${namespace}/${name}-${uid}`, type: 'DirectoryOrCreate' },
      persistentVolumeReclaimPolicy: reclaimPolicy ?? 'Delete',
      storageClassName: classOf(claim),
      volumeMode: claim.spec.volumeMode ?? 'Filesystem',
      ...(mountOptions?.length ? { mountOptions } : {}),
    },
  };
}
