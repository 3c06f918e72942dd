/** The schema of a custom resource as server-side apply sees it. Upstream: k8s.io/kube-openapi/pkg/schemaconv, over the schema that a definition publishes. */
import { builtInSchema } from '../managed-fields/built-in-schema.ts';
import { deduced, type FieldType, type ListType, type MapType, type TypedSchema, untypedAtomic } from '../managed-fields/typed-schema.ts';
import { isEmbedded, isIntOrString, isObject, itemsOf, keepsUnknown, listTypeOf, mapKeysOf, type Schema } from './schema.ts';

/** Made when a kind is first written: most definitions of a cluster are never. */
export function customTyped(schema: Schema): TypedSchema {
  let type: FieldType | undefined;
  return {
    get type() {
      type ??= { map: mapType({ type: 'object', ...schema }, { isResource: true, isOpen: keepsUnknown(schema) }) };
      return type;
    },
    empty: {},
  };
}

const untyped: FieldType = { scalar: 'untyped' };
const text: FieldType = { scalar: 'string' };

interface Within {
  readonly isResource: boolean;
  /** Some schema around it keeps what it does not know. */
  readonly isOpen: boolean;
}

function typeOf(schema: Schema, isOpenAround: boolean): FieldType {
  const isOpen = isOpenAround || keepsUnknown(schema);
  if (isIntOrString(schema)) return untyped;
  switch (schema.type) {
    case 'object':
      return { map: mapType(schema, { isResource: isEmbedded(schema), isOpen }) };
    case 'array':
      return { list: listType(schema, isOpen) };
    case 'integer':
    case 'number':
      return { scalar: 'numeric' };
    case 'boolean':
      return { scalar: 'boolean' };
    case 'string':
      return schema.format === undefined || schema.format === '' || schema.format === 'byte' ? text : untyped;
    default:
      return { scalar: 'untyped', list: listType(schema, isOpen), map: mapType(schema, { isResource: isEmbedded(schema), isOpen }) };
  }
}

function mapType(schema: Schema, { isResource, isOpen }: Within): MapType {
  const { properties = {}, additionalProperties } = schema;
  const fields = new Map(Object.entries(properties).map(([name, property]) => [name, typeOf(property, isOpen)]));
  if (isResource) for (const [name, type] of ownFields()) fields.set(name, type);
  const rest = restType({ additionalProperties, isOpen, hasFields: fields.size > 0 });
  return { isAtomic: schema['x-kubernetes-map-type'] === 'atomic', fields, ...(rest ? { rest } : {}) };
}

interface Rest {
  readonly additionalProperties: Schema['additionalProperties'];
  readonly isOpen: boolean;
  readonly hasFields: boolean;
}
function restType({ additionalProperties, isOpen, hasFields }: Rest): FieldType | undefined {
  // As the type says: a schema, or a flag.
  if (isObject(additionalProperties)) return typeOf(additionalProperties as Schema, isOpen);
  if (additionalProperties === undefined) return isOpen || !hasFields ? deduced : undefined;
  return additionalProperties === true ? deduced : undefined;
}

/** What every object has, whatever its schema says. */
function ownFields(): readonly (readonly [string, FieldType])[] {
  const metadata = builtInSchema('ConfigMap').type.map?.fields.get('metadata') ?? deduced;
  return [
    ['apiVersion', text],
    ['kind', text],
    ['metadata', metadata],
  ];
}

function listType(schema: Schema, isOpen: boolean): ListType {
  const kind = listTypeOf(schema);
  const items = itemsOf(schema);
  const keys = kind === 'map' ? mapKeysOf(schema).toSorted() : [];
  const defaults = keys.flatMap((key) => {
    const value = items?.properties?.[key]?.default;
    // A default is JSON.
    return value === undefined ? [] : [[key, value] as const];
  });
  return {
    isAtomic: kind !== 'set' && kind !== 'map',
    keys,
    keyDefaults: Object.fromEntries(defaults) as ListType['keyDefaults'],
    items: items ? typeOf(items, isOpen) : untypedAtomic,
  };
}
