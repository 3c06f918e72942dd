/** Where a pod is on its way to Ready, in one line: kubectl's STATUS and, while something is in the way, the reason the cluster gives. */
import { podStatus } from '../../api/kinds/core/pod-status.ts';
import type { ContainerStatus, Pod } from '../../api/types.gen.ts';

/** `vote-5d8f-x2x: ImagePullBackOff: Back-off pulling image "vote"` */
export function podProgress(pod: Pod): string {
  const line = `${pod.metadata.name}: ${podStatus(pod)}`;
  const reason = containerReason(pod) ?? schedulingReason(pod);
  return reason === undefined ? line : `${line}: ${reason}`;
}

function containerReason({ status }: Pod): string | undefined {
  const statuses = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  return statuses.map(reasonOf).find((reason) => reason !== undefined);
}

/** Why a container waits; of one that keeps ending also how it ended. */
function reasonOf({ state, lastState }: ContainerStatus): string | undefined {
  const message = state?.waiting?.message || state?.terminated?.message || undefined;
  const ended = lastState?.terminated;
  if (state?.waiting === undefined || ended === undefined) return message;
  const how = `it ended with exit code ${ended.exitCode}`;
  return message === undefined ? how : `${message}; ${how}`;
}

function schedulingReason({ status }: Pod): string | undefined {
  const unscheduled = status?.conditions?.find((condition) => condition.type === 'PodScheduled' && condition.status === 'False');
  return unscheduled?.message || undefined;
}
