import type { TopologySpreadConstraint } from '../../api/types.gen.ts';
import type { ClusterView } from '../cluster-view.ts';
import type { NodeInfo } from '../node-info.ts';
import { type Filter, type NodeCheck, reject } from '../plugin.ts';
import type { PodMatcher } from '../pod-groups.ts';
import type { PodInfo } from '../pod-info.ts';
import { constraintMatcher } from '../pod-terms.ts';
import { isIncluded } from '../spread.ts';

const skewed = reject("node(s) didn't match pod topology spread constraints", false);
const unlabelled = reject("node(s) didn't match pod topology spread constraints (missing required label)", true);

interface Constraint {
  readonly spec: TopologySpreadConstraint;
  readonly matcher: PodMatcher;
  /** Matching pods by the value of the topology label. */
  readonly counts: ReadonlyMap<string, number>;
  readonly fewest: number;
}

/** `topologySpreadConstraints` with DoNotSchedule. */
export const topologySpread: Filter = {
  name: 'PodTopologySpread',
  prepare(pod, cluster) {
    const specs = (pod.spec.topologySpreadConstraints ?? []).filter(({ whenUnsatisfiable }) => whenUnsatisfiable === 'DoNotSchedule');
    if (specs.length === 0) return undefined;
    const constraints = specs.map((spec) => count(spec, specs, pod, cluster));
    return (node) => check(node, constraints, pod);
  },
  requeueOn: ['node-added', 'node-labels', 'node-taints', 'pod-added', 'pod-labels', 'pod-removed'],
};

/** Only nodes that carry all the labels, and that the pod may run on at all, count as domains. */
function count(spec: TopologySpreadConstraint, all: readonly TopologySpreadConstraint[], pod: PodInfo, cluster: ClusterView): Constraint {
  const matcher = constraintMatcher(spec, pod);
  const counts = new Map<string, number>();
  const included = isIncluded(spec, pod);
  for (const node of cluster.nodes) {
    const value = node.labels[spec.topologyKey];
    if (value === undefined || !all.every(({ topologyKey }) => topologyKey in node.labels) || !included(node)) continue;
    counts.set(value, (counts.get(value) ?? 0) + node.countMatching((group) => matcher.matches(group)));
  }
  const fewest = counts.size < (spec.minDomains ?? 1) ? 0 : Math.min(...counts.values());
  return { spec, matcher, counts, fewest };
}

function check(node: NodeInfo, constraints: readonly Constraint[], pod: PodInfo): ReturnType<NodeCheck> {
  for (const { spec, matcher, counts, fewest } of constraints) {
    const value = node.labels[spec.topologyKey];
    if (value === undefined) return unlabelled;
    const own = matcher.matches(pod.group) ? 1 : 0;
    if ((counts.get(value) ?? 0) + own - fewest > spec.maxSkew) return skewed;
  }
  return undefined;
}
