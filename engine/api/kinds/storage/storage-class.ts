/** StorageClasses. Upstream: pkg/registry/storage/storageclass, pkg/apis/storage/v1/defaults.go, printStorageClass in pkg/printers. */
import { kind } from '../../kind.ts';
import { nameColumn } from '../../table.ts';
import type { StorageClass } from '../../types.gen.ts';
import { validateStorageClass, validateStorageClassUpdate } from '../../validation/storage-class.ts';
import { age, text } from '../columns.ts';
import { fill } from '../fill.ts';

const defaultAnnotations = ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class'];
export function isDefaultClass({ metadata }: StorageClass): boolean {
  return defaultAnnotations.some((key) => metadata.annotations?.[key] === 'true');
}

export const storageClass = kind<StorageClass>({
  group: 'storage.k8s.io',
  kind: 'StorageClass',
  plural: 'storageclasses',
  shortNames: ['sc'],
  namespaced: false,
  returnsDeleted: true,
  defaults: (given) => fill(given, { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' }),
  validate: validateStorageClass,
  validateUpdate: validateStorageClassUpdate,
  columns: [
    // The default one shows.
    { ...nameColumn, cell: (given) => `${given.metadata.name ?? ''}${isDefaultClass(given) ? ' (default)' : ''}` },
    text('Provisioner', ({ provisioner }) => provisioner),
    text('ReclaimPolicy', ({ reclaimPolicy }) => reclaimPolicy ?? 'Delete'),
    text('VolumeBindingMode', ({ volumeBindingMode }) => volumeBindingMode ?? '<unset>'),
    text('AllowVolumeExpansion', ({ allowVolumeExpansion }) => allowVolumeExpansion ?? false),
    age,
  ],
});
