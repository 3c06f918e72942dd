/** One pod for each node that shall have one, and none elsewhere. Upstream: manage and podsShouldBeOnNode in pkg/controller/daemon. */
import type { Live } from '../../api/object.ts';
import type { Node, Pod } from '../../api/types.gen.ts';
import { isReady } from '../pods.ts';
import { hashLabel } from './placement.ts';
import { isAvailable, isLeaving, maxSurge, type PlanInput } from './plan-input.ts';

export interface Changes {
  /** Names of the nodes that get a pod. */
  readonly create: readonly string[];
  readonly delete: readonly Live<Pod>[];
}
export interface Management extends Changes {
  /** Pods that came to an end, and are deleted so that the next can start. */
  readonly ended: readonly { readonly pod: Live<Pod>; readonly node: string }[];
  /** When to look again at failed pods that are left for a while, in milliseconds from now. */
  readonly waitMs: number | undefined;
}

/** `backOffMs`: for how long the failed pod of a node is still left alone; 0 when it is not. */
export function manage(input: PlanInput, backOffMs: (node: string) => number): Management {
  const plans = input.nodes.map((node) => manageNode(input, node, backOffMs));
  const waits = plans.flatMap(({ waitMs }) => (waitMs === undefined ? [] : [waitMs]));
  return {
    create: plans.flatMap(({ create }) => create),
    delete: [...plans.flatMap((plan) => plan.delete), ...withoutNode(input)],
    ended: plans.flatMap(({ ended }) => ended),
    waitMs: waits.length === 0 ? undefined : Math.min(...waits),
  };
}

const nothing: Management = { create: [], delete: [], ended: [], waitMs: undefined };

function manageNode(input: PlanInput, node: Live<Node>, backOffMs: (node: string) => number): Management {
  const { name } = node.metadata;
  const pods = input.podsOn.get(name);
  const { start, stay } = input.placementOn(node);
  if (start && !pods) return { ...nothing, create: [name] };
  if (!pods) return nothing;
  const staying = pods.filter((pod) => !isLeaving(pod));
  if (!stay) return { ...nothing, delete: staying };
  const failed = staying.filter(({ status }) => status?.phase === 'Failed');
  const leftMs = failed.length === 0 ? 0 : backOffMs(name);
  const ended = [...(leftMs > 0 ? [] : failed), ...staying.filter(({ status }) => status?.phase === 'Succeeded')];
  const running = staying.filter(({ status }) => status?.phase !== 'Failed' && status?.phase !== 'Succeeded');
  return {
    create: isSurging(input) && running.length === 0 && start ? [name] : [],
    delete: [...ended, ...(isSurging(input) ? surplusOfSurge(running, input) : running.slice(1))],
    ended: ended.map((pod) => ({ pod, node: name })),
    waitMs: leftMs > 0 ? leftMs : undefined,
  };
}

function isSurging({ set }: PlanInput): boolean {
  return maxSurge(set, 1) > 0;
}

/** While a new pod comes up beside an old one that is ready both stay; all others go. Of two that are not ready the new one stays. */
function surplusOfSurge(running: readonly Live<Pod>[], input: PlanInput): readonly Live<Pod>[] {
  if (running.length <= 1) return [];
  const isNew = ({ metadata }: Live<Pod>): boolean => metadata.labels?.[hashLabel] === input.revision.hash;
  const newest = running.find(isNew);
  const old = running.find((pod) => !isNew(pod));
  const others = running.filter((pod) => pod !== newest && pod !== old);
  const isOver = newest && old && (!isReady(old) || isAvailable(newest, input));
  return isOver ? [...others, old] : others;
}

/** For nodes that are gone: the scheduler can never place them, and nobody else deletes what has no node. */
function withoutNode({ nodeNamed, podsOn }: PlanInput): readonly Live<Pod>[] {
  return [...podsOn].flatMap(([node, pods]) => (nodeNamed.has(node) ? [] : pods.filter(({ spec }) => !spec.nodeName)));
}
