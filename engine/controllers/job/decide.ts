/**
 * How a Job stands: what has ended and is not counted yet, and whether it has succeeded or failed. Pure. A Job's end is written in two steps (SuccessCriteriaMet or
 * FailureTarget, then Complete or Failed when no pod is left), as upstream does since pods are waited for. Upstream: syncJob in pkg/controller/job.
 */
import { rfc3339 } from '../../api/clock.ts';
import { countOf, hasIndex, type Intervals, parseIndexes, withIndexes } from '../../api/index-intervals.ts';
import type { Live } from '../../api/object.ts';
import type { Job, JobCondition, Pod } from '../../api/types.gen.ts';
import { isActive, isReady, isTerminated } from '../pods.ts';
import { type Failures, withEnded } from './back-off.ts';
import { failuresBefore, finishedAtMs, ignoredFailuresBefore, indexOf, isFailed, isIndexed, isSuspended, isTracked } from './job-pods.ts';
import { failureOf, successOf } from './policies.ts';

export interface JobView {
  readonly job: Live<Job>;
  /** Those it controls. */
  readonly pods: readonly Live<Pod>[];
  /** Pods that were let go of, which the cache does not show yet. */
  readonly released: ReadonlySet<string>;
  readonly failures: Failures;
  readonly nowMs: number;
}
export interface Decision {
  readonly startTime: string | undefined;
  readonly active: readonly Live<Pod>[];
  readonly ready: number;
  readonly terminating: number;
  readonly succeeded: number;
  readonly failures: Failures;
  /** Of an indexed Job. */
  readonly indexes: Indexes | undefined;
  readonly finished: JobCondition | undefined;
  readonly deadlineMs: number | undefined;
}
export interface Indexes {
  /** As the status has them. */
  readonly before: Intervals;
  readonly succeeded: Intervals;
  /** Undefined where failures are not counted by index. */
  readonly failed: Intervals | undefined;
  /** By index, the last pod that failed: it stays until its successor has taken over its count. */
  readonly lastFailed: ReadonlyMap<number, Live<Pod>>;
}

export function condition(
  nowMs: number,
  { type, status = 'True', reason, message }: { type: string; status?: string; reason: string; message: string },
): JobCondition {
  const now = rfc3339(nowMs);
  return { type, status, lastProbeTime: now, lastTransitionTime: now, reason, message };
}

export function decide(view: JobView): Decision {
  const { job, pods, nowMs } = view;
  const { uncountedTerminatedPods: uncounted = {}, succeeded = 0, failed = 0, startTime } = job.status ?? {};
  const ended = endedOf(view);
  const active = pods.filter(isActive);
  const started = startTime ?? (isSuspended(job) ? undefined : rfc3339(nowMs));
  const failuresNow = failed + ended.failed.filter((pod) => failureOf(job.spec, pod).counts).length + (uncounted.failed?.length ?? 0);
  const indexes = isIndexed(job) ? indexesOf(view, active) : undefined;
  const counted = indexes ? countOf(indexes.succeeded) : succeeded + ended.succeeded.length + (uncounted.succeeded?.length ?? 0);
  const leftMs = deadlineLeftMs(job, started, nowMs);
  return {
    startTime: started,
    active,
    ready: active.filter(isReady).length,
    terminating: pods.filter((pod) => !isTerminated(pod) && pod.metadata.deletionTimestamp !== undefined).length,
    succeeded: counted,
    failures: withEnded(view.failures, ended.succeeded, ended.failed),
    indexes,
    finished: finishedBy(view, { failed: failuresNow, leftMs, indexes }),
    deadlineMs: leftMs,
  };
}

/** Those whose end neither the status nor an earlier round has counted. */
function endedOf({ job, pods, released }: JobView): { readonly succeeded: readonly Live<Pod>[]; readonly failed: readonly Live<Pod>[] } {
  const { succeeded = [], failed = [] } = job.status?.uncountedTerminatedPods ?? {};
  const isNew = (pod: Live<Pod>, known: readonly string[]): boolean =>
    isTracked(pod) &&
    !released.has(pod.metadata.uid) &&
    !known.includes(pod.metadata.uid) &&
    (!isIndexed(job) || indexOf(pod, job.spec.completions) !== undefined);
  return {
    succeeded: pods.filter((pod) => pod.status?.phase === 'Succeeded' && isNew(pod, succeeded)),
    failed: pods.filter((pod) => isFailed(pod, job) && isNew(pod, failed)),
  };
}

