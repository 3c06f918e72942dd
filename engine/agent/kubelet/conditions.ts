/** The conditions a kubelet owns. Upstream: pkg/kubelet/status/generate.go. */
import { rfc3339 } from '../../api/clock.ts';
import type { ContainerStatus, Pod, PodCondition } from '../../api/types.gen.ts';
import { initContainers, isSidecar } from './pod-view.ts';

export interface ConditionInput {
  readonly pod: Pod;
  readonly phase: string;
  readonly hasSandbox: boolean;
  readonly initStatuses: readonly ContainerStatus[];
  readonly statuses: readonly ContainerStatus[];
  readonly now: number;
}
type Verdict = Pick<PodCondition, 'status' | 'reason' | 'message'>;

/** All conditions of the pod: ours computed anew (a time changes only with its status), those of others as they are. */
export function podConditions(input: ConditionInput): readonly PodCondition[] {
  const existing = input.pod.status?.conditions ?? [];
  const containersReady = containersReadyVerdict(input);
  const own: readonly (readonly [string, Verdict])[] = [
    ['PodReadyToStartContainers', { status: input.hasSandbox ? 'True' : 'False' }],
    ['Initialized', initializedVerdict(input)],
    ['Ready', readyVerdict(containersReady, input)],
    ['ContainersReady', containersReady],
    ['PodScheduled', { status: 'True' }],
  ];
  const mine = own.map(([type, verdict]): PodCondition => {
    const old = existing.find((condition) => condition.type === type);
    const since = old?.status === verdict.status ? old.lastTransitionTime : undefined;
    return { type, ...verdict, lastTransitionTime: since ?? rfc3339(input.now) };
  });
  return [...mine, ...existing.filter(({ type }) => !own.some(([name]) => name === type))];
}

function containersReadyVerdict({ pod, phase, statuses, initStatuses }: ConditionInput): Verdict {
  if (phase === 'Succeeded') return { status: 'False', reason: 'PodCompleted' };
  if (phase === 'Failed') return { status: 'False', reason: 'PodFailed' };
  const sidecars = initContainers(pod).filter(isSidecar);
  const all = [...initStatuses, ...statuses];
  const unready = [...sidecars, ...pod.spec.containers]
    .map(({ name }) => name)
    .filter((name) => !all.some((status) => status.name === name && status.ready));
  if (unready.length === 0) return { status: 'True' };
  return { status: 'False', reason: 'ContainersNotReady', message: `containers with unready status: [${unready.join(' ')}]` };
}

function readyVerdict(containersReady: Verdict, { pod }: ConditionInput): Verdict {
  if (containersReady.status !== 'True') return containersReady;
  const problems = (pod.spec.readinessGates ?? []).flatMap(({ conditionType }) => {
    const condition = pod.status?.conditions?.find(({ type }) => type === conditionType);
    if (!condition) return [`corresponding condition of pod readiness gate "${conditionType}" does not exist.`];
    return condition.status === 'True'
      ? []
      : [`the status of pod readiness gate "${conditionType}" is not "True", but ${condition.status}`];
  });
  if (problems.length === 0) return { status: 'True' };
  return { status: 'False', reason: 'ReadinessGatesNotReady', message: problems.join(', ') };
}

function initializedVerdict({ pod, phase, statuses, initStatuses }: ConditionInput): Verdict {
  if (phase === 'Succeeded') return { status: 'True', reason: 'PodCompleted' };
  const begun = statuses.some(({ state, lastState, started }) => started || state?.running || state?.terminated || lastState?.terminated);
  if (begun) return { status: 'True' };
  const incomplete = initContainers(pod)
    .filter((container) => {
      const status = initStatuses.find(({ name }) => name === container.name);
      return !(isSidecar(container) ? status?.started : status?.ready);
    })
    .map(({ name }) => name);
  if (incomplete.length === 0) return { status: 'True' };
  return {
    status: 'False',
    reason: 'ContainersNotInitialized',
    message: `containers with incomplete status: [${incomplete.join(' ')}]`,
  };
}
