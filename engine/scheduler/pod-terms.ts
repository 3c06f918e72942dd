/** Pod affinity terms and spread constraints as matchers of pods. */
import { type Labels, matchesLabels, nothing, requirement, type Selector, SelectorError, selectorOf } from '../api/selector.ts';
import type { LabelSelector, PodAffinityTerm, TopologySpreadConstraint } from '../api/types.gen.ts';
import type { ClusterView } from './cluster-view.ts';
import { PodMatcher } from './pod-groups.ts';
import type { PodInfo } from './pod-info.ts';

export function termMatcher(term: PodAffinityTerm, owner: PodInfo, cluster: ClusterView): PodMatcher {
  return cluster.matcherOf(term, () => {
    const selector = [
      ...selectorOrNothing(term.labelSelector),
      ...sameValues(term.matchLabelKeys, owner, 'in'),
      ...sameValues(term.mismatchLabelKeys, owner, 'notin'),
    ];
    return new PodMatcher(selector, namespacesOf(term, owner, cluster));
  });
}

export function constraintMatcher({ labelSelector, matchLabelKeys }: TopologySpreadConstraint, owner: PodInfo): PodMatcher {
  const selector = [...selectorOrNothing(labelSelector), ...sameValues(matchLabelKeys, owner, 'in')];
  return new PodMatcher(selector, (namespace) => namespace === owner.namespace);
}

function namespacesOf({ namespaces = [], namespaceSelector }: PodAffinityTerm, owner: PodInfo, cluster: ClusterView) {
  if (namespaceSelector === undefined && namespaces.length === 0) return (namespace: string) => namespace === owner.namespace;
  const selector = selectorOrNothing(namespaceSelector);
  return (namespace: string) => namespaces.includes(namespace) || matchesLabels(selector, cluster.namespaceLabels(namespace));
}

function sameValues(keys: readonly string[] | undefined, { group }: PodInfo, operator: 'in' | 'notin'): Selector {
  const labels: Labels = group.labels;
  return (keys ?? []).flatMap((key) => {
    const value = labels[key];
    return value === undefined ? [] : [requirement(key, operator, [value])];
  });
}

/** The API server has checked selectors; one that is invalid all the same selects nothing, so that it cannot stop the scheduler. */
export function selectorOrNothing(selector: LabelSelector | undefined): Selector {
  try {
    return selectorOf(selector);
  } catch (cause) {
    if (cause instanceof SelectorError) return nothing;
    throw cause;
  }
}
