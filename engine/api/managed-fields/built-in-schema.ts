/** The generated types as server-side apply sees them. Upstream: k8s.io/kube-openapi/pkg/schemaconv, over the OpenAPI definitions. */
import { atomicTypes, isAtomicMap, mergeRule } from '../merge-rules.ts';
import type { Json, JsonObject } from '../object.ts';
import { type FieldSchema, isQuantity, isRequiredPointer, isSchemaOrOther, type TypeSchema, typeSchema } from '../schema.ts';
import { deduced, type FieldType, type ListType, type MapType, type TypedSchema, untypedAtomic } from './typed-schema.ts';

const untyped: FieldType = { scalar: 'untyped' };
const scalars: Readonly<Record<string, FieldType>> = {
  integer: { scalar: 'numeric' },
  number: { scalar: 'numeric' },
  boolean: { scalar: 'boolean' },
};
const text: FieldType = { scalar: 'string' };

/** Each is made once; the tables never change, so sharing them is safe. */
const structs = new Map<string, FieldType>();
const typed = new Map<string, TypedSchema>();

/** `type` is a name of `schema.gen.json`. */
export function builtInSchema(type: string): TypedSchema {
  const found = typed.get(type) ?? { type: structType(type, atomicTypes.has(type)), empty: emptyStruct(type, true) };
  typed.set(type, found);
  return found;
}

function need(type: string): TypeSchema {
  const schema = typeSchema(type);
  if (!schema) throw new Error(`no type ${type} in the schema table`);
  return schema;
}

function structType(type: string, isAtomic: boolean): FieldType {
  const key = `${type} ${isAtomic}`;
  const known = structs.get(key);
  if (known) return known;
  let fields: ReadonlyMap<string, FieldType> | undefined;
  const map: MapType = {
    isAtomic,
    // When first met: types refer to themselves (JSONSchemaProps).
    get fields() {
      fields ??= new Map(Object.entries(need(type)).map(([name, field]) => [name, fieldType(type, name, field)]));
      return fields;
    },
  };
  const made = { map };
  structs.set(key, made);
  return made;
}

function fieldType(owner: string, name: string, field: FieldSchema): FieldType {
  const element = elementType(owner, name, field);
  if (field.container === 'array') return { list: listType(owner, name, { field, items: element }) };
  if (field.container === 'map') return { map: { isAtomic: isAtomicMap(owner, name) === true, fields: new Map(), rest: element } };
  return element;
}

/** One value of a field. */
function elementType(owner: string, name: string, { type, format, container }: FieldSchema): FieldType {
  if (isQuantity(owner, name) || type === 'int-or-string') return untyped;
  if (type.endsWith('[]')) return { list: { isAtomic: true, keys: [], keyDefaults: {}, items: text } };
  if (type === 'any') return name === 'fieldsV1' || isSchemaOrOther(owner, name) || owner === 'JSONSchemaProps' ? deduced : untypedAtomic;
  if (type === 'string') return format === undefined || format === 'byte' ? text : untyped;
  const scalar = scalars[type];
  if (scalar) return scalar;
  const isAtomic = container === undefined ? isAtomicMap(owner, name) : undefined;
  return structType(type, isAtomic ?? atomicTypes.has(type));
}

function listType(owner: string, name: string, { field, items }: { readonly field: FieldSchema; readonly items: FieldType }): ListType {
  const rule = mergeRule(owner, name);
  const isAtomic = rule?.listType === undefined || rule.listType === 'atomic';
  const keys = rule?.listType === 'map' ? (rule.listMapKeys ?? []).toSorted() : [];
  const defaults = keys.flatMap((key) => {
    const value = keyDefault(field.type, key);
    return value === undefined ? [] : [[key, value] as const];
  });
  return { isAtomic, keys, keyDefaults: Object.fromEntries(defaults), items };
}

/** A port's protocol has a default of its own; others have the zero of their Go type, where that is no pointer. */
function keyDefault(type: string, key: string): Json | undefined {
  if (key === 'protocol') return 'TCP';
  const field = typeSchema(type)?.[key];
  if (field?.required) return field.type === 'integer' ? 0 : '';
  return type === 'LocalObjectReference' ? '' : undefined;
}

/** Optional in the API and yet no pointer in Go: an empty one is always there. */
const plainStructs: ReadonlySet<string> = new Set([
  'CoreEvent.source',
  'DaemonSetSpec.updateStrategy',
  'DeploymentSpec.strategy',
  'NodeStatus.daemonEndpoints',
  'NodeStatus.nodeInfo',
  'NodeDaemonEndpoints.kubeletEndpoint',
  'PersistentVolumeClaimSpec.resources',
  'PodTemplate.template',
  'PodTemplateSpec.metadata',
  'PodTemplateSpec.spec',
  'ReplicaSetSpec.template',
  'ServiceStatus.loadBalancer',
  'IngressStatus.loadBalancer',
  'StatefulSetSpec.updateStrategy',
  'JobTemplateSpec.metadata',
  'JobTemplateSpec.spec',
]);
const rootParts: ReadonlySet<string> = new Set(['metadata', 'spec', 'status']);

function emptyStruct(type: string, isRoot: boolean): JsonObject {
  return Object.fromEntries(
    Object.entries(need(type)).flatMap(([name, field]) => {
      const value = emptyField(type, name, { field, isRoot });
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}

function emptyField(
  type: string,
  name: string,
  { field, isRoot }: { readonly field: FieldSchema; readonly isRoot: boolean },
): Json | undefined {
  const isStruct = field.container === undefined && typeSchema(field.type) !== undefined;
  const isThere = isStruct && ((isRoot && rootParts.has(name)) || plainStructs.has(`${type}.${name}`));
  if (!isThere && (field.required !== true || isRequiredPointer(type, name))) return undefined;
  if (isStruct) return emptyStruct(field.type, false);
  if (field.container === 'array') return [];
  if (field.container === 'map') return {};
  if (field.type === 'boolean') return false;
  if (field.type === 'integer' || field.type === 'number' || field.type === 'int-or-string') return 0;
  return field.type === 'string' && field.format === undefined ? '' : undefined;
}
