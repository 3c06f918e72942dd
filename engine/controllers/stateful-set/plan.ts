/**
 * The next steps of a StatefulSet, from what is there. Pure. Pods come up one after the other and go in the opposite order, each when all before it are available;
 * with the policy Parallel all at once. Upstream: updateStatefulSet, processReplica and processCondemned in pkg/controller/statefulset.
 */
import type { Live } from '../../api/object.ts';
import type { PersistentVolumeClaim, Pod, StatefulSet, StatefulSetStatus } from '../../api/types.gen.ts';
import { availableAtMs, isReady, isTerminated } from '../pods.ts';
import { claimOwners, isStale } from './claim-owners.ts';
import {
  claimsOf,
  isInRange,
  ordinalOf,
  podNameOf,
  podOf,
  type Revision,
  replicasOf,
  revisionLabel,
  startOf,
  withIdentity,
} from './identity.ts';

export interface PlanInput {
  readonly set: Live<StatefulSet>;
  /** Those it controls. */
  readonly pods: readonly Live<Pod>[];
  readonly current: Revision;
  readonly update: Revision;
  readonly collisionCount: number;
  /** By name, in the set's namespace. */
  readonly claim: (name: string) => Live<PersistentVolumeClaim> | undefined;
  readonly nowMs: number;
}
export type Step =
  /** With the claims it needs, where they are not there. */
  | { readonly type: 'create'; readonly pod: Pod; readonly ordinal: number }
  | { readonly type: 'delete'; readonly pod: Live<Pod> }
  /** Claims that are missing, and owners of claims that are not as the policy says. */
  | { readonly type: 'claims'; readonly pod: Live<Pod>; readonly ordinal: number; readonly create: boolean }
  | { readonly type: 'identify'; readonly pod: Live<Pod>; readonly ordinal: number };
export interface Plan {
  readonly steps: readonly Step[];
  readonly status: StatefulSetStatus;
  /** When a pod will have been ready for long enough. */
  readonly wakeMs: number | undefined;
}

export function planStatefulSet(input: PlanInput): Plan {
  const { set } = input;
  const counted = statusOf(input);
  const wakeMs = nextAvailableMs(input);
  if (set.metadata.deletionTimestamp !== undefined) return { steps: [], status: counted, wakeMs };
  const { steps, updated } = stepsOf(input);
  return { steps, status: completed(set, updated ? { ...counted, currentReplicas: (counted.currentReplicas ?? 0) - 1 } : counted), wakeMs };
}

interface Steps {
  readonly steps: readonly Step[];
  /** The last of them takes a pod of an old revision away. */
  readonly updated: boolean;
}

function stepsOf(input: PlanInput): Steps {
  const { set } = input;
  const isOrdered = set.spec.podManagementPolicy !== 'Parallel';
  const steps: Step[] = [];
  const take = ({ step, isBlocked }: Turn): boolean => {
    if (step) steps.push(step);
    return isOrdered && isBlocked;
  };
  const ordinals = Array.from({ length: replicasOf(set) }, (_, index) => startOf(set) + index);
  for (const ordinal of ordinals) if (take(replicaTurn(input, ordinal))) return { steps, updated: false };
  const condemned = condemnedOf(input);
  for (const pod of condemned)
    if (needsOwners(input, pod)) steps.push({ type: 'claims', pod, ordinal: ordinalOf(set, pod) ?? 0, create: false });
  const unhealthy = firstUnhealthy(input, ordinals);
  for (const pod of condemned) if (take(condemnedTurn(input, pod, unhealthy))) return { steps, updated: false };
  const old = nextToUpdate(input, ordinals);
  return old ? { steps: [...steps, { type: 'delete', pod: old }], updated: true } : { steps, updated: false };
}

interface Turn {
  readonly step?: Step;
  /** Those behind it wait. */
  readonly isBlocked: boolean;
}

function replicaTurn(input: PlanInput, ordinal: number): Turn {
  const { set } = input;
  const pod = podAt(input, ordinal);
  if (!pod) {
    const claims = claimsOf(set, ordinal).flatMap(({ claim }) => input.claim(claim.metadata.name ?? '') ?? []);
    if (claims.some((claim) => isStale(set, podNameOf(set, ordinal), claim))) return { isBlocked: true };
    return { step: { type: 'create', pod: podOf(set, ordinal, revisionFor(input, ordinal)), ordinal }, isBlocked: true };
  }
  const isLeaving = pod.metadata.deletionTimestamp !== undefined;
  // However it ended: the exit code of a pod that was stopped from outside says nothing.
  if (isTerminated(pod)) return { ...(isLeaving ? {} : { step: { type: 'delete', pod } }), isBlocked: true };
  const claims: Step = { type: 'claims', pod, ordinal, create: true };
  if (pod.status?.phase === 'Pending' && (lacksClaims(input, ordinal) || needsOwners(input, pod))) return { step: claims, isBlocked: true };
  if (isLeaving || !isAvailable(input, pod)) return { isBlocked: true };
  if (withIdentity(set, pod) !== pod) return { step: { type: 'identify', pod, ordinal }, isBlocked: false };
  return { ...(needsOwners(input, pod) ? { step: claims } : {}), isBlocked: false };
}

