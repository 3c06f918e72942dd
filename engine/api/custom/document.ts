/** Custom resources in OpenAPI documents. Upstream: apiextensions-apiserver/pkg/controller/openapi/builder. */

import type { JsonObject } from '../object.ts';
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
    schema: ({ version: style, metadata }) => {
      const own = style === 2 ? reduced(schema) : embedded(schema, metadata);
      const properties = { ...(isObject(own.properties) ? own.properties : {}), ...typeFields, metadata: described(metadata, style) };
      // A schema that says nothing says nothing here either.
      const known = keepsUnknown(schema) && style === 2 ? { 'x-kubernetes-preserve-unknown-fields': true } : {};
      return { ...own, type: 'object', properties, ...known };
    },
  };
}
function described(reference: JsonObject, version: 2 | 3): JsonObject {
  return { description: metadataText, ...(version === 3 ? { allOf: [reference] } : reference) };
}

/** Embedded resources show the members that every object has. */
function embedded(schema: Schema, metadata: JsonObject): JsonObject {
  const items = itemsOf(schema);
  const additional = additionalOf(schema);
  const properties = Object.entries(schema.properties ?? {}).map(([name, property]) => [name, embedded(property, metadata)] as const);
  const isResource = isEmbedded(schema);
  return {
    ...(schema as unknown as JsonObject),
    ...(properties.length > 0 || isResource
      ? { properties: { ...Object.fromEntries(properties), ...(isResource ? { ...typeFields, metadata: described(metadata, 3) } : {}) } }
      : {}),
    ...(items ? { items: embedded(items, metadata) } : {}),
    ...(additional ? { additionalProperties: embedded(additional, metadata) } : {}),
  };
}

/** Version 2 knows no alternatives and no nulls: where one is allowed, nothing is said. Upstream: ToStructuralOpenAPIV2. */
function reduced(schema: Schema): JsonObject {
  const { allOf: _, anyOf: _1, oneOf: _2, not: _3, nullable, items, properties, additionalProperties, type, ...rest } = schema;
  const { default: _4, ...plain } = rest;
  const isOpen = nullable === true || keepsUnknown(schema);
  const own = plain as unknown as JsonObject;
  if (isOpen || isIntOrString(schema)) return own;
  const item = itemsOf(schema);
  const additional = additionalOf(schema);
  return {
    ...own,
    ...(type ? { type } : {}),
    ...(item ? { items: reduced(item) } : items === undefined ? {} : { items: {} }),
    ...(properties ? { properties: Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, reduced(one)])) } : {}),
    ...(additional
      ? { additionalProperties: reduced(additional) }
      : additionalProperties === undefined
        ? {}
        : { additionalProperties: {} }),
  };
}
