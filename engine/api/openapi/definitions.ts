/**
 * The types of the API as OpenAPI schemas, for version 2 and version 3 of the format.
 * Upstream: k8s.io/kube-openapi's builders; the markers are those that kubectl reads for merging.
 */

import { atomicTypes, mapTypeOf, mergeRule } from '../merge-rules.ts';
import type { JsonObject } from '../object.ts';
import { type FieldSchema, isQuantity, typeSchema } from '../schema.ts';
import { fieldsName, intOrStringName, microTimeName, quantityName, rawExtensionName, timeName } from './names.ts';

/** Documentation by type and field; the type's own is under the empty field. */
export type Docs = Readonly<Record<string, Readonly<Record<string, string>>>>;
/** The values that a field can have, by type and field. */
export type Enums = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

export interface DefinitionStyle {
  /** `#/definitions/` or `#/components/schemas/`. */
  readonly prefix: string;
  /** Version 3 says `allOf: [$ref]` where a reference has siblings. */
  readonly wrapsReferences: boolean;
  readonly nameOf: (type: string) => string;
  readonly docs: Docs;
  readonly enums: Enums;
}

export interface GroupVersionKind {
  readonly [key: string]: string;
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

function reference(name: string, { prefix, wrapsReferences }: DefinitionStyle, isAlone: boolean): JsonObject {
  const $ref = prefix + name;
  return wrapsReferences && !isAlone ? { allOf: [{ $ref }] } : { $ref };
}

/** The named type that stands for a scalar, where there is one. */
function scalarName(owner: string, name: string, { type, format }: FieldSchema): string | undefined {
  if (isQuantity(owner, name)) return quantityName;
  if (type === 'int-or-string') return intOrStringName;
  if (format === 'date-time') return timeName;
  if (format === 'micro-time') return microTimeName;
  if (type !== 'any') return undefined;
  return name === 'fieldsV1' ? fieldsName : rawExtensionName;
}

/** One value of the field: an item of its list, a value of its map, or the field itself. */
function elementSchema(owner: string, name: string, { field, style, isAlone }: ElementOptions): JsonObject {
  const named = typeSchema(field.type) ? style.nameOf(field.type) : scalarName(owner, name, field);
  if (named !== undefined) return reference(named, style, isAlone);
  if (field.type.endsWith('[]')) return { type: 'array', items: { type: field.type.slice(0, -2) } };
  const values = style.enums[owner]?.[name];
  return { type: field.type, ...(field.format ? { format: field.format } : {}), ...(values ? { enum: values } : {}) };
}
interface ElementOptions {
  readonly field: FieldSchema;
  readonly style: DefinitionStyle;
  readonly isAlone: boolean;
}

function fieldSchema(owner: string, name: string, field: FieldSchema, style: DefinitionStyle): JsonObject {
  const doc = style.docs[owner]?.[name];
  const description = doc ? { description: doc } : {};
  const element = elementSchema(owner, name, { field, style, isAlone: field.container !== undefined });
  if (field.container === undefined) return { ...description, ...element, ...mergeMarkers(owner, name, field) };
  if (field.container === 'map')
    return { ...description, type: 'object', additionalProperties: element, ...mergeMarkers(owner, name, field) };
  return { ...description, type: 'array', items: element, ...mergeMarkers(owner, name, field) };
}

function mergeMarkers(owner: string, name: string, field: FieldSchema): JsonObject {
  const rule = mergeRule(owner, name);
  const mapType = mapTypeOf(owner, name);
  // Upstream marks every list of the API but those of List types.
  const listType = rule?.listType ?? (field.container === 'array' && !owner.endsWith('List') ? 'atomic' : undefined);
  return {
    ...(rule?.listMapKeys ? { 'x-kubernetes-list-map-keys': rule.listMapKeys } : {}),
    ...(listType ? { 'x-kubernetes-list-type': listType } : {}),
    ...(mapType ? { 'x-kubernetes-map-type': mapType } : {}),
    ...(rule?.mergeKey ? { 'x-kubernetes-patch-merge-key': rule.mergeKey } : {}),
    ...(rule?.strategy ? { 'x-kubernetes-patch-strategy': rule.strategy.join(',') } : {}),
  };
}

export function typeDefinition(type: string, kinds: readonly GroupVersionKind[], style: DefinitionStyle): JsonObject {
  const fields = Object.entries(typeSchema(type) ?? {});
  const required = fields.filter(([, field]) => field.required).map(([name]) => name);
  const doc = style.docs[type]?.[''];
  return {
    ...(doc ? { description: doc } : {}),
    type: 'object',
    ...(required.length > 0 ? { required } : {}),
    properties: Object.fromEntries(fields.map(([name, field]) => [name, fieldSchema(type, name, field, style)])),
    ...(atomicTypes.has(type) ? { 'x-kubernetes-map-type': 'atomic' } : {}),
    ...(kinds.length > 0 ? { 'x-kubernetes-group-version-kind': kinds } : {}),
  };
}

/** The named scalars; small enough to be in every document. */
export function scalarDefinitions({ wrapsReferences: isVersion3 }: DefinitionStyle): JsonObject {
  const text = { type: 'string' };
  return {
    [quantityName]: {
      description: 'A fixed-point number of a resource, such as 500m CPU or 128Mi of memory, written with a decimal or a binary suffix.',
      ...(isVersion3 ? { oneOf: [text, { type: 'number' }] } : text),
    },
    [intOrStringName]: {
      description: 'A number or a string, such as a port by number or by name, or a count or a percentage.',
      format: 'int-or-string',
      ...(isVersion3 ? { oneOf: [{ type: 'integer' }, text] } : text),
    },
    [timeName]: { description: 'A point in time in RFC 3339, to the second.', type: 'string', format: 'date-time' },
    [microTimeName]: { description: 'A point in time in RFC 3339, to the microsecond.', type: 'string', format: 'date-time' },
    [fieldsName]: { description: 'The fields that a manager owns, as a trie in JSON.', type: 'object' },
    [rawExtensionName]: { description: 'Any JSON value.', type: 'object' },
  };
}
