/** PersistentVolumeClaims. Upstream: pkg/registry/core/persistentvolumeclaim, printPersistentVolumeClaim in pkg/printers. */
import { kind } from '../../kind.ts';
import type { PersistentVolumeClaim } from '../../types.gen.ts';
import { validatePersistentVolumeClaim, validatePersistentVolumeClaimUpdate } from '../../validation/persistent-volumes.ts';
import { age, text, wide } from '../columns.ts';
import { fill, inField } from '../fill.ts';
import { shortAccessModes } from './access-modes.ts';

function phase({ metadata, status }: PersistentVolumeClaim): string {
  return metadata.deletionTimestamp === undefined ? (status?.phase ?? '') : 'Terminating';
}
/** What a claim has is known once it is bound. */
const ifBound = (claim: PersistentVolumeClaim, shown: string): string => (claim.spec.volumeName ? shown : '');

export const persistentVolumeClaim = kind<PersistentVolumeClaim>({
  group: '',
  kind: 'PersistentVolumeClaim',
  plural: 'persistentvolumeclaims',
  shortNames: ['pvc'],
  namespaced: true,
  returnsDeleted: true,
  hasStatus: true,
  defaults: (claim) => inField(claim, 'spec', (spec) => fill(spec, { volumeMode: 'Filesystem' })),
  prepareCreate: (claim) => ({ ...claim, status: { phase: 'Pending' } }),
  validate: validatePersistentVolumeClaim,
  validateUpdate: validatePersistentVolumeClaimUpdate,
  columns: [
    text('Status', phase),
    text('Volume', ({ spec }) => spec.volumeName ?? ''),
    text('Capacity', (claim) => ifBound(claim, claim.status?.capacity?.storage ?? '')),
    text('Access Modes', (claim) => ifBound(claim, shortAccessModes(claim.status?.accessModes))),
    text('StorageClass', ({ spec }) => spec.storageClassName ?? ''),
    text('VolumeAttributesClass', ({ spec }) => spec.volumeAttributesClassName ?? '<unset>'),
    age,
    wide('VolumeMode', ({ spec }) => spec.volumeMode ?? '<unset>'),
  ],
});
