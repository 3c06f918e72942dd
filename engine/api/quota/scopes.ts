/** Which Pods a quota with scopes is about. Pure. Upstream: podMatchesScopeFunc in pkg/quota/v1/evaluator/core/pods.go. */
import { qosClassOf } from '../kinds/core/qos.ts';
import type { Pod, PodAffinityTerm, ResourceQuota, ScopedResourceSelectorRequirement } from '../types.gen.ts';

/** What scopes look at; Pods with equal traits match the same quotas. */
export interface PodTraits {
  readonly isBestEffort: boolean;
  readonly isTerminating: boolean;
  readonly priorityClass: string;
  readonly crossesNamespaces: boolean;
}

export function podTraits({ spec }: Pod): PodTraits {
  return {
    isBestEffort: qosClassOf(spec) === 'BestEffort',
    isTerminating: spec.activeDeadlineSeconds !== undefined && spec.activeDeadlineSeconds >= 0,
    priorityClass: spec.priorityClassName ?? '',
    crossesNamespaces: crossesNamespaces(spec.affinity),
  };
}

export function hasScopes({ spec }: ResourceQuota): boolean {
  return selectorsOf(spec).length > 0;
}

/** All of the quota's scopes must match. */
export function matchesScopes({ spec }: ResourceQuota, traits: PodTraits): boolean {
  return selectorsOf(spec).every((selector) => matches(selector, traits));
}

function selectorsOf(spec: ResourceQuota['spec']): readonly ScopedResourceSelectorRequirement[] {
  const plain = (spec?.scopes ?? []).map((scopeName) => ({ scopeName, operator: 'Exists' }));
  return [...plain, ...(spec?.scopeSelector?.matchExpressions ?? [])];
}

function matches({ scopeName, operator, values = [] }: ScopedResourceSelectorRequirement, traits: PodTraits): boolean {
  switch (scopeName) {
    case 'Terminating':
      return traits.isTerminating;
    case 'NotTerminating':
      return !traits.isTerminating;
    case 'BestEffort':
      return traits.isBestEffort;
    case 'NotBestEffort':
      return !traits.isBestEffort;
    case 'CrossNamespacePodAffinity':
      return traits.crossesNamespaces;
    case 'PriorityClass':
      return matchesClass(operator, values, traits.priorityClass);
    default:
      return false;
  }
}

function matchesClass(operator: string, values: readonly string[], name: string): boolean {
  switch (operator) {
    case 'Exists':
      return name !== '';
    case 'DoesNotExist':
      return name === '';
    case 'In':
      return name !== '' && values.includes(name);
    // As label selectors: who has none is in no list.
    case 'NotIn':
      return !values.includes(name);
    default:
      return false;
  }
}

function crossesNamespaces(affinity: NonNullable<Pod['spec']['affinity']> = {}): boolean {
  const terms = [affinity.podAffinity, affinity.podAntiAffinity].flatMap((part): readonly PodAffinityTerm[] => [
    ...(part?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
    ...(part?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(({ podAffinityTerm }) => podAffinityTerm),
  ]);
  return terms.some(({ namespaces = [], namespaceSelector }) => namespaces.length > 0 || namespaceSelector !== undefined);
}
