/** What a DaemonSet's plans are made of, and what they all ask. */
import { scaledValue } from '../../api/int-or-string.ts';
import type { Live } from '../../api/object.ts';
import type { DaemonSet, Node, Pod } from '../../api/types.gen.ts';
import { availableAtMs, isTerminated } from '../pods.ts';
import { type Placement, placement, type Revision, targetNode } from './placement.ts';

export interface PlanInput {
  readonly set: Live<DaemonSet>;
  readonly nodes: readonly Live<Node>[];
  readonly nodeNamed: ReadonlyMap<string, Live<Node>>;
  /** Ours, by the node they are for: those that start first and the elder before the younger. */
  readonly podsOn: ReadonlyMap<string, readonly Live<Pod>[]>;
  readonly placementOn: (node: Node) => Placement;
  readonly revision: Revision;
  readonly nowMs: number;
}
export interface WorldInput {
  readonly set: Live<DaemonSet>;
  readonly nodes: readonly Live<Node>[];
  readonly pods: readonly Live<Pod>[];
  readonly revision: Revision;
  readonly nowMs: number;
}

export function input({ pods, ...input }: WorldInput): PlanInput {
  const podsOn = new Map<string, Live<Pod>[]>();
  for (const pod of pods.toSorted(scheduledThenElder)) {
    const node = targetNode(pod);
    // One that is over and going away needs nothing more: a kubelet or a finalizer is at it.
    if (node === undefined || (isTerminated(pod) && isLeaving(pod))) continue;
    podsOn.set(node, [...(podsOn.get(node) ?? []), pod]);
  }
  const nodeNamed = new Map(input.nodes.map((node) => [node.metadata.name, node]));
  return { ...input, nodeNamed, podsOn, placementOn: placement(input.set) };
}

function scheduledThenElder(a: Live<Pod>, b: Live<Pod>): number {
  if (Boolean(a.spec.nodeName) !== Boolean(b.spec.nodeName)) return a.spec.nodeName ? -1 : 1;
  const [timeA, timeB] = [a.metadata.creationTimestamp, b.metadata.creationTimestamp];
  if (timeA !== timeB) return timeA < timeB ? -1 : 1;
  return a.metadata.name < b.metadata.name ? -1 : 1;
}

export function isLeaving({ metadata }: Pod): boolean {
  return metadata.deletionTimestamp !== undefined;
}
export function isAvailable(pod: Pod, { set, nowMs }: PlanInput): boolean {
  const at = availableAtMs(pod, set.spec.minReadySeconds ?? 0);
  return at !== undefined && at <= nowMs;
}
/** How many nodes shall have a pod. */
export function desired({ nodes, placementOn }: PlanInput): number {
  return nodes.filter((node) => placementOn(node).start).length;
}

export function isRolling({ spec }: DaemonSet): boolean {
  return (spec.updateStrategy?.type ?? 'RollingUpdate') === 'RollingUpdate';
}
/** How many nodes out of `total` may have a second pod. */
export function maxSurge(set: DaemonSet, total: number): number {
  return isRolling(set) ? scaledValue(set.spec.updateStrategy?.rollingUpdate?.maxSurge ?? 0, total, 'up') : 0;
}
/** How many nodes out of `total` may be without an available pod. Were it none, and no second pod allowed, nothing could ever move. */
export function maxUnavailable(set: DaemonSet, total: number): number {
  const limit = isRolling(set) ? scaledValue(set.spec.updateStrategy?.rollingUpdate?.maxUnavailable ?? 1, total, 'up') : 0;
  return limit === 0 && total > 0 && maxSurge(set, total) === 0 ? 1 : limit;
}
