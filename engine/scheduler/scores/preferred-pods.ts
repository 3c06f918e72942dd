import type { PodAffinityTerm, WeightedPodAffinityTerm } from '../../api/types.gen.ts';
import type { ClusterView } from '../cluster-view.ts';
import { maxScore, type Score } from '../plugin.ts';
import { hasPodAffinity, type PodInfo, requiredAffinity } from '../pod-info.ts';
import { termMatcher } from '../pod-terms.ts';
import { TopologyCounts } from '../topology-counts.ts';

/** What another pod's required affinity to this one is worth (HardPodAffinityWeight). */
const requiredWeight = 1;

interface Weighted {
  readonly term: PodAffinityTerm;
  /** Negative for anti-affinity. */
  readonly weight: number;
}

/** Preferred pod affinity and anti-affinity, in both directions. */
export const preferredPods: Score = {
  name: 'InterPodAffinity',
  weight: 2,
  score(pod, nodes, cluster) {
    if (!hasPodAffinity(pod) && cluster.nodesWithAffinity.size === 0) return undefined;
    const sums = new TopologyCounts();
    addOwn(pod, cluster, sums);
    addOthers(pod, cluster, sums);
    return sums.isEmpty ? undefined : normalise(nodes.map((node) => sums.sum(node)));
  },
};

function addOwn(pod: PodInfo, cluster: ClusterView, sums: TopologyCounts): void {
  for (const { term, weight } of preferences(pod)) {
    const matcher = termMatcher(term, pod, cluster);
    for (const node of cluster.nodes) sums.add(node, term.topologyKey, weight * node.countMatching((group) => matcher.matches(group)));
  }
}

function addOthers(pod: PodInfo, cluster: ClusterView, sums: TopologyCounts): void {
  for (const node of cluster.nodesWithAffinity)
    for (const other of node.withAffinity) {
      const required = requiredAffinity(other).map((term) => ({ term, weight: requiredWeight }));
      for (const { term, weight } of [...required, ...preferences(other)])
        if (termMatcher(term, other, cluster).matches(pod.group)) sums.add(node, term.topologyKey, weight);
    }
}

function preferences({ affinity }: PodInfo): readonly Weighted[] {
  const wanted = affinity?.podAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  const unwanted = affinity?.podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  return [...wanted.map((term) => weighted(term, 1)), ...unwanted.map((term) => weighted(term, -1))];
}
function weighted({ podAffinityTerm, weight }: WeightedPodAffinityTerm, sign: 1 | -1): Weighted {
  return { term: podAffinityTerm, weight: sign * weight };
}

function normalise(sums: readonly number[]): readonly number[] {
  const lowest = Math.min(...sums);
  const span = Math.max(...sums) - lowest;
  return sums.map((sum) => (span === 0 ? 0 : Math.trunc((maxScore * (sum - lowest)) / span)));
}
