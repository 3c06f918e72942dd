/** The pod's own fields as files. */
import { downwardFiles } from './projection.ts';
import type { VolumeKind } from './volume-kind.ts';

export const downwardApiVolume: VolumeKind = {
  field: 'downwardAPI',
  folder: 'kubernetes.io~downward-api',
  payload: async ({ downwardAPI }, context) => ({
    files: downwardFiles(downwardAPI?.items ?? [], downwardAPI?.defaultMode ?? 0o644, context),
    sources: [],
  }),
};
