/** A Deployment's status: counts, Available, Progressing with its deadline, ReplicaFailure. Upstream: calculateStatus in sync.go and progress.go. */
import { rfc3339 } from '../../api/clock.ts';
import type { Live } from '../../api/object.ts';
import type { Deployment, DeploymentCondition, DeploymentStatus } from '../../api/types.gen.ts';
import { allSets, isObserved, maxUnavailable, type Rollout, sizeOf, sum, wanted } from './replica-sets.ts';

export interface ConditionDraft {
  readonly type: 'Available' | 'Progressing';
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
}
const noDeadline = 2 ** 31 - 1;

export function hasDeadline({ spec }: Deployment): boolean {
  return spec.progressDeadlineSeconds !== undefined && spec.progressDeadlineSeconds !== noDeadline;
}
export function conditionOf(status: DeploymentStatus | undefined, type: string): DeploymentCondition | undefined {
  return status?.conditions?.find((condition) => condition.type === type);
}
/** Nothing changes when status and reason are the same; the transition keeps its time when the status is. */
export function withCondition(
  conditions: readonly DeploymentCondition[],
  draft: ConditionDraft,
  nowMs: number,
): readonly DeploymentCondition[] {
  const before = conditions.find(({ type }) => type === draft.type);
  if (before?.status === draft.status && before.reason === draft.reason) return conditions;
  const now = rfc3339(nowMs);
  const lastTransitionTime = before?.status === draft.status ? before.lastTransitionTime : now;
  return [...without(conditions, draft.type), { ...draft, lastUpdateTime: now, lastTransitionTime }];
}
export function without(conditions: readonly DeploymentCondition[], type: string): readonly DeploymentCondition[] {
  return conditions.filter((condition) => condition.type !== type);
}

/** Counts and availability; the other conditions as they are in `conditions`. */
export function countStatus(rollout: Rollout, conditions: readonly DeploymentCondition[], nowMs: number): DeploymentStatus {
  const { deployment, fresh } = rollout;
  const sets = allSets(rollout);
  const available = sum(sets, ({ status }) => status?.availableReplicas);
  const isAvailable = available >= wanted(deployment) - maxUnavailable(deployment);
  const availability: ConditionDraft = isAvailable
    ? { type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable', message: 'Deployment has minimum availability.' }
    : {
        type: 'Available',
        status: 'False',
        reason: 'MinimumReplicasUnavailable',
        message: 'Deployment does not have minimum availability.',
      };
  const counts = {
    replicas: sum(sets, ({ status }) => status?.replicas),
    updatedReplicas: fresh?.status?.replicas ?? 0,
    readyReplicas: sum(sets, ({ status }) => status?.readyReplicas),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, sum(sets, sizeOf) - available),
    collisionCount: deployment.status?.collisionCount ?? 0,
  };
  return {
    observedGeneration: deployment.metadata.generation,
    // Upstream leaves counts of zero out.
    ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)),
    conditions: withCondition(conditions, availability, nowMs),
  };
}

/** The status in the middle of a rollout: with what can be said of its progress. */
export function rolloutStatus(rollout: Rollout, conditions: readonly DeploymentCondition[], nowMs: number): DeploymentStatus {
  const { deployment } = rollout;
  const counted = countStatus(rollout, conditions, nowMs);
  const progressed = hasDeadline(deployment) ? withProgress(rollout, counted, nowMs) : without(counted.conditions ?? [], 'Progressing');
  return { ...counted, conditions: withFailure(rollout, progressed) };
}

