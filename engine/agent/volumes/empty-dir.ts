/** A folder that lives as long as the pod; in memory it is an engine volume on tmpfs, which the sandbox holds. */
import { chmod, mkdir } from 'node:fs/promises';
import { byteCount } from '../../api/quantity.ts';
import type { Pod, Volume } from '../../api/types.gen.ts';
import { uidOf } from '../kubelet/pod-view.ts';
import type { VolumeKind } from './volume-kind.ts';

export const emptyDirVolume: VolumeKind = {
  field: 'emptyDir',
  folder: 'kubernetes.io~empty-dir',
  prepare: async (volume, context) => {
    if (isInMemory(volume)) {
      const name = memoryVolumeName(context.pod, volume);
      const limit = volume.emptyDir?.sizeLimit;
      await context.runtime.createMemoryVolume(name, limit ? byteCount(limit) : undefined);
      return name;
    }
    await mkdir(context.folder, { recursive: true });
    await chmod(context.folder, 0o777);
    return context.enginePath(context.folder);
  },
};

export function isInMemory({ emptyDir }: Volume): boolean {
  return emptyDir?.medium === 'Memory';
}
export function memoryVolumeName(pod: Pod, { name }: Volume): string {
  return `minato-${uidOf(pod)}-${name}`;
}
