/** What a Job asks of its pods. Upstream: pkg/controller/job/{indexed_job_utils,tracking_utils,backoff_utils}.go. */
import type { Live } from '../../api/object.ts';
import type { ContainerStatus, Job, Pod } from '../../api/types.gen.ts';
import { podCondition } from '../pods.ts';

/** Holds a pod until its end is counted. */
export const trackingFinalizer = 'batch.kubernetes.io/job-tracking';
export const indexAnnotation = 'batch.kubernetes.io/job-completion-index';
export const failuresAnnotation = 'batch.kubernetes.io/job-index-failure-count';
export const ignoredFailuresAnnotation = 'batch.kubernetes.io/job-index-ignored-failure-count';

export function isTracked({ metadata }: Pod): boolean {
  return metadata.finalizers?.includes(trackingFinalizer) ?? false;
}
export function isIndexed({ spec }: Job): boolean {
  return spec.completionMode === 'Indexed';
}
export function isSuspended({ spec }: Job): boolean {
  return spec.suspend === true;
}
/** Pods on their way out are waited for, not replaced. */
export function replacesOnlyFailed({ spec }: Job): boolean {
  return spec.podReplacementPolicy === 'Failed' || spec.podFailurePolicy !== undefined;
}
/** One that is deleted counts as failed: nobody may ever see how it ends. */
export function isFailed({ metadata, status }: Pod, job: Job): boolean {
  if (status?.phase === 'Failed') return true;
  return !replacesOnlyFailed(job) && metadata.deletionTimestamp !== undefined && status?.phase !== 'Succeeded';
}

/** Undefined where there is none, or none that this Job has. */
export function indexOf(pod: Pod, completions = Number.POSITIVE_INFINITY): number | undefined {
  const index = numberIn(pod, indexAnnotation);
  return index !== undefined && index < completions ? index : undefined;
}
/** How often its index has failed before. */
export function failuresBefore(pod: Pod): number {
  return numberIn(pod, failuresAnnotation) ?? 0;
}
export function ignoredFailuresBefore(pod: Pod): number {
  return numberIn(pod, ignoredFailuresAnnotation) ?? 0;
}
function numberIn({ metadata }: Pod, annotation: string): number | undefined {
  const text = metadata.annotations?.[annotation];
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

/** When it ended: by its containers, else since when it is not ready, else when its deletion began. */
export function finishedAtMs(pod: Live<Pod>): number {
  const { containerStatuses = [], initContainerStatuses = [] } = pod.status ?? {};
  const sidecars = new Set(
    (pod.spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always').map(({ name }) => name),
  );
  const ends = [...containerStatuses, ...initContainerStatuses.filter(({ name }) => sidecars.has(name))].map(endOf);
  if (ends.length > 0 && ends.every((end) => end !== undefined)) return Math.max(...ends.map((end) => end ?? 0));
  const ready = podCondition(pod, 'Ready');
  if (ready?.status === 'False' && ready.lastTransitionTime) return Date.parse(ready.lastTransitionTime);
  const { deletionTimestamp, deletionGracePeriodSeconds = 0, creationTimestamp } = pod.metadata;
  if (deletionTimestamp !== undefined) return Date.parse(deletionTimestamp) - deletionGracePeriodSeconds * 1000;
  return Date.parse(creationTimestamp);
}
function endOf({ state }: ContainerStatus): number | undefined {
  const end = state?.terminated?.finishedAt;
  return end ? Date.parse(end) : undefined;
}
