/** What the scheduler writes to the API: bindings, and the condition that says why a pod has none. */
import { rfc3339 } from '../api/clock.ts';
import { ApiError } from '../api/errors.ts';
import type { Kind } from '../api/kind.ts';
import type { Live } from '../api/object.ts';
import type { Binding, Pod, PodCondition } from '../api/types.gen.ts';
import type { Client } from '../client/client.ts';

const pods: Kind<Pod> = { group: '', version: 'v1', kind: 'Pod', plural: 'pods', namespaced: true };

export async function bindPod(client: Client, pod: Live<Pod>, node: string): Promise<void> {
  const { namespace = '', name, uid } = pod.metadata;
  const body: Binding = {
    apiVersion: 'v1',
    kind: 'Binding',
    metadata: { namespace, name, uid },
    target: { kind: 'Node', name: node },
  };
  await client.request({ method: 'POST', path: `/api/v1/namespaces/${namespace}/pods/${name}/binding`, body });
}

export interface Unscheduled {
  readonly reason: 'Unschedulable' | 'SchedulerError';
  readonly message: string;
  readonly nowMs: number;
}

/** Sets PodScheduled to False; writes nothing if the pod says so already. */
export async function markUnschedulable(client: Client, pod: Live<Pod>, { reason, message, nowMs }: Unscheduled): Promise<void> {
  const known = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled');
  if (known?.status === 'False' && known.reason === reason && known.message === message) return;
  const condition: PodCondition = {
    type: 'PodScheduled',
    status: 'False',
    reason,
    message,
    lastTransitionTime: known?.status === 'False' && known.lastTransitionTime ? known.lastTransitionTime : rfc3339(nowMs),
  };
  const { namespace, name, uid } = pod.metadata;
  await client.patch(
    pods,
    { namespace, name },
    // The uid keeps the condition off a pod that has taken the name since.
    { type: 'strategic', patch: { metadata: { uid }, status: { conditions: [condition] } } },
    { subresource: 'status' },
  );
}

/** The pod is no more, or a new one has its name. */
export function isGone(cause: unknown): boolean {
  return cause instanceof ApiError && cause.reason === 'NotFound';
}
