/** What kubectl prints about workloads, as values to sort by and to show. Pure. Upstream: pkg/printers/internalversion/printers.go. */
import { summarizePod } from '../../engine/api/kinds/core/pod-status.ts';
import type { Deployment, Pod, PodTemplateSpec, ReplicaSet } from '../../engine/api/types.gen.ts';

export function desiredOf({ spec }: Deployment | ReplicaSet): number {
  return spec.replicas ?? 1;
}
/** READY of a Deployment: `1/3`. */
export function deploymentReady(deployment: Deployment): string {
  return `${deployment.status?.readyReplicas ?? 0}/${desiredOf(deployment)}`;
}
export function imagesOf(template: PodTemplateSpec | undefined): string {
  return (template?.spec?.containers ?? []).map(({ image }) => image ?? '').join(',');
}
/** Sorts READY by how much of it there is; nothing wanted and nothing there is complete. */
export function readyShare(ready: number, total: number): number {
  return total === 0 ? 1 : ready / total;
}
export function podShare(pod: Pod): number {
  const { ready, total } = summarizePod(pod);
  return readyShare(ready, total);
}
/** Oldest first when ascending in AGE: the youngest has the smallest age. */
export function ageValue({ metadata }: { readonly metadata: { readonly creationTimestamp?: string | undefined } }): number {
  return -Date.parse(metadata.creationTimestamp ?? '');
}
/** A ReplicaSet that a newer one has replaced: it is kept for undoing and has nothing to say. */
export function isPastRevision(set: ReplicaSet): boolean {
  return (
    desiredOf(set) === 0 &&
    (set.status?.replicas ?? 0) === 0 &&
    (set.metadata.ownerReferences ?? []).some(({ controller }) => controller === true)
  );
}