function indexesOf({ job, pods, released }: JobView, active: readonly Live<Pod>[]): Indexes {
  const { completions = 0, backoffLimitPerIndex } = job.spec;
  const tracked = pods.filter((pod) => isTracked(pod) && indexOf(pod, completions) !== undefined);
  const at = (pod: Live<Pod>): number => indexOf(pod) ?? 0;
  const before = parseIndexes(job.status?.completedIndexes, completions);
  const succeeded = withIndexes(before, tracked.filter(({ status }) => status?.phase === 'Succeeded').map(at));
  if (backoffLimitPerIndex === undefined) return { before, succeeded, failed: undefined, lastFailed: new Map() };
  const isOver = (pod: Live<Pod>): boolean => {
    if (!isFailed(pod, job)) return false;
    const { action, counts } = failureOf(job.spec, pod);
    return action === 'FailIndex' || (counts && failuresBefore(pod) >= backoffLimitPerIndex);
  };
  const failed = withIndexes(parseIndexes(job.status?.failedIndexes, completions), tracked.filter(isOver).map(at));
  const running = new Set(active.map(at));
  const lastFailed = new Map<number, Live<Pod>>();
  for (const pod of tracked) {
    const index = at(pod);
    if (!isFailed(pod, job) || released.has(pod.metadata.uid)) continue;
    if (hasIndex(succeeded, index) || hasIndex(failed, index) || running.has(index)) continue;
    const known = lastFailed.get(index);
    if (!known || isLater(pod, known)) lastFailed.set(index, pod);
  }
  return { before, succeeded, failed, lastFailed };
}
function isLater(pod: Live<Pod>, than: Live<Pod>): boolean {
  const count = (one: Live<Pod>): number => failuresBefore(one) + ignoredFailuresBefore(one);
  return count(pod) >= count(than) && finishedAtMs(pod) >= finishedAtMs(than);
}

interface Standing {
  readonly failed: number;
  readonly leftMs: number | undefined;
  readonly indexes: Indexes | undefined;
}

/** What was decided in an earlier round holds; then failures, then success by policy. */
function finishedBy(view: JobView, standing: Standing): JobCondition | undefined {
  const { job, nowMs } = view;
  const known = (type: string): JobCondition | undefined =>
    job.status?.conditions?.find((one) => one.type === type && one.status === 'True');
  const met = known('SuccessCriteriaMet');
  if (met) return met;
  const target = known('FailureTarget');
  if (target) return condition(nowMs, { type: 'Failed', reason: target.reason ?? '', message: target.message ?? '' });
  const failure = failureReason(view, standing);
  if (failure) return condition(nowMs, { type: 'FailureTarget', ...failure });
  const message = standing.indexes && successOf(job.spec, standing.indexes.succeeded);
  return message === undefined ? undefined : condition(nowMs, { type: 'SuccessCriteriaMet', reason: 'SuccessPolicy', message });
}

function failureReason({ job, pods }: JobView, { failed, leftMs, indexes }: Standing): { reason: string; message: string } | undefined {
  const { backoffLimit = 6, completions = 0, maxFailedIndexes, podFailurePolicy } = job.spec;
  const byPolicy = podFailurePolicy && pods.filter((pod) => isFailed(pod, job)).find((pod) => failureOf(job.spec, pod).message);
  if (byPolicy) return { reason: 'PodFailurePolicy', message: failureOf(job.spec, byPolicy).message ?? '' };
  if (failed > backoffLimit || isPastRestarts(job, pods))
    return { reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' };
  if (leftMs !== undefined && leftMs <= 0) return { reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline' };
  if (!indexes?.failed) return undefined;
  const lost = countOf(indexes.failed);
  if (maxFailedIndexes !== undefined && lost > maxFailedIndexes)
    return { reason: 'MaxFailedIndexesExceeded', message: 'Job has exceeded the specified maximal number of failed indexes' };
  if (lost > 0 && lost + countOf(indexes.succeeded) >= completions) return { reason: 'FailedIndexes', message: 'Job has failed indexes' };
  return undefined;
}
/** Of pods that restart themselves, the restarts count. */
function isPastRestarts({ spec }: Job, pods: readonly Pod[]): boolean {
  if (spec.template.spec?.restartPolicy !== 'OnFailure') return false;
  const running = pods.filter(({ status }) => status?.phase === 'Running' || status?.phase === 'Pending');
  const statuses = running.flatMap(({ status }) => [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])]);
  const restarts = statuses.reduce((sum, { restartCount }) => sum + restartCount, 0);
  const { backoffLimit = 6 } = spec;
  return backoffLimit === 0 ? restarts > 0 : restarts >= backoffLimit;
}
function deadlineLeftMs(job: Job, started: string | undefined, nowMs: number): number | undefined {
  const { activeDeadlineSeconds } = job.spec;
  if (activeDeadlineSeconds === undefined || started === undefined || isSuspended(job)) return undefined;
  return Date.parse(started) + activeDeadlineSeconds * 1000 - nowMs;
}
