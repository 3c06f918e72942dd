/** What the parts that handle PersistentVolumes agree on. Pure. Upstream: component-helpers/storage/volume, pkg/volume/util. */
import type { PersistentVolume, PersistentVolumeClaim } from './types.gen.ts';

export const bindCompleted = 'pv.kubernetes.io/bind-completed';
export const boundByController = 'pv.kubernetes.io/bound-by-controller';
export const provisionedBy = 'pv.kubernetes.io/provisioned-by';
export const claimProtection = 'kubernetes.io/pvc-protection';
export const volumeProtection = 'kubernetes.io/pv-protection';

/** The provisioner of the default class: folders of a volume that all nodes of a cluster share. */
export const hostPathProvisioner = 'minato.dev/hostpath';
/** Where that volume lies on every node; minikube's path. */
export const storageRoot = '/tmp/hostpath-provisioner';

const classAnnotation = 'volume.beta.kubernetes.io/storage-class';
export function classOf({ metadata, spec }: PersistentVolumeClaim | PersistentVolume): string {
  return metadata.annotations?.[classAnnotation] ?? spec.storageClassName ?? '';
}

export function isFullyBound({ metadata, spec }: PersistentVolumeClaim): boolean {
  return Boolean(spec.volumeName) && metadata.annotations?.[bindCompleted] !== undefined;
}
