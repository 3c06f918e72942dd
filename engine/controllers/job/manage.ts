/** Which pods a Job lacks or has too many of. Pure. Upstream: manageJob, firstPendingIndexes and activePodsForRemoval in pkg/controller/job. */
import { firstOutside, union, withIndexes } from '../../api/index-intervals.ts';
import type { Live } from '../../api/object.ts';
import type { Container, Job, Pod, PodTemplateSpec } from '../../api/types.gen.ts';
import { isTerminated } from '../pods.ts';
import { podsToDelete } from '../replica-set/rank.ts';
import { waitMs } from './back-off.ts';
import type { Decision, Indexes, JobView } from './decide.ts';
import {
  failuresAnnotation,
  failuresBefore,
  finishedAtMs,
  ignoredFailuresAnnotation,
  ignoredFailuresBefore,
  indexAnnotation,
  indexOf,
  isIndexed,
  isSuspended,
  replacesOnlyFailed,
  trackingFinalizer,
} from './job-pods.ts';
import { failureOf } from './policies.ts';

/** Created or deleted in one go. */
const most = 500;

export interface Management {
  readonly delete: readonly Live<Pod>[];
  /** Templates of what is to be created, with a prefix for its name. */
  readonly create: readonly { readonly template: PodTemplateSpec; readonly generateName: string }[];
  readonly waitMs?: number;
}
const nothing: Management = { delete: [], create: [] };

export function manage(view: JobView, decision: Decision): Management {
  const { job, nowMs } = view;
  const { active } = decision;
  if (isSuspended(job)) return { ...nothing, delete: active };
  const wanted = wantedActive(job, decision);
  const surplus = surplusOf(view, decision, Math.max(0, active.length - wanted)).slice(0, most);
  if (surplus.length > 0) return { ...nothing, delete: surplus };
  const missing = wanted - active.length - (replacesOnlyFailed(job) ? decision.terminating : 0);
  if (missing <= 0) return nothing;
  const perIndex = job.spec.backoffLimitPerIndex !== undefined;
  const backMs = perIndex ? 0 : waitMs(decision.failures, nowMs);
  if (backMs > 0) return { ...nothing, waitMs: backMs };
  const count = Math.min(missing, most);
  if (!decision.indexes) return { ...nothing, create: Array.from({ length: count }, () => ownPod(job)) };
  return createIndexes(view, decision.indexes, pendingIndexes(view, decision, count));
}

function wantedActive({ spec }: Job, { succeeded, active }: Decision): number {
  const { completions, parallelism = 1 } = spec;
  // Without a number of completions, the first success means that no more are started.
  if (completions === undefined) return succeeded > 0 ? active.length : parallelism;
  return Math.max(0, Math.min(parallelism, completions - succeeded));
}

/** Pods without a valid index of their own go in any case. */
function surplusOf({ job, nowMs }: JobView, { active }: Decision, atLeast: number): readonly Live<Pod>[] {
  const least = (pods: readonly Live<Pod>[], count: number): readonly Live<Pod>[] => podsToDelete(pods, pods, count, nowMs);
  if (!isIndexed(job)) return atLeast > 0 ? least(active, atLeast) : [];
  const byIndex = Map.groupBy(active, (pod) => indexOf(pod, job.spec.completions));
  const wrong = [...byIndex].flatMap(([index, pods]) => (index === undefined ? pods : least(pods, pods.length - 1)));
  if (wrong.length >= atLeast) return wrong;
  const left = active.filter((pod) => !wrong.includes(pod));
  return [...wrong, ...least(left, atLeast - wrong.length)];
}

function pendingIndexes({ job, pods }: JobView, { active, indexes }: Decision, count: number): readonly number[] {
  const leaving = pods.filter((pod) => !isTerminated(pod) && pod.metadata.deletionTimestamp !== undefined);
  const taken = [...active, ...(replacesOnlyFailed(job) ? leaving : [])].flatMap((pod) => indexOf(pod) ?? []);
  const done = union(indexes?.succeeded ?? [], indexes?.failed ?? []);
  return firstOutside(withIndexes(done, taken), count, job.spec.completions ?? 0);
}

/** Each index waits for itself, where failures are counted by index. */
function createIndexes({ job, nowMs }: JobView, { lastFailed }: Indexes, pending: readonly number[]): Management {
  const waits = pending.map((index) => {
    const last = lastFailed.get(index);
    if (!last) return 0;
    const count = failuresBefore(last) + ignoredFailuresBefore(last) + 1;
    return waitMs({ count, lastMs: finishedAtMs(last) }, nowMs);
  });
  const now = pending.filter((_, place) => waits[place] === 0);
  if (now.length === 0 && pending.length > 0) return { ...nothing, waitMs: Math.min(...waits) };
  return { ...nothing, create: now.map((index) => indexedPod(job, index, lastFailed.get(index))) };
}

function ownPod({ metadata, spec }: Live<Job>): Management['create'][number] {
  return { template: tracked(spec.template), generateName: `${metadata.name}-` };
}
function tracked(template: PodTemplateSpec): PodTemplateSpec {
  const finalizers = template.metadata?.finalizers ?? [];
  if (finalizers.includes(trackingFinalizer)) return template;
  return { ...template, metadata: { ...template.metadata, finalizers: [...finalizers, trackingFinalizer] } };
}

/** The longest prefix for which a random suffix is still a valid name. */
const longestPrefix = 58;

function indexedPod(job: Live<Job>, index: number, replaced: Live<Pod> | undefined): Management['create'][number] {
  const { name } = job.metadata;
  const template = tracked(job.spec.template);
  const ending = `-${index}-`;
  const { spec = { containers: [] } } = template;
  return {
    generateName: `${name.slice(0, longestPrefix - ending.length)}${ending}`,
    template: {
      metadata: {
        ...template.metadata,
        labels: { ...template.metadata?.labels, [indexAnnotation]: String(index) },
        annotations: { ...template.metadata?.annotations, [indexAnnotation]: String(index), ...failureCounts(job, replaced) },
      },
      spec: {
        ...spec,
        hostname: `${name}-${index}`,
        containers: spec.containers.map(withIndexVariable),
        ...(spec.initContainers ? { initContainers: spec.initContainers.map(withIndexVariable) } : {}),
      },
    },
  };
}
function withIndexVariable(container: Container): Container {
  const { env = [] } = container;
  if (env.some(({ name }) => name === 'JOB_COMPLETION_INDEX')) return container;
  const fieldPath = `metadata.labels['${indexAnnotation}']`;
  return { ...container, env: [...env, { name: 'JOB_COMPLETION_INDEX', valueFrom: { fieldRef: { fieldPath } } }] };
}
function failureCounts({ spec }: Job, replaced: Pod | undefined): Readonly<Record<string, string>> {
  if (spec.backoffLimitPerIndex === undefined) return {};
  if (!replaced) return { [failuresAnnotation]: '0' };
  const { counts } = failureOf(spec, replaced);
  const ignored = ignoredFailuresBefore(replaced) + (counts ? 0 : 1);
  return {
    [failuresAnnotation]: String(failuresBefore(replaced) + (counts ? 1 : 0)),
    ...(ignored > 0 ? { [ignoredFailuresAnnotation]: String(ignored) } : {}),
  };
}
