/**
 * Which pods go first when there are too many: those that do least for the user. Upstream: ActivePodsWithRanks in pkg/controller/controller_utils.go, with
 * deletion cost and logarithmic ages (both on by default).
 */
import type { Live } from '../../api/object.ts';
import type { ContainerStatus, Pod } from '../../api/types.gen.ts';
import { isActive, isReady, readySinceMs } from '../pods.ts';

const phases: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };

interface Ranked {
  readonly pod: Live<Pod>;
  readonly assigned: number;
  readonly phase: number;
  readonly ready: number;
  readonly cost: number;
  /** Siblings on its node: where many stand together, one can be spared. */
  readonly crowd: number;
  readonly restarts: number;
  readonly sidecarRestarts: number;
}

/** `related`: the pods of all ReplicaSets that share the owner, among them `pods`. */
export function podsToDelete(
  pods: readonly Live<Pod>[],
  related: readonly Live<Pod>[],
  count: number,
  nowMs: number,
): readonly Live<Pod>[] {
  if (count >= pods.length) return pods;
  const onNode = new Map<string, number>();
  for (const pod of related) if (isActive(pod)) onNode.set(pod.spec.nodeName ?? '', (onNode.get(pod.spec.nodeName ?? '') ?? 0) + 1);
  return pods
    .map((pod) => ranked(pod, onNode))
    .toSorted((a, b) => compare(a, b, nowMs))
    .slice(0, count)
    .map(({ pod }) => pod);
}

function ranked(pod: Live<Pod>, onNode: ReadonlyMap<string, number>): Ranked {
  return {
    pod,
    assigned: pod.spec.nodeName ? 1 : 0,
    phase: phases[pod.status?.phase ?? ''] ?? 0,
    ready: isReady(pod) ? 1 : 0,
    cost: deletionCost(pod),
    crowd: onNode.get(pod.spec.nodeName ?? '') ?? 0,
    restarts: mostRestarts(pod.status?.containerStatuses),
    sidecarRestarts: mostRestarts(pod.status?.initContainerStatuses?.filter(({ name }) => isSidecar(pod, name))),
  };
}
function compare(a: Ranked, b: Ranked, nowMs: number): number {
  return (
    a.assigned - b.assigned ||
    a.phase - b.phase ||
    a.ready - b.ready ||
    a.cost - b.cost ||
    b.crowd - a.crowd ||
    (a.ready ? byAge(a, b, [readySinceMs(a.pod), readySinceMs(b.pod)], nowMs) : 0) ||
    b.restarts - a.restarts ||
    b.sidecarRestarts - a.sidecarRestarts ||
    byAge(a, b, [Date.parse(a.pod.metadata.creationTimestamp), Date.parse(b.pod.metadata.creationTimestamp)], nowMs)
  );
}

/**
 * The younger first, by the order of magnitude of the age: among pods of about the same age it is left to chance (the uid), so that not always the newest go.
 * An unknown time counts as youngest.
 */
function byAge(a: Ranked, b: Ranked, [sinceA, sinceB]: readonly [number | undefined, number | undefined], nowMs: number): number {
  if (sinceA === sinceB) return 0;
  if (sinceA === undefined) return -1;
  if (sinceB === undefined) return 1;
  return magnitude(nowMs - sinceA) - magnitude(nowMs - sinceB) || (a.pod.metadata.uid < b.pod.metadata.uid ? -1 : 1);
}
function magnitude(ageMs: number): number {
  // Upstream takes the logarithm of nanoseconds.
  return ageMs > 0 ? Math.trunc(Math.log2(ageMs * 1e6)) : -1;
}

function deletionCost({ metadata }: Pod): number {
  const cost = Number(metadata.annotations?.['controller.kubernetes.io/pod-deletion-cost'] ?? 0);
  return Number.isInteger(cost) ? cost : 0;
}
function mostRestarts(statuses: readonly ContainerStatus[] = []): number {
  return Math.max(0, ...statuses.map(({ restartCount }) => restartCount));
}
function isSidecar(pod: Pod, name: string): boolean {
  return pod.spec.initContainers?.find((container) => container.name === name)?.restartPolicy === 'Always';
}
