/** What a node says of itself, and what is said for it when it says nothing any more. Upstream: tryUpdateNodeHealth in pkg/controller/nodelifecycle. */
import { rfc3339 } from '../../api/clock.ts';
import type { Live } from '../../api/object.ts';
import type { Node, NodeCondition } from '../../api/types.gen.ts';

export type Readiness = 'True' | 'False' | 'Unknown';
const heldByKubelet = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'];

export function nodeCondition({ status }: Node, type: string): NodeCondition | undefined {
  return status?.conditions?.find((condition) => condition.type === type);
}
export function readinessOf(node: Node): Readiness {
  const status = nodeCondition(node, 'Ready')?.status;
  return status === 'True' || status === 'False' ? status : 'Unknown';
}
export function isReadyNode(node: Node): boolean {
  return readinessOf(node) === 'True';
}

/** The conditions of a node that has been silent for too long; those that are unknown already stay as they are. */
export function unknownConditions(node: Live<Node>, nowMs: number): readonly NodeCondition[] {
  const conditions = node.status?.conditions ?? [];
  const now = rfc3339(nowMs);
  const kept = conditions.map((condition): NodeCondition => {
    if (!heldByKubelet.includes(condition.type) || condition.status === 'Unknown') return condition;
    const message = 'Kubelet stopped posting node status.';
    return { ...condition, status: 'Unknown', reason: 'NodeStatusUnknown', message, lastTransitionTime: now };
  });
  const missing = heldByKubelet.filter((type) => !conditions.some((condition) => condition.type === type));
  const never = missing.map((type) => ({
    type,
    status: 'Unknown',
    reason: 'NodeStatusNeverUpdated',
    message: 'Kubelet never posted node status.',
    lastHeartbeatTime: node.metadata.creationTimestamp,
    lastTransitionTime: now,
  }));
  return [...kept, ...never];
}
