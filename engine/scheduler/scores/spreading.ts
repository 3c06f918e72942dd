import type { TopologySpreadConstraint } from '../../api/types.gen.ts';
import type { ClusterView } from '../cluster-view.ts';
import type { NodeInfo } from '../node-info.ts';
import { maxScore, type Score } from '../plugin.ts';
import type { PodMatcher } from '../pod-groups.ts';
import type { PodInfo } from '../pod-info.ts';
import { constraintMatcher } from '../pod-terms.ts';
import { isIncluded } from '../spread.ts';
import { TopologyCounts } from '../topology-counts.ts';

interface Constraint {
  readonly spec: TopologySpreadConstraint;
  readonly matcher: PodMatcher;
}
interface Spread {
  readonly constraints: readonly Constraint[];
  /** Nodes without one of the labels are left out; not so with the default constraints. */
  readonly needsAllLabels: boolean;
}

const hostname = 'kubernetes.io/hostname';
/** For pods that say nothing and belong to a Service or controller. */
const defaults: readonly TopologySpreadConstraint[] = [
  { maxSkew: 3, topologyKey: hostname, whenUnsatisfiable: 'ScheduleAnyway' },
  { maxSkew: 5, topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'ScheduleAnyway' },
];

/** Fewer fellows in the node's domains are better: constraints with ScheduleAnyway, or the system's defaults. */
export const spreading: Score = {
  name: 'PodTopologySpread',
  weight: 2,
  score(pod, nodes, cluster) {
    const spread = spreadOf(pod, cluster);
    if (spread.constraints.length === 0) return undefined;
    const counted = nodes.map((node) => !spread.needsAllLabels || spread.constraints.every(({ spec }) => spec.topologyKey in node.labels));
    const domains = nodes.filter((_, index) => counted[index]);
    const parts = spread.constraints.map((constraint) => scoreConstraint(constraint, domains, pod, cluster));
    const sums = nodes.map((node, index) => (counted[index] ? Math.round(parts.reduce((sum, part) => sum + part(node), 0)) : undefined));
    return normalise(sums);
  },
};

function spreadOf(pod: PodInfo, cluster: ClusterView): Spread {
  const own = pod.spec.topologySpreadConstraints ?? [];
  if (own.length > 0) {
    const soft = own.filter(({ whenUnsatisfiable }) => whenUnsatisfiable === 'ScheduleAnyway');
    return { constraints: soft.map((spec) => ({ spec, matcher: constraintMatcher(spec, pod) })), needsAllLabels: true };
  }
  const matcher = cluster.fellows(pod);
  return { constraints: matcher ? defaults.map((spec) => ({ spec, matcher })) : [], needsAllLabels: false };
}

/** Few domains weigh less than many: log(domains + 2). */
function scoreConstraint({ spec, matcher }: Constraint, nodes: readonly NodeInfo[], pod: PodInfo, cluster: ClusterView) {
  const { topologyKey, maxSkew } = spec;
  const matches = matcher.matches.bind(matcher);
  if (topologyKey === hostname) {
    const weight = Math.log(nodes.length + 2);
    return (node: NodeInfo): number => (topologyKey in node.labels ? node.countMatching(matches) * weight + maxSkew - 1 : 0);
  }
  const values = new Set(nodes.flatMap(({ labels }) => labels[topologyKey] ?? []));
  if (values.size === 0) return () => 0;
  const weight = Math.log(values.size + 2);
  const included = isIncluded(spec, pod);
  const counts = new TopologyCounts();
  for (const node of cluster.nodes)
    if (values.has(node.labels[topologyKey] ?? '') && included(node)) counts.add(node, topologyKey, node.countMatching(matches));
  return (node: NodeInfo): number => (topologyKey in node.labels ? counts.get(node, topologyKey) * weight + maxSkew - 1 : 0);
}

/** `undefined` marks a node that is left out: it gets nothing. */
function normalise(sums: readonly (number | undefined)[]): readonly number[] {
  let lowest = Number.POSITIVE_INFINITY;
  let highest = 0;
  for (const sum of sums) {
    if (sum === undefined) continue;
    lowest = Math.min(lowest, sum);
    highest = Math.max(highest, sum);
  }
  return sums.map((sum) => {
    if (sum === undefined) return 0;
    return highest === 0 ? maxScore : Math.trunc((maxScore * (highest + lowest - sum)) / highest);
  });
}
