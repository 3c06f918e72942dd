/** Ends pods that no kubelet will end: says why, then deletes. Upstream: podgc's markFailedAndDeletePod and tainteviction's addConditionAndDeletePod. */
import { rfc3339 } from '../api/clock.ts';
import { isApiError } from '../api/errors.ts';
import { pod as podKind } from '../api/kinds/core/pod.ts';
import type { Live } from '../api/object.ts';
import type { Pod, PodCondition } from '../api/types.gen.ts';
import type { Client } from '../client/client.ts';
import { isTerminated, podCondition } from './pods.ts';

export interface RemovePodOptions {
  readonly client: Client;
  readonly pod: Live<Pod>;
  readonly nowMs: number;
  /** Why it is disrupted, for its condition DisruptionTarget. */
  readonly because?: { readonly reason: string; readonly message: string };
  /** At once and as failed: its node is not there to end it. */
  readonly force: boolean;
}

export async function removePod({ client, pod, nowMs, because, force }: RemovePodOptions): Promise<void> {
  const conditions = because ? withDisruption(pod, because, nowMs) : pod.status?.conditions;
  const phase = force && !isTerminated(pod) ? 'Failed' : pod.status?.phase;
  const isSaid = podCondition(pod, 'DisruptionTarget')?.reason === because?.reason;
  try {
    if (phase !== pod.status?.phase || !isSaid)
      await client.patch(
        podKind,
        pod.metadata,
        {
          type: 'merge',
          patch: { metadata: { uid: pod.metadata.uid }, status: { ...(phase ? { phase } : {}), ...(conditions ? { conditions } : {}) } },
        },
        { subresource: 'status' },
      );
    await client.delete(podKind, pod.metadata, { uid: pod.metadata.uid, ...(force ? { gracePeriodSeconds: 0 } : {}) });
  } catch (error) {
    // Gone already, or another has its name.
    if (!isApiError(error, 'NotFound') && !isApiError(error, 'Conflict')) throw error;
  }
}

function withDisruption(
  pod: Pod,
  { reason, message }: { readonly reason: string; readonly message: string },
  nowMs: number,
): readonly PodCondition[] {
  const others = (pod.status?.conditions ?? []).filter(({ type }) => type !== 'DisruptionTarget');
  return [...others, { type: 'DisruptionTarget', status: 'True', reason, message, lastTransitionTime: rfc3339(nowMs) }];
}