function condemnedTurn(input: PlanInput, pod: Live<Pod>, unhealthy: Live<Pod> | undefined): Turn {
  if (pod.metadata.deletionTimestamp !== undefined) return { isBlocked: true };
  // One that does not work goes all the same if nothing before it is broken: it may be why the set is scaled down.
  const mayGo = input.set.spec.podManagementPolicy === 'Parallel' || isAvailable(input, pod) || pod === unhealthy;
  return { ...(mayGo ? { step: { type: 'delete', pod } } : {}), isBlocked: true };
}

/** The highest number whose pod is of another revision, once those above it work. */
function nextToUpdate(input: PlanInput, ordinals: readonly number[]): Live<Pod> | undefined {
  const { updateStrategy } = input.set.spec;
  if (updateStrategy?.type === 'OnDelete') return undefined;
  for (const ordinal of ordinals.slice(updateStrategy?.rollingUpdate?.partition ?? 0).toReversed()) {
    const pod = podAt(input, ordinal);
    if (!pod) return undefined;
    if (revisionOf(pod) !== input.update.name && pod.metadata.deletionTimestamp === undefined) return pod;
    if (!isHealthy(pod)) return undefined;
  }
  return undefined;
}

function podAt({ set: owner, pods }: PlanInput, ordinal: number): Live<Pod> | undefined {
  return pods.find(({ metadata }) => metadata.name === podNameOf(owner, ordinal));
}
function condemnedOf({ set: owner, pods }: PlanInput): readonly Live<Pod>[] {
  const outside = pods.filter((pod) => ordinalOf(owner, pod) !== undefined && !isInRange(owner, pod));
  return outside.toSorted((a, b) => (ordinalOf(owner, b) ?? 0) - (ordinalOf(owner, a) ?? 0));
}
function firstUnhealthy(input: PlanInput, ordinals: readonly number[]): Live<Pod> | undefined {
  for (const ordinal of ordinals) {
    const pod = podAt(input, ordinal);
    if (!pod || !isHealthy(pod)) return pod;
  }
  return condemnedOf(input).findLast((pod) => !isHealthy(pod));
}

/** Below the partition pods keep the revision that they had. */
function revisionFor({ set: owner, current, update }: PlanInput, ordinal: number): Revision {
  const { type, rollingUpdate } = owner.spec.updateStrategy ?? {};
  if (rollingUpdate) return ordinal < startOf(owner) + (rollingUpdate.partition ?? 0) ? current : update;
  return type === 'RollingUpdate' && ordinal < startOf(owner) + (owner.status?.currentReplicas ?? 0) ? current : update;
}
export function revisionOf({ metadata }: Pod): string | undefined {
  return metadata.labels?.[revisionLabel];
}

function lacksClaims({ set: owner, claim }: PlanInput, ordinal: number): boolean {
  return claimsOf(owner, ordinal).some((one) => claim(one.claim.metadata.name ?? '') === undefined);
}
function needsOwners({ set: owner, claim: find }: PlanInput, pod: Live<Pod>): boolean {
  return claimsOf(owner, ordinalOf(owner, pod) ?? 0).some(({ claim: { metadata } }) => {
    const claim = find(metadata.name ?? '');
    return claim !== undefined && claimOwners({ claim, set: owner, pod }).references !== undefined;
  });
}

function isRunningAndReady(pod: Pod): boolean {
  return pod.status?.phase === 'Running' && isReady(pod);
}
function isHealthy(pod: Pod): boolean {
  return isRunningAndReady(pod) && pod.metadata.deletionTimestamp === undefined;
}
function isAvailable({ set: { spec }, nowMs }: PlanInput, pod: Pod): boolean {
  const at = availableAtMs(pod, spec.minReadySeconds ?? 0);
  return isRunningAndReady(pod) && at !== undefined && at <= nowMs;
}
function nextAvailableMs({ set: { spec }, pods, nowMs }: PlanInput): number | undefined {
  const future = pods.map((pod) => availableAtMs(pod, spec.minReadySeconds ?? 0)).filter((at) => at !== undefined && at > nowMs);
  return future.length === 0 ? undefined : Math.min(...future.map((at) => (at ?? 0) - nowMs));
}

function statusOf(input: PlanInput): StatefulSetStatus {
  const { set: owner, pods, current, update, collisionCount } = input;
  const created = pods.filter(({ status }) => status?.phase);
  const staying = created.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const of = ({ name }: Revision): number => staying.filter((pod) => revisionOf(pod) === name).length;
  return {
    ...(owner.status?.conditions ? { conditions: owner.status.conditions } : {}),
    observedGeneration: owner.metadata.generation ?? 0,
    replicas: created.length,
    readyReplicas: created.filter(isRunningAndReady).length,
    availableReplicas: created.filter((pod) => isAvailable(input, pod)).length,
    currentReplicas: of(current),
    updatedReplicas: of(update),
    currentRevision: current.name,
    updateRevision: update.name,
    collisionCount,
  };
}
function completed({ spec }: StatefulSet, status: StatefulSetStatus): StatefulSetStatus {
  const counts = [status.updatedReplicas, status.readyReplicas, status.replicas];
  const isDone = spec.updateStrategy?.type === 'RollingUpdate' && counts.every((count) => count === (spec.replicas ?? 1));
  return isDone ? { ...status, currentReplicas: status.updatedReplicas, currentRevision: status.updateRevision } : status;
}
