/**
 * Field selectors: `status.phase=Running,metadata.name!=a`. Which fields may be selected is the kind's to say (`selectableFields`).
 * Upstream: k8s.io/apimachinery/pkg/fields and each kind's field label conversion.
 */
import type { KindDefinition } from './kind.ts';
import type { KubeObject } from './object.ts';
import { SelectorError } from './selector.ts';

export interface FieldRequirement {
  readonly field: string;
  readonly operator: '=' | '!=';
  readonly value: string;
}
export type FieldSelector = readonly FieldRequirement[];

/** Throws a SelectorError; whether the fields can be selected is checked by `fieldMatcher`. */
export function parseFieldSelector(text: string): FieldSelector {
  return text
    .split(',')
    .sort()
    .filter((part) => part !== '')
    .map((part) => {
      for (const sign of ['!=', '==', '=']) {
        const [field, value, ...rest] = part.split(sign);
        if (field !== undefined && value !== undefined && rest.length === 0) return { field, operator: sign === '!=' ? '!=' : '=', value };
      }
      throw new SelectorError(`invalid selector: '${text}'; can't understand '${part}'`);
    });
}

export function formatFieldSelector(selector: FieldSelector): string {
  return selector.map(({ field, operator, value }) => `${field}${operator}${value}`).join(',');
}

type Selectable<T extends KubeObject> = Pick<KindDefinition<T>, 'kind' | 'namespaced' | 'selectableFields'>;

function fieldReader<T extends KubeObject>(kind: Selectable<T>, field: string): ((object: T) => string) | undefined {
  if (field === 'metadata.name') return (object) => object.metadata.name ?? '';
  // Upstream refuses this one for most cluster-scoped kinds and reads it as empty for the rest; empty serves both.
  if (field === 'metadata.namespace') return (object) => object.metadata.namespace ?? '';
  return kind.selectableFields && Object.hasOwn(kind.selectableFields, field) ? kind.selectableFields[field] : undefined;
}

/** Kinds with their own fields say so differently from those that have only the two of metadata. */
function notSupported(kind: Selectable<never>, field: string): string {
  const own = kind.selectableFields !== undefined && Object.keys(kind.selectableFields).length > 0;
  return own
    ? `field label not supported: ${field}`
    : `${JSON.stringify(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`;
}

/** The test for objects of `kind`. Throws a SelectorError when a field cannot be selected. */
export function fieldMatcher<T extends KubeObject>(kind: Selectable<T>, selector: FieldSelector): (object: T) => boolean {
  const tests = selector.map(({ field, operator, value }) => {
    const read = fieldReader(kind, field);
    if (read === undefined) throw new SelectorError(notSupported(kind, field));
    return (object: T) => (read(object) === value) === (operator === '=');
  });
  return (object) => tests.every((test) => test(object));
}

/** The one name that is asked for, where the selector says so: turns a list into a get. */
export function exactField(selector: FieldSelector, field: string): string | undefined {
  return selector.find((one) => one.field === field && one.operator === '=')?.value;
}
