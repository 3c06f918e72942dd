/** Where a pod is on its way to Ready, in one line: kubectl's STATUS and, while something is in the way, the reason the cluster gives. */
import { podStatus } from '../../api/kinds/core/pod-status.ts';
import { detail, type StepDetail } from '../../api/step-detail.ts';
import type { ContainerStatus, Pod } from '../../api/types.gen.ts';

/** `vote-5d8f-x2x: ImagePullBackOff: Back-off pulling image "vote"`; of a container that keeps ending also how it ended. */
export function podProgress(pod: Pod): string | StepDetail {
  const waiting = containers(pod).find((status) => messageOf(status) !== undefined || hasEnded(status));
  const reason = waiting === undefined ? schedulingReason(pod) : messageOf(waiting);
  const line = [pod.metadata.name, podStatus(pod), ...(reason === undefined ? [] : [reason])].join(': ');
  const exitCode = waiting && hasEnded(waiting) ? waiting.lastState?.terminated?.exitCode : undefined;
  return exitCode === undefined ? line : detail('keeps-ending', { pod: line, exitCode });
}

function containers({ status }: Pod): readonly ContainerStatus[] {
  return [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
}

function messageOf({ state }: ContainerStatus): string | undefined {
  return state?.waiting?.message || state?.terminated?.message || undefined;
}

/** It waits now, and has run before. */
function hasEnded({ state, lastState }: ContainerStatus): boolean {
  return state?.waiting !== undefined && lastState?.terminated !== undefined;
}

function schedulingReason({ status }: Pod): string | undefined {
  const unscheduled = status?.conditions?.find((condition) => condition.type === 'PodScheduled' && condition.status === 'False');
  return unscheduled?.message || undefined;
}
