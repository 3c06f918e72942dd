/** A pod waits until its PersistentVolumeClaims are there and bound. Upstream: scheduler/framework/plugins/volumebinding, its PreFilter. */
import { claimOf } from '../../api/pod-references.ts';
import { isFullyBound } from '../../api/storage.ts';
import type { Pod, Volume } from '../../api/types.gen.ts';
import type { ClusterView } from '../cluster-view.ts';
import type { Filter } from '../plugin.ts';

export const volumeBinding: Filter = {
  name: 'VolumeBinding',
  prepare: () => undefined,
  refuse({ pod }, cluster) {
    const volumes = (pod.spec.volumes ?? []).filter(({ persistentVolumeClaim, ephemeral }) => persistentVolumeClaim ?? ephemeral);
    const missing = volumes.map((volume) => problemOf(pod, volume, cluster)).find((problem) => problem !== undefined);
    if (missing !== undefined) return missing;
    const isUnbound = volumes.some((volume) => !isBound(pod, volume, cluster));
    return isUnbound ? 'pod has unbound immediate PersistentVolumeClaims' : undefined;
  },
  requeueOn: ['claim'],
};

function problemOf(pod: Pod, volume: Volume, cluster: ClusterView): string | undefined {
  const name = claimOf(pod, volume) ?? '';
  const claim = cluster.claim(pod.metadata.namespace ?? '', name);
  if (!claim)
    return volume.ephemeral
      ? `waiting for ephemeral volume controller to create the persistentvolumeclaim ${JSON.stringify(name)}`
      : `persistentvolumeclaim ${JSON.stringify(name)} not found`;
  if (claim.status?.phase === 'Lost')
    return `persistentvolumeclaim ${JSON.stringify(name)} bound to non-existent persistentvolume ${JSON.stringify(claim.spec.volumeName ?? '')}`;
  return claim.metadata.deletionTimestamp === undefined ? undefined : `persistentvolumeclaim ${JSON.stringify(name)} is being deleted`;
}

function isBound(pod: Pod, volume: Volume, cluster: ClusterView): boolean {
  const claim = cluster.claim(pod.metadata.namespace ?? '', claimOf(pod, volume) ?? '');
  return claim !== undefined && isFullyBound(claim);
}
