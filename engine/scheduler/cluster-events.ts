/** Reads off what a change of a node or pod may make possible for pods that wait. Upstream: scheduler/framework/events.go. */
import type { Live } from '../api/object.ts';
import type { Node, Pod } from '../api/types.gen.ts';
import type { CacheEvent } from '../cache/cache.ts';
import type { ClusterEvent } from './plugin.ts';

const none: readonly ClusterEvent[] = [];

export function nodeEvents(event: CacheEvent<Node>): readonly ClusterEvent[] {
  if (event.type === 'deleted') return none;
  if (event.type === 'added') return ['node-added'];
  const { object, previous } = event;
  const differs = (read: (node: Live<Node>) => unknown): boolean => !isSame(read(object), read(previous));
  return [
    ...pick(
      differs(({ status }) => status?.allocatable),
      'node-resources',
    ),
    ...pick(
      differs(({ metadata }) => metadata.labels),
      'node-labels',
    ),
    ...pick(
      differs(({ spec }) => [spec.taints, spec.unschedulable]),
      'node-taints',
    ),
  ];
}

export function podEvents(event: CacheEvent<Pod>): readonly ClusterEvent[] {
  const { object } = event;
  if (event.type === 'deleted') return object.spec.nodeName ? ['pod-removed'] : none;
  if (!object.spec.nodeName) return none;
  if (event.type === 'added') return ['pod-added'];
  const { previous } = event;
  if (isOver(object) && !isOver(previous)) return ['pod-removed'];
  return [
    ...pick(!previous.spec.nodeName, 'pod-added'),
    ...pick(!isSame(object.metadata.labels, previous.metadata.labels), 'pod-labels'),
    // A pod that is being deleted no longer counts for spreading.
    ...pick(object.metadata.deletionTimestamp !== undefined && previous.metadata.deletionTimestamp === undefined, 'pod-labels'),
    ...pick(!isSame(object.spec.containers, previous.spec.containers), 'pod-shrunk'),
  ];
}

/** Whether a pod that waits for a node wants something else than before. */
export function wantsOtherwise(object: Live<Pod>, previous: Live<Pod>): boolean {
  return !isSame(object.spec, previous.spec) || !isSame(object.metadata.labels, previous.metadata.labels);
}

function isOver({ status }: Live<Pod>): boolean {
  return status?.phase === 'Succeeded' || status?.phase === 'Failed';
}
function pick(condition: boolean, event: ClusterEvent): readonly ClusterEvent[] {
  return condition ? [event] : none;
}
function isSame(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
