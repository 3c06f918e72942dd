/** Label and field selectors of a list, watch or deletecollection as one test; the BadRequest when they cannot be read. */
import { badRequest } from '../api/errors.ts';
import { exactField, fieldMatcher, parseFieldSelector } from '../api/field-selector.ts';
import type { KubeObject } from '../api/object.ts';
import { matchesLabels, SelectorError } from '../api/selector.ts';
import { parseSelector } from '../api/selector-parser.ts';
import type { Resource } from './resource.ts';

export interface SelectorText {
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
}
export interface Selection {
  readonly matches: (object: KubeObject) => boolean;
  readonly isEverything: boolean;
  /** The one name or namespace that the fields ask for. */
  readonly name: string | undefined;
  readonly namespace: string | undefined;
  /** Fields that must have one value. */
  readonly fields: ReadonlyMap<string, string>;
}

const all: Selection = { matches: () => true, isEverything: true, name: undefined, namespace: undefined, fields: new Map() };

export function parseSelection({ kind }: Resource, { labelSelector, fieldSelector }: SelectorText): Selection {
  if (!labelSelector && !fieldSelector) return all;
  const labels = readSelector(() => parseSelector(labelSelector ?? ''));
  const fields = readSelector(() => parseFieldSelector(fieldSelector ?? ''));
  const matchesFields = readSelector(() => fieldMatcher(kind, fields));
  return {
    matches: (object) => matchesLabels(labels, object.metadata.labels) && matchesFields(object),
    isEverything: labels.length === 0 && fields.length === 0,
    name: exactField(fields, 'metadata.name'),
    namespace: exactField(fields, 'metadata.namespace'),
    fields: new Map(fields.filter(({ operator }) => operator === '=').map(({ field, value }) => [field, value])),
  };
}

function readSelector<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof SelectorError) throw badRequest(error.message);
    throw error;
  }
}
