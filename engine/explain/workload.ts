/** What is the matter with a Deployment or a ReplicaSet: its own conditions first, then the worst of its pods. */
import type { Deployment, Pod, ReplicaSet } from '../api/types.gen.ts';
import type { Params } from './cause.ts';
import { explainPod } from './pod.ts';
import type { Related } from './related.ts';
import { type Evidence, type Verdict, verdict } from './verdict.ts';

export function explainDeployment(deployment: Deployment, related: Related): Verdict {
  const { spec, status } = deployment;
  const desired = spec?.replicas ?? 1;
  const params: Params = { desired, available: status?.availableReplicas ?? 0, updated: status?.updatedReplicas ?? 0 };
  const failure = conditionOf(deployment, 'ReplicaFailure', 'True');
  if (failure) return verdict('workload-replica-failure', { params, evidence: [failure] });
  if (spec?.paused) return verdict('workload-paused', { params });
  const isSeen = isObserved(deployment);
  const complete = isSeen && params.updated === desired && params.available === desired && (status?.replicas ?? 0) === desired;
  if (complete) return verdict(desired === 0 ? 'workload-scaled-to-zero' : 'workload-available', { params });
  const down = isSeen && isRolledOut(deployment) ? conditionOf(deployment, 'Available', 'False') : undefined;
  const stuck = isSeen ? conditionOf(deployment, 'Progressing', 'False') : undefined;
  return explainIncomplete({ params, related, stuck, down });
}

export function explainReplicaSet(set: ReplicaSet, related: Related): Verdict {
  const desired = set.spec?.replicas ?? 1;
  const params: Params = { desired, available: set.status?.availableReplicas ?? 0, updated: set.status?.replicas ?? 0 };
  const failure = conditionOf(set, 'ReplicaFailure', 'True');
  if (failure) return verdict('workload-replica-failure', { params, evidence: [failure] });
  if (isObserved(set) && params.available === desired && params.updated === desired)
    return verdict(desired === 0 ? 'workload-scaled-to-zero' : 'workload-available', { params });
  return explainIncomplete({ params, related });
}

/** What the status says is said of the present spec: of one that was just changed it says nothing yet. */
function isObserved({ metadata, status }: Deployment | ReplicaSet): boolean {
  return (status?.observedGeneration ?? 0) >= (metadata?.generation ?? 0);
}

/** Nothing is being rolled out: pods that are missing now were there before. */
function isRolledOut({ status }: Deployment): boolean {
  return status?.conditions?.some(({ type, reason }) => type === 'Progressing' && reason === 'NewReplicaSetAvailable') ?? false;
}

/** A pod's trouble explains its workload's. */
function explainIncomplete({
  params,
  related,
  stuck,
  down,
}: {
  readonly params: Params;
  readonly related: Related;
  readonly stuck?: Evidence | undefined;
  readonly down?: Evidence | undefined;
}): Verdict {
  const worst = worstPod(related.pods ?? [], related);
  if (worst) return { ...worst, params: { ...params, ...worst.params }, evidence: [...worst.evidence, ...(stuck ? [stuck] : [])] };
  if (stuck) return verdict('workload-stuck', { params, evidence: [stuck] });
  return down ? verdict('workload-unavailable', { params, evidence: [down] }) : verdict('workload-progressing', { params });
}

const rank = { ok: 0, info: 1, warning: 2, error: 3 } as const;
function worstPod(pods: readonly Pod[], related: Related): Verdict | undefined {
  const verdicts = pods.map((pod) => explainPod(pod, eventsAbout(pod, related))).filter(({ level }) => rank[level] >= rank.warning);
  return verdicts.sort((one, other) => rank[other.level] - rank[one.level])[0];
}
function eventsAbout(pod: Pod, { events = [] }: Related): Related {
  return { events: events.filter(({ involvedObject }) => involvedObject?.uid === pod.metadata?.uid) };
}
function conditionOf(object: Deployment | ReplicaSet, type: string, status: string): Evidence | undefined {
  const condition = object.status?.conditions?.find((candidate) => candidate.type === type && candidate.status === status);
  return (
    condition && {
      source: 'condition',
      text: [condition.reason, condition.message].filter(Boolean).join(': '),
      time: condition.lastTransitionTime,
    }
  );
}
