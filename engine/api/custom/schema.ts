/**
 * The schema of a custom resource as its definition writes it, read the way Kubernetes reads a structural schema: pruning, defaulting, validation and
 * printing all walk this one form. Upstream: k8s.io/apiextensions-apiserver/pkg/apiserver/schema.
 */
import type { Json, JsonObject } from '../object.ts';
import type { JSONSchemaProps } from '../types.gen.ts';

export type Schema = JSONSchemaProps;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A schema may name a property `constructor`. */
export function propertyOf(schema: Schema | undefined, name: string): Schema | undefined {
  return schema?.properties && Object.hasOwn(schema.properties, name) ? schema.properties[name] : undefined;
}
export function itemsOf(schema: Schema | undefined): Schema | undefined {
  return isObject(schema?.items) ? (schema.items as Schema) : undefined;
}
/** The schema of what `properties` does not name; undefined where there is none, or only a flag. */
export function additionalOf(schema: Schema | undefined): Schema | undefined {
  return isObject(schema?.additionalProperties) ? (schema.additionalProperties as Schema) : undefined;
}
/** The schema under which this member is looked at. */
export function memberOf(schema: Schema | undefined, name: string): Schema | undefined {
  return propertyOf(schema, name) ?? additionalOf(schema);
}

export const isEmbedded = (schema: Schema): boolean => schema['x-kubernetes-embedded-resource'] === true;
export const isIntOrString = (schema: Schema): boolean => schema['x-kubernetes-int-or-string'] === true;
export const keepsUnknown = (schema: Schema): boolean => schema['x-kubernetes-preserve-unknown-fields'] === true;
export const listTypeOf = (schema: Schema | undefined): string | undefined => schema?.['x-kubernetes-list-type'];
export const mapKeysOf = (schema: Schema): readonly string[] => schema['x-kubernetes-list-map-keys'] ?? [];

/** Members that every object of the API has, whatever its schema says. */
export const metaFields: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata']);

/** A copy of an object without one member, or with another value for it; `__proto__` is a name like any other. */
export function withMember(object: JsonObject, name: string, value: Json | undefined): JsonObject {
  const members = Object.entries(object).filter(([key]) => key !== name);
  return Object.fromEntries(value === undefined ? members : [...members, [name, value]]);
}

/** Every schema inside of this one, itself first. Stops at the first for which `test` holds. */
export function someSchema(schema: Schema | undefined, test: (schema: Schema) => boolean): boolean {
  if (!schema) return false;
  if (test(schema)) return true;
  return partsOf(schema).some((part) => someSchema(part, test));
}

function partsOf(schema: Schema): readonly (Schema | undefined)[] {
  const maps = [schema.properties, schema.patternProperties, schema.definitions];
  return [
    itemsOf(schema),
    additionalOf(schema),
    schema.not,
    ...(schema.allOf ?? []),
    ...(schema.anyOf ?? []),
    ...(schema.oneOf ?? []),
    ...maps.flatMap((map) => Object.values(map ?? {})),
  ];
}
