import type { PodAffinityTerm } from '../../api/types.gen.ts';
import type { ClusterView } from '../cluster-view.ts';
import { type Filter, type NodeCheck, reject } from '../plugin.ts';
import type { PodMatcher } from '../pod-groups.ts';
import { type PodInfo, requiredAffinity, requiredAntiAffinity } from '../pod-info.ts';
import { termMatcher } from '../pod-terms.ts';
import { TopologyCounts } from '../topology-counts.ts';

const notNear = reject("node(s) didn't match pod affinity rules", true);
const tooNear = reject("node(s) didn't match pod anti-affinity rules", false);
const unwanted = reject("node(s) didn't satisfy existing pods anti-affinity rules", false);

/** Required pod affinity and anti-affinity, the pod's own and, for anti-affinity, that of the pods which run already. */
export const podAffinity: Filter = {
  name: 'InterPodAffinity',
  prepare(pod, cluster) {
    const checks = [prepareAffinity(pod, cluster), prepareAntiAffinity(pod, cluster), prepareExisting(pod, cluster)].filter(
      (check) => check !== undefined,
    );
    if (checks.length === 0) return undefined;
    return (node) => {
      for (const check of checks) {
        const rejection = check(node);
        if (rejection) return rejection;
      }
      return undefined;
    };
  },
  requeueOn: ['node-added', 'node-labels', 'pod-added', 'pod-labels', 'pod-removed', 'namespace-labels'],
};

interface Term {
  readonly term: PodAffinityTerm;
  readonly matcher: PodMatcher;
}
function matchers(terms: readonly PodAffinityTerm[], pod: PodInfo, cluster: ClusterView): readonly Term[] {
  return terms.map((term) => ({ term, matcher: termMatcher(term, pod, cluster) }));
}

/** A pod near which to run must match all terms. */
function prepareAffinity(pod: PodInfo, cluster: ClusterView): NodeCheck | undefined {
  const terms = matchers(requiredAffinity(pod), pod, cluster);
  if (terms.length === 0) return undefined;
  const counts = new TopologyCounts();
  for (const node of cluster.nodes) {
    const near = node.countMatching((group) => terms.every(({ matcher }) => matcher.matches(group)));
    if (near > 0) for (const { term } of terms) counts.add(node, term.topologyKey, near);
  }
  // The first pod of a group that wants to be near itself may go anywhere.
  const isFirst = counts.isEmpty && terms.every(({ matcher }) => matcher.matches(pod.group));
  return (node) => {
    if (terms.some(({ term }) => !(term.topologyKey in node.labels))) return notNear;
    return isFirst || terms.every(({ term }) => counts.get(node, term.topologyKey) > 0) ? undefined : notNear;
  };
}

function prepareAntiAffinity(pod: PodInfo, cluster: ClusterView): NodeCheck | undefined {
  const terms = matchers(requiredAntiAffinity(pod), pod, cluster);
  if (terms.length === 0) return undefined;
  const counts = terms.map(({ term, matcher }) => {
    const found = new TopologyCounts();
    for (const node of cluster.nodes)
      found.add(
        node,
        term.topologyKey,
        node.countMatching((group) => matcher.matches(group)),
      );
    return { key: term.topologyKey, found };
  });
  return (node) => (counts.some(({ key, found }) => found.get(node, key) > 0) ? tooNear : undefined);
}

function prepareExisting(pod: PodInfo, cluster: ClusterView): NodeCheck | undefined {
  const counts = new TopologyCounts();
  const keys = new Set<string>();
  for (const node of cluster.nodesWithAntiAffinity)
    for (const existing of node.withAntiAffinity)
      for (const { term, matcher } of matchers(requiredAntiAffinity(existing), existing, cluster)) {
        if (!matcher.matches(pod.group)) continue;
        counts.add(node, term.topologyKey, 1);
        keys.add(term.topologyKey);
      }
  if (counts.isEmpty) return undefined;
  return (node) => ([...keys].some((key) => counts.get(node, key) > 0) ? unwanted : undefined);
}
