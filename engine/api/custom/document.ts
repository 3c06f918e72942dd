/** Custom resources in OpenAPI documents. Upstream: apiextensions-apiserver/pkg/controller/openapi/builder. */

import type { Json, JsonObject } from '../object.ts';
import type { GroupVersion } from '../openapi/names.ts';
import { additionalOf, isEmbedded, isIntOrString, isObject, itemsOf, keepsUnknown, type Schema } from './schema.ts';

export interface CustomDocument {
  /** `com.example.stable.v1.CronTab` */
  readonly name: string;
  /** Made when it is asked for, and not kept. `metadata` is a reference to the definition of that name. */
  readonly schema: (style: { readonly version: 2 | 3; readonly metadata: JsonObject }) => JsonObject;
}

const apiVersion =
  'APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized schemas to the latest internal value, and may reject unrecognized values. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#resources';
const kind =
  'Kind is a string value representing the REST resource this object represents. Servers may infer this from the endpoint the client submits requests to. Cannot be updated. In CamelCase. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds';
const metadataText =
  "Standard object's metadata. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata";

const typeFields = { apiVersion: { description: apiVersion, type: 'string' }, kind: { description: kind, type: 'string' } };

export function customDocument(address: GroupVersion & { readonly kind: string }, schema: Schema): CustomDocument {
  const { group, version } = address;
  return {
    name: `${group.split('.').toReversed().join('.')}.${version}.${address.kind}`,
    schema({ version: style, metadata }) {
      // kubectl takes what is not listed in version 2 for forbidden.
      if (style === 2 && keepsUnknown(schema)) return { type: 'object' };
      const own = withResources(style === 2 ? reduced(schema) : (schema as unknown as JsonObject), { style, metadata });
      const properties = isObject(own.properties) ? own.properties : {};
      return { ...own, type: 'object', properties: { ...properties, ...typeFields, metadata: described(metadata, style) } };
    },
  };
}

interface Style {
  readonly style: 2 | 3;
  readonly metadata: JsonObject;
}
function described(reference: JsonObject, style: 2 | 3): JsonObject {
  return { description: metadataText, ...(style === 3 ? { allOf: [reference] } : reference) };
}

/** Embedded resources show the members that every object has; in version 3, what is an integer or a string says so. */
function withResources(given: JsonObject, style: Style): JsonObject {
  const schema = given as Schema;
  const items = itemsOf(schema);
  const additional = additionalOf(schema);
  const properties = Object.entries(schema.properties ?? {}).map(([name, one]): [string, Json] => [
    name,
    withResources(one as JsonObject, style),
  ]);
  const isResource = isEmbedded(schema) && !(style.style === 2 && keepsUnknown(schema));
  const required = [...new Set([...(schema.required ?? []), 'kind', 'apiVersion'])];
  return {
    ...given,
    ...(properties.length > 0 ? { properties: Object.fromEntries(properties) } : {}),
    ...(items ? { items: withResources(items as JsonObject, style) } : {}),
    ...(additional ? { additionalProperties: withResources(additional as JsonObject, style) } : {}),
    ...(isResource
      ? { required, properties: { ...Object.fromEntries(properties), ...typeFields, metadata: described(style.metadata, style.style) } }
      : {}),
    ...(style.style === 3 && isIntOrString(schema) && !schema.anyOf && !schema.allOf
      ? { anyOf: [{ type: 'integer' }, { type: 'string' }] }
      : {}),
  };
}

/** Version 2 knows no alternatives and no nulls: where one is allowed, nothing is said. Upstream: ToStructuralOpenAPIV2. */
function reduced(schema: Schema): JsonObject {
  const {
    allOf: _,
    anyOf: _1,
    oneOf: _2,
    not: _3,
    nullable,
    items,
    properties = {},
    additionalProperties,
    type,
    required,
    ...rest
  } = schema;
  const isOpen = nullable === true || keepsUnknown(schema);
  const item = isOpen ? undefined : itemsOf(schema);
  const additional = additionalOf(schema);
  const isTyped = nullable !== true && !(type === 'array' && !item) && !(type === 'object' && keepsUnknown(schema));
  const needed = additional?.nullable ? [] : (required ?? []).filter((name) => !properties[name]?.nullable);
  const shown = isOpen ? [] : Object.entries(properties).map(([name, one]): [string, Json] => [name, reduced(one)]);
  return {
    ...(rest as unknown as JsonObject),
    ...(type && isTyped ? { type } : {}),
    ...(needed.length > 0 ? { required: needed } : {}),
    ...(item ? { items: reduced(item) } : {}),
    ...(shown.length > 0 ? { properties: Object.fromEntries(shown) } : {}),
    ...(additional ? { additionalProperties: reduced(additional) } : {}),
  };
}
