/** A PersistentVolumeClaim: the volume that it is bound to. Upstream: pkg/kubelet/volumemanager/populator and pkg/volume/{hostpath,local}. */
import { isApiError } from '../../api/errors.ts';
import { claimOf } from '../../api/pod-references.ts';
import { isFullyBound } from '../../api/storage.ts';
import type { PersistentVolume, Volume } from '../../api/types.gen.ts';
import { persistentVolumeClaims, persistentVolumes } from '../kinds.ts';
import { hostPathVolume } from './host-path.ts';
import { type VolumeContext, VolumeError, type VolumeKind } from './volume-kind.ts';

export const claimVolume: VolumeKind = {
  field: 'persistentVolumeClaim',
  folder: 'kubernetes.io~host-path',
  isForeign: true,
  prepare: bound,
};
export const ephemeralVolume: VolumeKind = { ...claimVolume, field: 'ephemeral' };

async function bound(volume: Volume, context: VolumeContext): Promise<string> {
  const { hostPath, local } = (await volumeOf(volume, context)).spec;
  const source = hostPath ?? (local ? { path: local.path } : undefined);
  if (!source || !hostPathVolume.prepare) throw new VolumeError('no volume plugin matched');
  return hostPathVolume.prepare({ name: volume.name, hostPath: source }, context);
}

async function volumeOf(volume: Volume, { pod, client }: VolumeContext): Promise<PersistentVolume> {
  const { namespace = '' } = pod.metadata;
  const name = claimOf(pod, volume) ?? '';
  const refuse = (problem: string) => new VolumeError(`error processing PVC ${namespace}/${name}: ${problem}`);
  try {
    const claim = await client.get(persistentVolumeClaims, { namespace, name });
    if (!isFullyBound(claim)) throw refuse('PVC is not bound');
    const found = await client.get(persistentVolumes, { name: claim.spec.volumeName ?? '' });
    if (found.spec.claimRef?.uid !== claim.metadata.uid) throw refuse('PVC is not bound');
    return found;
  } catch (error) {
    if (isApiError(error)) throw refuse(`failed to fetch PVC from API server: ${error.message}`);
    throw error;
  }
}
