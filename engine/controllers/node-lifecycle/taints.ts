/** The taints that a node's conditions call for, and what pods make of those that evict. Upstream: pkg/controller/nodelifecycle and pkg/controller/tainteviction. */
import { rfc3339 } from '../../api/clock.ts';
import { tolerates } from '../../api/tolerations.ts';
import type { Node, Taint, Toleration } from '../../api/types.gen.ts';
import { nodeCondition, readinessOf } from './conditions.ts';

const prefix = 'node.kubernetes.io/';
const notReady = `${prefix}not-ready`;
const unreachable = `${prefix}unreachable`;
/** Taint by condition and the status of the condition that calls for it. */
const byCondition: readonly (readonly [type: string, key: string])[] = [
  ['MemoryPressure', `${prefix}memory-pressure`],
  ['DiskPressure', `${prefix}disk-pressure`],
  ['PIDPressure', `${prefix}pid-pressure`],
  ['NetworkUnavailable', `${prefix}network-unavailable`],
];
const unschedulable = `${prefix}unschedulable`;
const kept: ReadonlySet<string> = new Set([notReady, unreachable, unschedulable, ...byCondition.map(([, key]) => key)]);

/** `evict`: whether pods shall leave a node that does not answer. Where nothing changes the same list is given. */
export function planTaints(node: Node, { nowMs, evict }: { readonly nowMs: number; readonly evict: boolean }): readonly Taint[] {
  const before = node.spec.taints ?? [];
  const keys = [
    ...readinessTaints(node),
    ...byCondition.filter(([type]) => nodeCondition(node, type)?.status === 'True').map(([, key]) => key),
    ...(node.spec.unschedulable ? [unschedulable] : []),
  ];
  const wanted = [
    ...keys.map((key): Taint => ({ key, effect: 'NoSchedule' })),
    ...keys.filter((key) => evict && (key === notReady || key === unreachable)).map((key): Taint => ({ key, effect: 'NoExecute' })),
  ];
  const same = (a: Taint, b: Taint): boolean => a.key === b.key && a.effect === b.effect;
  const isOurs = ({ key, effect }: Taint): boolean =>
    (effect === 'NoSchedule' && kept.has(key)) || (effect === 'NoExecute' && (key === notReady || key === unreachable));
  const staying = before.filter((taint) => !isOurs(taint) || wanted.some((one) => same(one, taint)));
  const timeAdded = rfc3339(nowMs);
  const added = wanted.filter((taint) => !before.some((one) => same(one, taint))).map((taint) => ({ ...taint, timeAdded }));
  return added.length === 0 && staying.length === before.length ? before : [...staying, ...added];
}

/** A node that has said nothing yet keeps what it was created with. */
function readinessTaints(node: Node): readonly string[] {
  if (!nodeCondition(node, 'Ready')) return (node.spec.taints ?? []).map(({ key }) => key).filter((key) => key === notReady);
  const readiness = readinessOf(node);
  return readiness === 'True' ? [] : [readiness === 'False' ? notReady : unreachable];
}

export function evictingTaints({ spec }: Node): readonly Taint[] {
  return (spec.taints ?? []).filter(({ effect }) => effect === 'NoExecute');
}

/** For how long a pod bears these taints, in seconds: 0 when it does not bear one of them, Infinity when it bears all for ever. */
export function toleratedSeconds(tolerations: readonly Toleration[], taints: readonly Taint[]): number {
  const used = taints.map((taint) => tolerations.filter((toleration) => tolerates(toleration, taint)));
  if (used.some((matching) => matching.length === 0)) return 0;
  const limits = used
    .flat()
    .flatMap(({ tolerationSeconds }) => (tolerationSeconds === undefined ? [] : [Math.max(0, Number(tolerationSeconds))]));
  return Math.min(Number.POSITIVE_INFINITY, ...limits);
}
