/** Lets a pod go: its end is counted, or nobody counts any more. */
import { isApiError } from '../../api/errors.ts';
import { pod as podKind } from '../../api/kinds/core/pod.ts';
import type { Live } from '../../api/object.ts';
import type { Pod } from '../../api/types.gen.ts';
import type { Client } from '../../client/client.ts';
import { isTracked, trackingFinalizer } from './job-pods.ts';

/** One that is gone is let go of. */
export async function letGo(client: Client, pod: Live<Pod>): Promise<void> {
  if (!isTracked(pod)) return;
  const patch = { metadata: { uid: pod.metadata.uid, '$deleteFromPrimitiveList/finalizers': [trackingFinalizer] } };
  try {
    await client.patch(podKind, pod.metadata, { type: 'strategic', patch });
  } catch (error) {
    // Conflict and Invalid: another pod has its name.
    if (!isApiError(error, 'NotFound') && !isApiError(error, 'Conflict') && !isApiError(error, 'Invalid')) throw error;
  }
}
