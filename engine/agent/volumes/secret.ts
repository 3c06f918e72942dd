/** A Secret's keys as files. They lie in the node's volume, not in memory: on a person's own machine that guards nothing. */
import { secretPayload } from './projection.ts';
import type { VolumeKind } from './volume-kind.ts';

export const secretVolume: VolumeKind = {
  field: 'secret',
  folder: 'kubernetes.io~secret',
  payload: ({ secret }, context) =>
    secretPayload(
      { name: secret?.secretName ?? '', items: secret?.items, optional: secret?.optional ?? false, mode: secret?.defaultMode ?? 0o644 },
      context,
    ),
};
