/** One step of a rolling update. Upstream: pkg/controller/deployment/rolling.go. */
import type { ReplicaSet } from '../../api/types.gen.ts';
import {
  active,
  allSets,
  availableOf,
  isObserved,
  isRolling,
  maxSurge,
  maxUnavailable,
  older,
  podsOf,
  type Rollout,
  sizeOf,
  sum,
  wanted,
} from './replica-sets.ts';
import { scaleTo } from './scale.ts';

/** Up as far as maxSurge allows, else down as far as maxUnavailable allows; each change of a pod brings the next step. */
export function rollingStep(rollout: Rollout): Rollout {
  const grown = growNew(rollout);
  return grown === rollout ? shrinkOld(rollout) : grown;
}

function growNew(rollout: Rollout): Rollout {
  const { fresh } = rollout;
  if (!fresh) return rollout;
  return scaleTo(rollout, fresh, sizeOfNew(rollout, fresh));
}

/**
 * Example: 10 wanted, maxSurge 3, 10 old pods, 0 new: 13 may be there, so 3 new ones. Unlike upstream, which counts what the specs say, pods that a ReplicaSet has
 * not told to go yet take up room.
 */
export function sizeOfNew(rollout: Rollout, fresh: ReplicaSet): number {
  const { deployment } = rollout;
  if (!isRolling(deployment) || sizeOf(fresh) > wanted(deployment)) return wanted(deployment);
  const all = allSets({ ...rollout, fresh });
  if (!all.every(isObserved)) return sizeOf(fresh);
  const room = wanted(deployment) + maxSurge(deployment) - sum(all, podsOf);
  return sizeOf(fresh) + Math.max(0, Math.min(room, wanted(deployment) - sizeOf(fresh)));
}

/**
 * Example: 10 wanted, maxUnavailable 2, maxSurge 3; 8 old pods and 5 new that never become available, 13 in all. At least 8 must be available and 5 of the new
 * are not, so 13 - 8 - 5 = 0 may go, even when an old one fails meanwhile. After a rollback to the old template, the 5 are the old ones: 13 - 8 - 1 = 4 may go.
 */
function shrinkOld(rollout: Rollout): Rollout {
  const { deployment, fresh } = rollout;
  const old = active(rollout.old);
  if (old.length === 0) return rollout;
  // Which pods are available is not known before every ReplicaSet has acted on its spec; its status then brings the next step.
  if (!allSets(rollout).every(isObserved)) return rollout;
  const minAvailable = wanted(deployment) - maxUnavailable(deployment);
  const newUnavailable = fresh ? sizeOf(fresh) - availableOf(fresh) : 0;
  const mayGo = sum(allSets(rollout), sizeOf) - minAvailable - newUnavailable;
  if (mayGo <= 0) return rollout;
  return dropHealthy(dropUnhealthy(rollout, mayGo), minAvailable);
}

/** Those that do not work go first: nobody misses them, and they would hold up the rollout. */
function dropUnhealthy(rollout: Rollout, mayGo: number): Rollout {
  let left = mayGo;
  let next = rollout;
  for (const set of active(rollout.old).toSorted(older)) {
    const count = Math.max(0, Math.min(left, sizeOf(set) - availableOf(set)));
    next = scaleTo(next, set, sizeOf(set) - count);
    left -= count;
  }
  return next;
}
function dropHealthy(rollout: Rollout, minAvailable: number): Rollout {
  let left = sum(allSets(rollout), availableOf) - minAvailable;
  let next = rollout;
  for (const set of active(rollout.old).toSorted(older)) {
    const count = Math.max(0, Math.min(left, sizeOf(set)));
    next = scaleTo(next, set, sizeOf(set) - count);
    left -= count;
  }
  return next;
}
