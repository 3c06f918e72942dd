/** A ConfigMap's keys as files. */
import { configMapPayload } from './projection.ts';
import type { VolumeKind } from './volume-kind.ts';

export const configMapVolume: VolumeKind = {
  field: 'configMap',
  folder: 'kubernetes.io~configmap',
  payload: ({ configMap }, context) =>
    configMapPayload(
      {
        name: configMap?.name ?? '',
        items: configMap?.items,
        optional: configMap?.optional ?? false,
        mode: configMap?.defaultMode ?? 0o644,
      },
      context,
    ),
};
