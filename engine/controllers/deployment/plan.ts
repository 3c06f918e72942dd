/**
 * The next state of a Deployment and its ReplicaSets, from what is there. Pure: what it gives is compared with what is, and the difference is written.
 * Upstream: syncDeployment and its branches in pkg/controller/deployment.
 */

import type { Kind } from '../../api/kind.ts';
import { deployment as deploymentKind } from '../../api/kinds/apps/deployment.ts';
import type { Live } from '../../api/object.ts';
import type { Deployment, DeploymentCondition, DeploymentStatus, Pod, ReplicaSet } from '../../api/types.gen.ts';
import { controllerReference } from '../../client/owner-references.ts';
import { hashLabel, templateHash } from '../template.ts';
import { annotated, resized, revisionAnnotation, revisionOf } from './annotations.ts';
import { active, allSets, isObserved, isRolling, type Rollout, sizeOf, sortOut, sum } from './replica-sets.ts';
import { rollingStep, sizeOfNew } from './rolling.ts';
import { isScalingEvent, scale, scaleTo } from './scale.ts';
import { conditionOf, countStatus, deadlineMs, hasDeadline, isComplete, rolloutStatus, withCondition } from './status.ts';

export interface PlanInput {
  readonly deployment: Live<Deployment>;
  /** Those it controls. */
  readonly replicaSets: readonly Live<ReplicaSet>[];
  /** The pods of its old ReplicaSets; asked only by the strategy Recreate. */
  readonly podsOf: (replicaSet: ReplicaSet) => readonly Pod[];
  readonly nowMs: number;
}
export interface Plan {
  readonly create: ReplicaSet | undefined;
  /** Next states; those that equal what is there are left out. */
  readonly update: readonly ReplicaSet[];
  readonly delete: readonly ReplicaSet[];
  /** The revision annotation of the Deployment, when it must change. */
  readonly revision: string | undefined;
  readonly status: DeploymentStatus;
  /** When to look again although nothing happened: whether the deadline has passed. */
  readonly wakeMs: number | undefined;
}
const noHistoryLimit = 2 ** 31 - 1;

export function planDeployment(input: PlanInput): Plan {
  const { deployment, replicaSets, nowMs } = input;
  const conditions = pausedConditions(deployment, nowMs);
  const found = withFreshAnnotations(sortOut(deployment, replicaSets));
  if (deployment.metadata.deletionTimestamp !== undefined) return finish(input, found, countStatus(found, conditions, nowMs));
  if (deployment.spec.paused || isScalingEvent(found)) {
    const scaled = scale(found);
    const history = deployment.spec.paused ? historyToDelete(scaled) : [];
    return finish(input, scaled, countStatus(scaled, foundConditions(found, conditions, nowMs), nowMs), history);
  }
  const rolled = isRolling(deployment) ? rollingStep(withNew(found)) : recreateStep(input, found);
  const status = rolloutStatus(rolled, foundConditions(rolled, conditions, nowMs), nowMs);
  const history = isComplete(deployment, deployment.status ?? {}) ? historyToDelete(rolled) : [];
  return { ...finish(input, rolled, status, history), wakeMs: deadlineMs(deployment, status, nowMs) };
}

/** Old pods must be gone before new ones are made. */
function recreateStep({ podsOf }: PlanInput, rollout: Rollout): Rollout {
  const old = active(rollout.old);
  if (old.length > 0) return old.reduce((next, set) => scaleTo(next, set, 0), rollout);
  // One that has not seen that it shall be empty may be making pods that nobody has seen yet.
  if (!rollout.old.every(isObserved)) return rollout;
  const isRunning = ({ status }: Pod): boolean => status?.phase !== 'Failed' && status?.phase !== 'Succeeded';
  if (sum(rollout.old, ({ status }) => status?.replicas) > 0 || rollout.old.some((set) => podsOf(set).some(isRunning))) return rollout;
  const next = withNew(rollout);
  return next.fresh ? scaleTo(next, next.fresh, sizeOfNew(next, next.fresh)) : next;
}

/** The new ReplicaSet has the highest revision and the Deployment's annotations. */
function withFreshAnnotations(rollout: Rollout): Rollout {
  const { deployment, fresh } = rollout;
  if (!fresh) return rollout;
  const next = annotated(fresh, deployment, nextRevision(rollout));
  const { minReadySeconds = 0 } = deployment.spec;
  const isSame = (next.spec.minReadySeconds ?? 0) === minReadySeconds;
  return { ...rollout, fresh: isSame ? next : { ...next, spec: { ...next.spec, minReadySeconds } } };
}
function nextRevision({ old }: Rollout): bigint {
  return ([0n, ...old.map(revisionOf)].toSorted((a, b) => (a < b ? -1 : 1)).at(-1) ?? 0n) + 1n;
}

