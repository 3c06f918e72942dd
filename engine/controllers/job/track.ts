/**
 * Counts ends exactly once: first the pods' uids go into the status, then the pods are let go of, then the uids become numbers. Whenever the controller is killed in
 * between, the next round goes on from what is written. Pure. Upstream: trackJobStatusAndRemoveFinalizers in pkg/controller/job.
 */
import { countOf, formatIndexes, hasIndex, withIndexes } from '../../api/index-intervals.ts';
import type { Live } from '../../api/object.ts';
import type { JobCondition, JobStatus, Pod, UncountedTerminatedPods } from '../../api/types.gen.ts';
import type { Decision, JobView } from './decide.ts';
import { indexOf, isFailed, isIndexed, isTracked } from './job-pods.ts';
import { failureOf } from './policies.ts';

/** So many at a time, so that the status stays small. */
const mostUncounted = 500;

export interface Tracking {
  readonly status: JobStatus;
  /** To be let go of once the status is written. */
  readonly release: readonly Live<Pod>[];
  readonly isPartial: boolean;
}

export function track(view: JobView, decision: Decision, finished: JobCondition | undefined): Tracking {
  const { job, pods, released } = view;
  const held = new Set(pods.filter((pod) => isTracked(pod) && !released.has(pod.metadata.uid)).map(({ metadata }) => metadata.uid));
  const status = counted(job.status ?? {}, held);
  const succeeded = new Set(status.uncountedTerminatedPods?.succeeded);
  const failed = new Set(status.uncountedTerminatedPods?.failed);
  const indexes = new Set<number>();
  const release: Live<Pod>[] = [];
  const inOrder = isIndexed(job) ? pods.toSorted((a, b) => (indexOf(a) ?? -1) - (indexOf(b) ?? -1)) : pods;
  for (const pod of inOrder) {
    const { uid } = pod.metadata;
    if (!held.has(uid) || !mayRelease(view, decision, pod, finished)) continue;
    release.push(pod);
    const end = failed.has(uid) ? undefined : endOf(view, decision, pod, finished);
    if (typeof end === 'number') indexes.add(end);
    else if (end === 'succeeded') succeeded.add(uid);
    else if (end === 'failed') failed.add(uid);
    if (indexes.size + succeeded.size + failed.size >= mostUncounted) break;
  }
  return {
    status: { ...status, ...indexStatus(decision, [...indexes]), uncountedTerminatedPods: uncountedOf([...succeeded], [...failed]) },
    release,
    isPartial: indexes.size + succeeded.size + failed.size >= mostUncounted,
  };
}

/** As what its end counts: as an index that succeeded, as a success, as a failure; or not at all. When a Job has failed, so have its pods that still ran. */
function endOf(
  { job }: JobView,
  { indexes }: Decision,
  pod: Live<Pod>,
  finished: JobCondition | undefined,
): number | 'succeeded' | 'failed' | undefined {
  const index = indexOf(pod, job.spec.completions);
  if (pod.status?.phase === 'Succeeded') {
    if (!isIndexed(job)) return 'succeeded';
    return index === undefined || hasIndex(indexes?.before ?? [], index) ? undefined : index;
  }
  const isLost = finished !== undefined && finished.type !== 'SuccessCriteriaMet';
  if ((!isFailed(pod, job) && !isLost) || (isIndexed(job) && index === undefined)) return undefined;
  return failureOf(job.spec, pod).counts ? 'failed' : undefined;
}

function indexStatus({ indexes }: Decision, added: readonly number[]): Partial<JobStatus> {
  if (!indexes) return {};
  const succeeded = withIndexes(indexes.before, added);
  const completedIndexes = formatIndexes(succeeded);
  return {
    succeeded: countOf(succeeded),
    ...(completedIndexes === '' ? {} : { completedIndexes }),
    ...(indexes.failed ? { failedIndexes: formatIndexes(indexes.failed) } : {}),
  };
}

function mayRelease({ job }: JobView, { indexes }: Decision, pod: Live<Pod>, finished: JobCondition | undefined): boolean {
  if (job.metadata.deletionTimestamp !== undefined || finished || pod.status?.phase === 'Succeeded') return true;
  if (!isFailed(pod, job)) return false;
  const index = indexOf(pod);
  return index === undefined || indexes?.lastFailed.get(index)?.metadata.uid !== pod.metadata.uid;
}

/** The uids of pods that are let go of, or gone, become numbers. */
export function counted(status: JobStatus, held: ReadonlySet<string>): JobStatus {
  const { succeeded = [], failed = [] } = status.uncountedTerminatedPods ?? {};
  const still = (uids: readonly string[]): readonly string[] => uids.filter((uid) => held.has(uid));
  const [heldSucceeded, heldFailed] = [still(succeeded), still(failed)];
  return {
    ...status,
    ...added('succeeded', status.succeeded, succeeded.length - heldSucceeded.length),
    ...added('failed', status.failed, failed.length - heldFailed.length),
    uncountedTerminatedPods: uncountedOf(heldSucceeded, heldFailed),
  };
}
function added(name: 'succeeded' | 'failed', before: number | undefined, more: number): Partial<JobStatus> {
  const sum = (before ?? 0) + more;
  return sum === 0 ? {} : { [name]: sum };
}
function uncountedOf(succeeded: readonly string[], failed: readonly string[]): UncountedTerminatedPods {
  return { ...(succeeded.length > 0 ? { succeeded } : {}), ...(failed.length > 0 ? { failed } : {}) };
}
