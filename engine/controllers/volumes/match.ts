/** Which volume a claim gets: of those that satisfy it the smallest, and one that waits for it before all others. Pure. Upstream: volume.FindMatchingVolume. */
import type { Live } from '../../api/object.ts';
import { compareQuantity, parseQuantity, type Quantity, quantityOf } from '../../api/quantity.ts';
import { matchesLabels, selectorOf } from '../../api/selector.ts';
import { classOf } from '../../api/storage.ts';
import type { PersistentVolume, PersistentVolumeClaim } from '../../api/types.gen.ts';

export function sizeOf({ spec }: PersistentVolume): Quantity {
  return spec.capacity?.storage === undefined ? quantityOf(0) : parseQuantity(spec.capacity.storage);
}
export function askedSize({ spec }: PersistentVolumeClaim): Quantity {
  const storage = spec.resources?.requests?.storage;
  return storage === undefined ? quantityOf(0) : parseQuantity(storage);
}

/** Whether the volume is this claim's, or kept for one of its name. */
export function isFor({ spec: { claimRef } }: PersistentVolume, { metadata }: Live<PersistentVolumeClaim>): boolean {
  if (!claimRef || claimRef.name !== metadata.name || claimRef.namespace !== metadata.namespace) return false;
  return !claimRef.uid || claimRef.uid === metadata.uid;
}

/** What keeps a claim that asks for this volume from it; undefined when nothing does. Upstream: checkVolumeSatisfyClaim. */
export function mismatch(volume: PersistentVolume, claim: PersistentVolumeClaim): string | undefined {
  if (compareQuantity(sizeOf(volume), askedSize(claim)) < 0) return 'requested PV is too small';
  if (classOf(volume) !== classOf(claim)) return 'storageClassName does not match';
  if ((volume.spec.volumeMode ?? 'Filesystem') !== (claim.spec.volumeMode ?? 'Filesystem')) return 'incompatible volumeMode';
  const modes = volume.spec.accessModes ?? [];
  return (claim.spec.accessModes ?? []).every((mode) => modes.includes(mode)) ? undefined : 'incompatible accessMode';
}

export function findVolume(
  claim: Live<PersistentVolumeClaim>,
  volumes: readonly Live<PersistentVolume>[],
): Live<PersistentVolume> | undefined {
  const fitting = volumes.filter((volume) => volume.metadata.deletionTimestamp === undefined && mismatch(volume, claim) === undefined);
  const kept = fitting.find((volume) => isFor(volume, claim));
  if (kept) return kept;
  const selector = claim.spec.selector;
  const free = fitting.filter(
    ({ spec, status, metadata }) =>
      !spec.claimRef && status?.phase === 'Available' && (!selector || matchesLabels(selectorOf(selector), metadata.labels)),
  );
  return free.toSorted((a, b) => compareQuantity(sizeOf(a), sizeOf(b)) || (a.metadata.name < b.metadata.name ? -1 : 1))[0];
}
