/** Matching nodes by label and field. Upstream: k8s.io/component-helpers/scheduling/corev1/nodeaffinity. */
import { type Labels, matchesLabels, type SelectorOperator } from './selector.ts';
import type { NodeSelectorRequirement, NodeSelectorTerm, PodSpec } from './types.gen.ts';

export interface NamedNode {
  readonly name: string;
  readonly labels: Labels;
}

const operators: Readonly<Record<string, SelectorOperator>> = {
  In: 'in',
  NotIn: 'notin',
  Exists: 'exists',
  DoesNotExist: '!',
  Gt: '>',
  Lt: '<',
};

function meets(labels: Labels, { key, operator, values = [] }: NodeSelectorRequirement): boolean {
  const known = operators[operator];
  return known !== undefined && matchesLabels([{ key, operator: known, values }], labels);
}

/** All requirements of a term; a term without any matches nothing. */
export function matchesTerm(term: NodeSelectorTerm, node: NamedNode): boolean {
  const { matchExpressions = [], matchFields = [] } = term;
  if (matchExpressions.length === 0 && matchFields.length === 0) return false;
  return (
    matchExpressions.every((requirement) => meets(node.labels, requirement)) &&
    matchFields.every((requirement) => requirement.key === 'metadata.name' && meets({ 'metadata.name': node.name }, requirement))
  );
}

/** `spec.nodeSelector` and the required node affinity; `undefined` if the pod has neither. */
export function requiredNodes({ nodeSelector, affinity }: PodSpec): ((node: NamedNode) => boolean) | undefined {
  const wanted = Object.entries(nodeSelector ?? {});
  const terms = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  if (wanted.length === 0 && !terms) return undefined;
  return (node) =>
    wanted.every(([key, value]) => node.labels[key] === value) && (terms === undefined || terms.some((term) => matchesTerm(term, node)));
}

/** The nodes that the required affinity names one by one; `undefined` if it leaves it open. */
export function namedNodes({ affinity }: PodSpec): ReadonlySet<string> | undefined {
  const terms = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  if (!terms || terms.length === 0) return undefined;
  const names = new Set<string>();
  for (const { matchFields = [] } of terms) {
    const named = matchFields.find(({ key, operator }) => key === 'metadata.name' && operator === 'In');
    if (!named) return undefined;
    for (const name of named.values ?? []) names.add(name);
  }
  return names;
}
