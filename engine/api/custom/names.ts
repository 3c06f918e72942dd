/**
 * Which of the names that a definition asks for it may have: each belongs to one definition of its group.
 * Upstream: pkg/controller/status/naming_controller.go.
 */

import type { Json } from '../object.ts';
import { sameJson } from '../patch/merge-patch.ts';
import type { CustomResourceDefinition, CustomResourceDefinitionCondition, CustomResourceDefinitionNames } from '../types.gen.ts';
import { conditionOf } from './definition.ts';

export interface Naming {
  readonly acceptedNames: CustomResourceDefinitionNames;
  readonly namesAccepted: CustomResourceDefinitionCondition;
  readonly established: CustomResourceDefinitionCondition;
}

const noNames: CustomResourceDefinitionNames = { plural: '', kind: '' };

/** `others` are the definitions of the same group. */
export function naming(definition: CustomResourceDefinition, others: readonly CustomResourceDefinition[]): Naming {
  const asked = definition.spec.names;
  const had = definition.status?.acceptedNames ?? noNames;
  const taken = others.map(({ status }) => status?.acceptedNames ?? noNames);
  const resources = new Set(taken.flatMap(({ plural, singular = '', shortNames = [] }) => [plural, singular, ...shortNames]));
  const kinds = new Set(taken.flatMap(({ kind, listKind = '' }) => [kind, listKind]));
  const accepted: { -readonly [K in keyof CustomResourceDefinitionNames]: CustomResourceDefinitionNames[K] } = { ...had };
  let conflict: { readonly reason: string; readonly message: string } | undefined;
  const claim = (name: 'plural' | 'singular' | 'kind' | 'listKind', reason: string, used: ReadonlySet<string>): void => {
    const wanted = asked[name] ?? '';
    if (wanted !== (had[name] ?? '') && used.has(wanted)) conflict = { reason, message: `${JSON.stringify(wanted)} is already in use` };
    else accepted[name] = wanted;
  };
  claim('plural', 'PluralConflict', resources);
  claim('singular', 'SingularConflict', resources);
  const short = (asked.shortNames ?? []).filter((name) => !had.shortNames?.includes(name) && resources.has(name));
  if (short.length > 0) {
    const problems = short.map((name) => `${JSON.stringify(name)} is already in use`);
    conflict = { reason: 'ShortNamesConflict', message: problems.length === 1 ? (problems[0] ?? '') : `[${problems.join(', ')}]` };
  } else if (asked.shortNames) accepted.shortNames = asked.shortNames;
  else delete accepted.shortNames;
  claim('kind', 'KindConflict', kinds);
  claim('listKind', 'ListKindConflict', kinds);
  if (asked.categories) accepted.categories = asked.categories;
  else delete accepted.categories;
  return {
    acceptedNames: accepted,
    namesAccepted: {
      type: 'NamesAccepted',
      status: conflict ? 'False' : 'True',
      ...(conflict ?? { reason: 'NoConflicts', message: 'no conflicts found' }),
    },
    established: establishedOf(definition, conflict === undefined),
  };
}

function establishedOf(definition: CustomResourceDefinition, isAccepted: boolean): CustomResourceDefinitionCondition {
  const old = conditionOf(definition, 'Established');
  if (old?.status === 'True') return old;
  if (isAccepted) return { type: 'Established', status: 'False', reason: 'Installing', message: 'the initial names have been accepted' };
  return old ?? { type: 'Established', status: 'False', reason: 'NotAccepted', message: 'not all names are accepted' };
}

/** Whether the definition has the names that it asks for. */
export function hasItsNames({ spec, status }: CustomResourceDefinition): boolean {
  return status?.acceptedNames !== undefined && sameJson(spec.names as unknown as Json, status.acceptedNames as unknown as Json);
}