function withProgress(rollout: Rollout, status: DeploymentStatus, nowMs: number): readonly DeploymentCondition[] {
  const { deployment, fresh } = rollout;
  const { conditions = [] } = status;
  const current = conditionOf(status, 'Progressing');
  // One template only, and it was complete before: pods that come and go now are no rollout.
  const isOver = (status.replicas ?? 0) === (status.updatedReplicas ?? 0) && current?.reason === 'NewReplicaSetAvailable';
  if (isOver) return conditions;
  const subject = fresh ? `ReplicaSet "${fresh.metadata.name}"` : `Deployment "${deployment.metadata.name}"`;
  // Counts of a ReplicaSet that has not acted on its spec yet may be of pods that are on their way out.
  if (isComplete(deployment, status) && allSets(rollout).every(isObserved)) {
    const message = `${subject} has successfully progressed.`;
    return withCondition(conditions, { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable', message }, nowMs);
  }
  if (isProgressing(deployment.status ?? {}, status)) {
    const message = `${subject} is progressing.`;
    const now = rfc3339(nowMs);
    const lastTransitionTime = current?.status === 'True' ? current.lastTransitionTime : now;
    const draft = { type: 'Progressing', status: 'True', reason: 'ReplicaSetUpdated', message };
    // Written anew at each progress: the deadline counts from its update time.
    return [...without(conditions, 'Progressing'), { ...draft, lastUpdateTime: now, lastTransitionTime }];
  }
  if (isTimedOut(deployment, current, nowMs)) {
    const message = `${subject} has timed out progressing.`;
    return withCondition(conditions, { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message }, nowMs);
  }
  return conditions;
}

/** Upstream's DeploymentComplete; also what `kubectl rollout status` waits for. */
export function isComplete(deployment: Live<Deployment>, status: DeploymentStatus): boolean {
  const counts = [status.updatedReplicas ?? 0, status.replicas ?? 0, status.availableReplicas ?? 0];
  return counts.every((count) => count === wanted(deployment)) && (status.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0);
}
function isProgressing(before: DeploymentStatus, now: DeploymentStatus): boolean {
  const old = ({ replicas = 0, updatedReplicas = 0 }: DeploymentStatus): number => replicas - updatedReplicas;
  return (
    (now.updatedReplicas ?? 0) > (before.updatedReplicas ?? 0) ||
    old(now) < old(before) ||
    (now.readyReplicas ?? 0) > (before.readyReplicas ?? 0) ||
    (now.availableReplicas ?? 0) > (before.availableReplicas ?? 0)
  );
}
function isTimedOut({ spec }: Deployment, condition: DeploymentCondition | undefined, nowMs: number): boolean {
  if (!condition || condition.reason === 'NewReplicaSetAvailable') return false;
  if (condition.reason === 'ProgressDeadlineExceeded') return true;
  return Date.parse(condition.lastUpdateTime ?? '') + (spec.progressDeadlineSeconds ?? 0) * 1000 < nowMs;
}

/** When to look again whether the deadline has passed, in milliseconds from now; undefined when it need not be looked at. */
export function deadlineMs(deployment: Live<Deployment>, status: DeploymentStatus, nowMs: number): number | undefined {
  const condition = conditionOf(status, 'Progressing');
  if (!hasDeadline(deployment) || !condition || isComplete(deployment, status)) return undefined;
  if (condition.reason === 'ProgressDeadlineExceeded' || condition.reason === 'NewReplicaSetAvailable') return undefined;
  const deadline = Date.parse(condition.lastUpdateTime ?? '') + (deployment.spec.progressDeadlineSeconds ?? 0) * 1000;
  if (Number.isNaN(deadline)) return undefined;
  // Times are written in whole seconds: one more, and it has passed.
  return Math.max(1000, deadline - nowMs + 1000);
}

/** The new set's failure before those of the old ones. */
function withFailure(rollout: Rollout, conditions: readonly DeploymentCondition[]): readonly DeploymentCondition[] {
  const sets = rollout.fresh ? [rollout.fresh, ...rollout.old] : rollout.old;
  const [failure] = sets.flatMap(({ status }) => (status?.conditions ?? []).filter(({ type }) => type === 'ReplicaFailure'));
  const before = conditions.find(({ type }) => type === 'ReplicaFailure');
  if (!failure) return without(conditions, 'ReplicaFailure');
  if (before?.status === failure.status && before.reason === failure.reason) return conditions;
  return [...without(conditions, 'ReplicaFailure'), { ...failure, lastUpdateTime: failure.lastTransitionTime }];
}
