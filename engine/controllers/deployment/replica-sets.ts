/** A Deployment's ReplicaSets: which is the new one, which are old, how many there may be. Upstream: pkg/controller/deployment/util. */
import { scaledValue } from '../../api/int-or-string.ts';
import type { Live } from '../../api/object.ts';
import type { Deployment, ReplicaSet } from '../../api/types.gen.ts';
import { sameTemplate } from '../template.ts';

/** A ReplicaSet as it is or as it shall be; one that is yet to be created has no uid. */
export interface Rollout {
  readonly deployment: Live<Deployment>;
  /** The one with the Deployment's template. */
  readonly fresh: ReplicaSet | undefined;
  readonly old: readonly ReplicaSet[];
}

export function sortOut(deployment: Live<Deployment>, replicaSets: readonly ReplicaSet[]): Rollout {
  const byAge = replicaSets.toSorted(older);
  // Should there be two of one template, the elder is kept: it may have pods already.
  const fresh = byAge.find(({ spec }) => sameTemplate(spec.template, deployment.spec.template));
  return { deployment, fresh, old: byAge.filter((set) => set !== fresh) };
}
export function allSets({ fresh, old }: Rollout): readonly ReplicaSet[] {
  return fresh ? [...old, fresh] : old;
}
/** The rollout with one of its sets replaced by its next state. */
export function withSet(rollout: Rollout, next: ReplicaSet): Rollout {
  const { name } = next.metadata;
  if (rollout.fresh?.metadata.name === name) return { ...rollout, fresh: next };
  return { ...rollout, old: rollout.old.map((set) => (set.metadata.name === name ? next : set)) };
}

export function older(a: ReplicaSet, b: ReplicaSet): number {
  const [timeA = '', timeB = ''] = [a.metadata.creationTimestamp, b.metadata.creationTimestamp];
  if (timeA !== timeB) return timeA < timeB ? -1 : 1;
  return (a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1;
}

export function sizeOf({ spec }: ReplicaSet): number {
  return spec.replicas ?? 1;
}
/** Whether its status describes the present spec. One that does not counts pods that may be on their way out already. */
export function isObserved({ metadata, status }: ReplicaSet): boolean {
  return (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0);
}
/** Whether it has also told its surplus pods to go. */
export function isSettled(set: ReplicaSet): boolean {
  return isObserved(set) && podsOf(set) === sizeOf(set);
}
/** Pods that it has or may still make. */
export function podsOf(set: ReplicaSet): number {
  return Math.max(sizeOf(set), set.status?.replicas ?? 0);
}
/** Available pods that its spec keeps: a status may be older than the last change of size. */
export function availableOf(set: ReplicaSet): number {
  return Math.min(sizeOf(set), set.status?.availableReplicas ?? 0);
}
export function active(sets: readonly ReplicaSet[]): readonly ReplicaSet[] {
  return sets.filter((set) => sizeOf(set) > 0);
}
export function sum(sets: readonly ReplicaSet[], count: (set: ReplicaSet) => number | undefined): number {
  return sets.reduce((total, set) => total + (count(set) ?? 0), 0);
}

export function wanted({ spec }: Deployment): number {
  return spec.replicas ?? 1;
}
export function isRolling({ spec }: Deployment): boolean {
  return (spec.strategy?.type ?? 'RollingUpdate') === 'RollingUpdate';
}
/** How many pods there may be above the wanted number. */
export function maxSurge(deployment: Deployment): number {
  return isRolling(deployment) ? limits(deployment).surge : 0;
}
/** How many of the wanted pods may be missing. */
export function maxUnavailable(deployment: Deployment): number {
  if (!isRolling(deployment) || wanted(deployment) === 0) return 0;
  return Math.min(limits(deployment).unavailable, wanted(deployment));
}
/** Percentages of surge are rounded up, of unavailability down. When both come to nothing one pod may be missing, or nothing could ever move. */
function limits(deployment: Deployment): { readonly surge: number; readonly unavailable: number } {
  const { maxSurge: surgeLimit = '25%', maxUnavailable: unavailableLimit = '25%' } = deployment.spec.strategy?.rollingUpdate ?? {};
  const surge = scaledValue(surgeLimit, wanted(deployment), 'up');
  const unavailable = scaledValue(unavailableLimit, wanted(deployment), 'down');
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}
