/** Decides where a pod runs, or says why nowhere. Reads the cluster, changes nothing. Upstream: scheduler/schedule_one.go, schedulePod. */
import type { ClusterView } from './cluster-view.ts';
import { failureMessage, noNodes, podMessage, type Refusal } from './failure.ts';
import { filters } from './filters.ts';
import type { NodeInfo } from './node-info.ts';
import { type NodeCheck, type Rejection, reject } from './plugin.ts';
import type { PodInfo } from './pod-info.ts';
import { scores } from './scores.ts';

export interface ScheduleOptions {
  /** The node to begin with, so that all get their turn in a large cluster. */
  readonly start: number;
  /** From 0 up to 1: decides between equals. */
  readonly random: () => number;
}
export type Decision =
  | { readonly node: string; readonly examined: number }
  | { readonly message: string; readonly refusedBy: ReadonlySet<string>; readonly examined: number };

interface NamedCheck {
  readonly name: string;
  readonly check: NodeCheck;
}

export function schedule(pod: PodInfo, cluster: ClusterView, { start, random }: ScheduleOptions): Decision {
  if (cluster.nodes.length === 0) return { message: noNodes, refusedBy: new Set(filters.map(({ name }) => name)), examined: 0 };
  for (const { name, refuse } of filters) {
    const reason = refuse?.(pod, cluster);
    if (reason !== undefined)
      return { message: podMessage(reason, cluster.nodes.length, pod.spec.preemptionPolicy), refusedBy: new Set([name]), examined: 0 };
  }
  const checks = filters.flatMap(({ name, prepare }): readonly NamedCheck[] => {
    const check = prepare(pod, cluster);
    return check ? [{ name, check }] : [];
  });
  const candidates = candidatesOf(pod, cluster);
  const { feasible, refused, examined } = examine(candidates.nodes, checks, start);
  const node = pickBest(pod, feasible, cluster, random);
  if (node) return { node: node.name, examined };
  const refusals = [
    ...refused.map(({ node: at, rejection }) => ({ rejection, hasVictims: hasVictims(pod, at) })),
    ...candidates.excluded.map((rejection): Refusal => ({ rejection, hasVictims: false })),
  ];
  const refusedBy = new Set([...refused.map(({ name }) => name), ...candidates.excludedBy]);
  return { message: failureMessage(refusals, pod.spec.preemptionPolicy), refusedBy, examined };
}

/** In a large cluster enough is enough: 50 % of 1,000 nodes less 8, never under 5 % or 100 nodes (numFeasibleNodesToFind). */
export function enoughNodes(total: number): number {
  if (total < 100) return total;
  const percentage = Math.max(5, 50 - Math.trunc(total / 125));
  return Math.max(100, Math.trunc((total * percentage) / 100));
}

interface Candidates {
  readonly nodes: readonly NodeInfo[];
  readonly excluded: readonly Rejection[];
  readonly excludedBy: readonly string[];
}
function candidatesOf(pod: PodInfo, cluster: ClusterView): Candidates {
  const restricting = filters.flatMap(({ name, candidates }) => {
    const names = candidates?.(pod);
    return names ? [{ name, names }] : [];
  });
  if (restricting.length === 0) return { nodes: cluster.nodes, excluded: [], excludedBy: [] };
  const excludedBy = restricting.map(({ name }) => name).sort();
  const nodes = cluster.nodes.filter((node) => restricting.every(({ names }) => names.has(node.name)));
  const rejection = reject(`node(s) didn't satisfy plugin(s) [${excludedBy.join(' ')}]`, true);
  return { nodes, excluded: Array.from({ length: cluster.nodes.length - nodes.length }, () => rejection), excludedBy };
}

interface Refused {
  readonly node: NodeInfo;
  readonly name: string;
  readonly rejection: Rejection;
}
function examine(nodes: readonly NodeInfo[], checks: readonly NamedCheck[], start: number) {
  const enough = enoughNodes(nodes.length);
  const feasible: NodeInfo[] = [];
  const refused: Refused[] = [];
  let examined = 0;
  for (; examined < nodes.length && feasible.length < enough; examined++) {
    const node = nodes[(start + examined) % nodes.length];
    if (!node) continue;
    const refusal = firstRefusal(node, checks);
    if (refusal) refused.push(refusal);
    else feasible.push(node);
  }
  return { feasible, refused, examined };
}

function firstRefusal(node: NodeInfo, checks: readonly NamedCheck[]): Refused | undefined {
  for (const { name, check } of checks) {
    const rejection = check(node);
    if (rejection) return { node, name, rejection };
  }
  return undefined;
}

function pickBest(pod: PodInfo, nodes: readonly NodeInfo[], cluster: ClusterView, random: () => number): NodeInfo | undefined {
  if (nodes.length <= 1) return nodes[0];
  const totals = new Float64Array(nodes.length);
  for (const { score, weight } of scores) {
    const points = score(pod, nodes, cluster);
    if (points) for (let index = 0; index < totals.length; index++) totals[index] = (totals[index] ?? 0) + weight * (points[index] ?? 0);
  }
  const best = totals.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const equals = nodes.filter((_, index) => totals[index] === best);
  return equals[Math.floor(random() * equals.length)];
}

function hasVictims(pod: PodInfo, node: NodeInfo): boolean {
  for (const other of node.pods.values()) if (other.priority < pod.priority) return true;
  return false;
}
