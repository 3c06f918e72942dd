/** PersistentVolumes. Upstream: pkg/registry/core/persistentvolume, printPersistentVolume in pkg/printers. */
import { kind } from '../../kind.ts';
import type { PersistentVolume, PersistentVolumeSpec } from '../../types.gen.ts';
import { validatePersistentVolume, validatePersistentVolumeUpdate } from '../../validation/persistent-volumes.ts';
import { age, text, wide } from '../columns.ts';
import { fill, inField } from '../fill.ts';
import { shortAccessModes } from './access-modes.ts';

const defaults = (given: PersistentVolumeSpec): PersistentVolumeSpec =>
  inField(fill(given, { persistentVolumeReclaimPolicy: 'Retain', volumeMode: 'Filesystem' }), 'hostPath', (source) =>
    source.type === undefined ? { ...source, type: '' } : source,
  );

const claim = ({ spec: { claimRef } }: PersistentVolume): string => (claimRef ? `${claimRef.namespace ?? ''}/${claimRef.name ?? ''}` : '');

function phase({ metadata, status }: PersistentVolume): string {
  return metadata.deletionTimestamp === undefined ? (status?.phase ?? '') : 'Terminating';
}

export const persistentVolume = kind<PersistentVolume>({
  group: '',
  kind: 'PersistentVolume',
  plural: 'persistentvolumes',
  shortNames: ['pv'],
  namespaced: false,
  returnsDeleted: true,
  hasStatus: true,
  defaults: (volume) => inField(volume, 'spec', defaults),
  prepareCreate: (volume, { now }) => ({ ...volume, status: { phase: 'Pending', lastPhaseTransitionTime: now } }),
  validate: validatePersistentVolume,
  validateUpdate: validatePersistentVolumeUpdate,
  columns: [
    text('Capacity', ({ spec }) => spec.capacity?.storage ?? ''),
    text('Access Modes', ({ spec }) => shortAccessModes(spec.accessModes)),
    text('Reclaim Policy', ({ spec }) => spec.persistentVolumeReclaimPolicy ?? ''),
    text('Status', phase),
    text('Claim', claim),
    text('StorageClass', ({ spec }) => spec.storageClassName ?? ''),
    text('VolumeAttributesClass', ({ spec }) => spec.volumeAttributesClassName ?? '<unset>'),
    text('Reason', ({ status }) => status?.reason ?? ''),
    age,
    wide('VolumeMode', ({ spec }) => spec.volumeMode ?? '<unset>'),
  ],
});
