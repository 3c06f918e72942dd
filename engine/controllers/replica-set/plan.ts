/** What a ReplicaSet has to do and what it has to say, from what is there. Upstream: pkg/controller/replicaset, manageReplicas and calculateStatus. */
import { rfc3339 } from '../../api/clock.ts';
import { messageOf } from '../../api/message-of.ts';
import type { Live } from '../../api/object.ts';
import { matchesLabels, selectorOfLabels } from '../../api/selector.ts';
import type { Pod, ReplicaSetCondition, ReplicaSetStatus } from '../../api/types.gen.ts';
import { availableAtMs } from '../pods.ts';
import type { Replicated } from './replicated.ts';

/** Pods created or deleted in one go; the rest follows when the cache has shown these. */
export const burstReplicas = 500;

export interface PlanInput<T extends Replicated> {
  readonly set: Live<T>;
  /** Active, and ours. */
  readonly pods: readonly Live<Pod>[];
  readonly nowMs: number;
}
export type Change = { readonly type: 'create' | 'delete'; readonly count: number } | { readonly type: 'none' };

export function planChange<T extends Replicated>({ set, pods }: PlanInput<T>): Change {
  const missing = (set.spec.replicas ?? 1) - pods.length;
  if (missing > 0) return { type: 'create', count: Math.min(missing, burstReplicas) };
  if (missing < 0) return { type: 'delete', count: Math.min(-missing, burstReplicas) };
  return { type: 'none' };
}

/** `failure`: what went wrong while pods were created or deleted. */
export function planStatus<T extends Replicated>({ set, pods, nowMs }: PlanInput<T>, failure: unknown): ReplicaSetStatus {
  const template = selectorOfLabels(set.spec.template?.metadata?.labels);
  const { minReadySeconds = 0 } = set.spec;
  let fullyLabeled = 0;
  let ready = 0;
  let available = 0;
  for (const pod of pods) {
    if (matchesLabels(template, pod.metadata.labels)) fullyLabeled++;
    const availableAt = availableAtMs(pod, minReadySeconds);
    if (availableAt === undefined) continue;
    ready++;
    if (availableAt <= nowMs) available++;
  }
  const conditions = planConditions(set, { pods: pods.length, nowMs, failure });
  return {
    replicas: pods.length,
    ...(fullyLabeled > 0 ? { fullyLabeledReplicas: fullyLabeled } : {}),
    ...(ready > 0 ? { readyReplicas: ready } : {}),
    ...(available > 0 ? { availableReplicas: available } : {}),
    ...(set.metadata.generation === undefined ? {} : { observedGeneration: set.metadata.generation }),
    ...(conditions.length > 0 ? { conditions } : {}),
  };
}

function planConditions<T extends Replicated>(
  set: Live<T>,
  { pods, nowMs, failure }: { readonly pods: number; readonly nowMs: number; readonly failure: unknown },
): readonly ReplicaSetCondition[] {
  const { conditions = [] } = set.status ?? {};
  const others = conditions.filter(({ type }) => type !== 'ReplicaFailure');
  if (failure === undefined) return others;
  // The first failure stays until there is none: its time tells since when.
  if (others.length < conditions.length) return conditions;
  const reason = pods < (set.spec.replicas ?? 1) ? 'FailedCreate' : 'FailedDelete';
  const message = messageOf(failure);
  return [...others, { type: 'ReplicaFailure', status: 'True', lastTransitionTime: rfc3339(nowMs), reason, message }];
}

/** When the next ready pod will have been ready for long enough, in milliseconds from now. */
export function nextAvailableMs<T extends Replicated>({ set, pods, nowMs }: PlanInput<T>): number | undefined {
  const { minReadySeconds = 0 } = set.spec;
  if (minReadySeconds === 0) return undefined;
  let next = Number.POSITIVE_INFINITY;
  for (const pod of pods) {
    const availableAt = availableAtMs(pod, minReadySeconds);
    if (availableAt !== undefined && availableAt > nowMs) next = Math.min(next, availableAt);
  }
  return next === Number.POSITIVE_INFINITY ? undefined : next - nowMs;
}
