/**
 * What to do when the wanted number changes, or a paused Deployment is scaled: all ReplicaSets grow or shrink in proportion, so that a rollout in between stays
 * as far as it is. Upstream: scale in pkg/controller/deployment/sync.go. Unlike upstream, which takes no notice of availability here, pods that are not available
 * go first where the proportion would leave fewer than maxUnavailable allows.
 */
import type { ReplicaSet } from '../../api/types.gen.ts';
import { desiredAnnotation, maxAnnotation, numberNoted, resized } from './annotations.ts';
import {
  active,
  allSets,
  availableOf,
  isObserved,
  isRolling,
  isSettled,
  maxSurge,
  maxUnavailable,
  older,
  type Rollout,
  sizeOf,
  sum,
  wanted,
  withSet,
} from './replica-sets.ts';

/** Some ReplicaSet was last sized for another number than is wanted now. */
export function isScalingEvent(rollout: Rollout): boolean {
  return active(allSets(rollout)).some(
    (set) => (numberNoted(set, desiredAnnotation) ?? wanted(rollout.deployment)) !== wanted(rollout.deployment),
  );
}

export function scale(rollout: Rollout): Rollout {
  const { deployment, fresh, old } = rollout;
  const only = activeOrLatest(rollout);
  if (only) return resize(rollout, new Map([[only, wanted(deployment)]]));
  if (fresh && isSaturated(rollout, fresh)) return active(old).reduce((next, set) => scaleTo(next, set, 0), rollout);
  return isRolling(deployment) ? proportionally(rollout) : rollout;
}

/**
 * To these sizes. Unlike upstream, none grows before all others have told their surplus pods to go: until then those that shrink do so, and what remains to be
 * done stays a scaling event. One that is itself about to lose pods grows at once, so that it stops.
 */
function resize(rollout: Rollout, sizes: ReadonlyMap<ReplicaSet, number>): Rollout {
  const isIn = (set: ReplicaSet): boolean => isSettled(set) && (sizes.get(set) ?? sizeOf(set)) >= sizeOf(set);
  const mayGrow = (set: ReplicaSet): boolean => allSets(rollout).every((other) => other === set || isIn(other));
  // Also where the size stays: the note of the wanted number must be that of now.
  return [...sizes]
    .filter(([set, size]) => size <= sizeOf(set) || mayGrow(set))
    .reduce((next, [set, size]) => withSet(next, resized(set, rollout.deployment, size)), rollout);
}

export function scaleTo(rollout: Rollout, set: ReplicaSet, replicas: number): Rollout {
  return sizeOf(set) === replicas ? rollout : withSet(rollout, resized(set, rollout.deployment, replicas));
}

/** The one that has pods; the newest when none has; nothing when several have. */
function activeOrLatest({ fresh, old }: Rollout): ReplicaSet | undefined {
  const sets = active(fresh ? [...old, fresh] : old);
  if (sets.length > 1) return undefined;
  return sets[0] ?? fresh ?? old.toSorted(older).at(-1);
}
function isSaturated({ deployment }: Rollout, set: ReplicaSet): boolean {
  const counts = [sizeOf(set), numberNoted(set, desiredAnnotation), availableOf(set)];
  return isObserved(set) && counts.every((count) => count === wanted(deployment));
}

/**
 * Example: 10 replicas with maxSurge 3 in the middle of a rollout, sets of 5 and 8. Scaled to 15, 18 are allowed and 5 are to be added; each set gets
 * its share size × 18 / 13: round(8 × 18/13) - 8 = 3 and round(5 × 18/13) - 5 = 2. Leftovers of the rounding go to the largest.
 */
function proportionally(rollout: Rollout): Rollout {
  const { deployment } = rollout;
  const sets = active(allSets(rollout));
  const allowed = wanted(deployment) > 0 ? wanted(deployment) + maxSurge(deployment) : 0;
  const toAdd = allowed - sum(sets, sizeOf);
  const ordered = sets.toSorted((a, b) => sizeOf(b) - sizeOf(a) || (toAdd > 0 ? older(b, a) : older(a, b)));
  const shares: number[] = [];
  for (const set of ordered) shares.push(proportion(set, rollout, { toAdd, added: shares.reduce((a, b) => a + b, 0) }));
  const leftover = toAdd - shares.reduce((a, b) => a + b, 0);
  const sizes = ordered.map((set, index) => Math.max(0, sizeOf(set) + (shares[index] ?? 0) + (index === 0 ? leftover : 0)));
  const kept = keepAvailable(ordered, sizes, wanted(deployment) - maxUnavailable(deployment));
  return resize(rollout, new Map(ordered.map((set, index) => [set, kept[index] ?? 0])));
}

/**
 * Example: 10 of 20 pods are available, all in one set of 10; scaled to 8 with maxUnavailable 1, both sets get 4 of 8. 7 must be available, so the set that works
 * gets 7 and the other 1. The sum stays.
 */
function keepAvailable(sets: readonly ReplicaSet[], sizes: readonly number[], minAvailable: number): readonly number[] {
  const kept = (set: ReplicaSet, index: number): number => Math.min(sizes[index] ?? 0, availableOf(set));
  const missing = Math.min(minAvailable, sum(sets, availableOf)) - sets.reduce((total, set, index) => total + kept(set, index), 0);
  let toGive = Math.max(0, missing);
  let toTake = toGive;
  return sets.map((set, index) => {
    const size = sizes[index] ?? 0;
    const given = Math.min(toGive, availableOf(set) - kept(set, index));
    const taken = Math.min(toTake, size - kept(set, index));
    toGive -= given;
    toTake -= taken;
    return size + given - taken;
  });
}
function proportion(
  set: ReplicaSet,
  { deployment }: Rollout,
  { toAdd, added }: { readonly toAdd: number; readonly added: number },
): number {
  if (toAdd === 0 || toAdd === added) return 0;
  const share = fraction(set, deployment);
  return toAdd > 0 ? Math.min(share, toAdd - added) : Math.max(share, toAdd - added);
}
function fraction(set: ReplicaSet, deployment: Rollout['deployment']): number {
  if (wanted(deployment) === 0) return -sizeOf(set);
  const before = numberNoted(set, maxAnnotation) || deployment.status?.replicas || 0;
  if (before === 0) return 0;
  return Math.round((sizeOf(set) * (wanted(deployment) + maxSurge(deployment))) / before) - sizeOf(set);
}