function withNew(rollout: Rollout): Rollout {
  if (rollout.fresh) return rollout;
  const { deployment } = rollout;
  const { spec, metadata, status } = deployment;
  const hash = templateHash(spec.template, status?.collisionCount);
  const labels = { ...spec.template.metadata?.labels, [hashLabel]: hash };
  const draft: ReplicaSet = {
    metadata: {
      name: `${metadata.name}-${hash}`,
      namespace: metadata.namespace,
      labels,
      ownerReferences: [controllerReference(deploymentKind as unknown as Kind, deployment)],
    },
    spec: {
      replicas: 0,
      ...(spec.minReadySeconds === undefined ? {} : { minReadySeconds: spec.minReadySeconds }),
      selector: { ...spec.selector, matchLabels: { ...spec.selector.matchLabels, [hashLabel]: hash } },
      template: { ...spec.template, metadata: { ...spec.template.metadata, labels } },
    },
  };
  const fresh = annotated(resized(draft, deployment, sizeOfNew(rollout, draft)), deployment, nextRevision(rollout));
  return { ...rollout, fresh };
}

/** That it is paused or resumed stops the clock of the deadline; a lack of progress that was reported already stays. */
function pausedConditions({ spec, status }: Live<Deployment>, nowMs: number): readonly DeploymentCondition[] {
  const conditions = status?.conditions ?? [];
  const current = conditionOf(status, 'Progressing');
  if (!hasDeadline({ spec, metadata: {} }) || current?.reason === 'ProgressDeadlineExceeded') return conditions;
  const draft = { type: 'Progressing', status: 'Unknown' } as const;
  if (spec.paused) return withCondition(conditions, { ...draft, reason: 'DeploymentPaused', message: 'Deployment is paused' }, nowMs);
  if (current?.reason !== 'DeploymentPaused') return conditions;
  return withCondition(conditions, { ...draft, reason: 'DeploymentResumed', message: 'Deployment is resumed' }, nowMs);
}
/** A rollout begins when its ReplicaSet is made, or found to be there. */
function foundConditions(
  { deployment, fresh }: Rollout,
  conditions: readonly DeploymentCondition[],
  nowMs: number,
): readonly DeploymentCondition[] {
  if (!fresh || !hasDeadline(deployment)) return conditions;
  const draft = { type: 'Progressing', status: 'True' } as const;
  const { name, uid } = fresh.metadata;
  if (uid === undefined)
    return withCondition(conditions, { ...draft, reason: 'NewReplicaSetCreated', message: `Created new replica set "${name}"` }, nowMs);
  if (conditions.some(({ type }) => type === 'Progressing')) return conditions;
  return withCondition(conditions, { ...draft, reason: 'FoundNewReplicaSet', message: `Found new replica set "${name}"` }, nowMs);
}

/** The oldest beyond the limit that have no pods any more and whose emptiness their controller has seen. */
function historyToDelete({ deployment, old }: Rollout): readonly ReplicaSet[] {
  const { revisionHistoryLimit: limit = noHistoryLimit } = deployment.spec;
  const alive = old.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  if (limit === noHistoryLimit || alive.length <= limit) return [];
  const isEmpty = (set: ReplicaSet): boolean =>
    sizeOf(set) === 0 && (set.status?.replicas ?? 0) === 0 && (set.metadata.generation ?? 0) <= (set.status?.observedGeneration ?? 0);
  return alive
    .toSorted((a, b) => (revisionOf(a) < revisionOf(b) ? -1 : 1))
    .slice(0, alive.length - limit)
    .filter(isEmpty);
}

function finish(input: PlanInput, rollout: Rollout, status: DeploymentStatus, history: readonly ReplicaSet[] = []): Plan {
  const { deployment, replicaSets } = input;
  const known: ReadonlySet<ReplicaSet> = new Set<ReplicaSet>(replicaSets);
  const { fresh } = rollout;
  const revision = fresh?.metadata.annotations?.[revisionAnnotation];
  return {
    create: fresh?.metadata.uid === undefined ? fresh : undefined,
    update: allSets(rollout).filter((set) => set.metadata.uid !== undefined && !known.has(set)),
    delete: history,
    revision: revision === deployment.metadata.annotations?.[revisionAnnotation] ? undefined : revision,
    status,
    wakeMs: undefined,
  };
}
