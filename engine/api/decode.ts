/**
 * Reads an untrusted JSON value as a type of the API, as Kubernetes' own decoder does: type mismatches in Go's words, unknown fields
 * collected and left out, nulls and empty optional lists, maps and strings dropped, quantities and times canonical. What the types call
 * required is there afterwards (as its zero value), as in a Go struct, so that defaults and validation may rely on it.
 * Each type is compiled once into a table of decoders; a value is walked once.
 * Upstream: sigs.k8s.io/json and k8s.io/apimachinery/pkg/runtime/serializer/json.
 */
import {
  base64Decoder,
  booleanDecoder,
  type DecodeContext,
  DecodeError,
  type Decoder,
  integerDecoder,
  intOrStringDecoder,
  mismatch,
  numberDecoder,
  quantityDecoder,
  stringDecoder,
  timeDecoder,
  type UnknownField,
} from './decode-scalars.ts';
import { goStruct, goTypes } from './go-types.ts';
import { nearest } from './nearest.ts';
import type { Json, JsonObject } from './object.ts';
import { QuantityError } from './quantity.ts';
import { type FieldSchema, isKeptWhenEmpty, isQuantity, isRequiredPointer, isSchemaOrOther, plainTypeName, typeSchema } from './schema.ts';

export interface Decoded {
  readonly value: JsonObject;
  /** In the order in which they were met. */
  readonly unknown: readonly UnknownField[];
}

/** The most that is reported, as upstream. */
const maxUnknown = 100;

/** Throws a DecodeError with Go's message where a value has the wrong type. `type` is a name of `schema.gen.json`. */
export function decodeAs(type: string, value: Json): Decoded {
  const context: DecodeContext = { path: [], fields: [], struct: '', mismatch: undefined, unknown: [] };
  let decoded: Json | undefined;
  try {
    decoded = structDecoder(type)(value, context);
  } catch (error) {
    if (error instanceof QuantityError) throw new DecodeError(error.message);
    throw error;
  }
  if (context.mismatch !== undefined) throw new DecodeError(context.mismatch);
  // A struct decoder gives an object or notes a mismatch.
  return { value: (decoded ?? {}) as JsonObject, unknown: context.unknown };
}

interface StructPlan {
  readonly goName: string;
  readonly goType: string;
  readonly fields: ReadonlyMap<string, Decoder>;
  /** Required fields and how their zero value is made. */
  readonly zeros: readonly (readonly [string, () => Json])[];
}

/** Filled as types are met; the tables never change, so sharing them is safe. */
const plans = new Map<string, StructPlan>();

function planOf(type: string): StructPlan {
  const known = plans.get(type);
  if (known) return known;
  const schema = typeSchema(type);
  if (schema === undefined) throw new Error(`no type ${type} in the schema table`);
  const entries = Object.entries(schema);
  // A type of the API itself has its metadata and spec even where the table calls them optional.
  const isObject = 'apiVersion' in schema && 'kind' in schema && 'metadata' in schema;
  const isPresent = (name: string, field: FieldSchema) => field.required || (isObject && (name === 'metadata' || name === 'spec'));
  const plan: StructPlan = {
    goName: plainTypeName(type),
    goType: goStruct(type),
    fields: new Map(entries.map(([name, field]) => [name, fieldDecoder(type, name, field)])),
    zeros: entries.flatMap(([name, field]) => {
      const zero = isPresent(name, field) && !isRequiredPointer(type, name) ? zeroOf(field) : undefined;
      return zero ? [[name, zero] as const] : [];
    }),
  };
  plans.set(type, plan);
  return plan;
}

function zeroOf(field: FieldSchema): (() => Json) | undefined {
  if (field.container === 'array') return () => [];
  if (field.container === 'map') return () => ({});
  if (typeSchema(field.type)) return () => withZeros({}, planOf(field.type));
  if (field.type === 'boolean') return () => false;
  if (field.type === 'integer' || field.type === 'number' || field.type === 'int-or-string') return () => 0;
  // A time has no zero that could be written, and what is `any` has none at all.
  return field.type === 'string' && field.format === undefined ? () => '' : undefined;
}

function withZeros(object: Record<string, Json>, plan: StructPlan): Record<string, Json> {
  for (const [name, zero] of plan.zeros) if (object[name] === undefined) object[name] = zero();
  return object;
}

/** `__proto__` is an ordinary key in a ConfigMap. */
function setOwn(object: Record<string, Json>, key: string, value: Json): void {
  if (key === '__proto__') Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  else object[key] = value;
}

function isJsonObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function structDecoder(type: string): Decoder {
  let plan: StructPlan | undefined;
  return (value, context) => {
    // Compiled when first met: types refer to themselves (JSONSchemaProps).
    plan ??= planOf(type);
    if (!isJsonObject(value)) return mismatch(value, plan.goType, context);
    const outer = context.struct;
    const result: Record<string, Json> = {};
    for (const key of Object.keys(value)) {
      const decoder = plan.fields.get(key);
      const given = value[key] ?? null;
      context.path.push(key);
      if (decoder === undefined) noteUnknown(key, plan, context);
      else if (given !== null) {
        context.struct = plan.goName;
        context.fields.push(key);
        const decoded = decoder(given, context);
        if (decoded !== undefined) result[key] = decoded;
        context.fields.pop();
      }
      context.path.pop();
    }
    context.struct = outer;
    return withZeros(result, plan);
  };
}

function noteUnknown(key: string, plan: StructPlan, context: DecodeContext): void {
  if (context.unknown.length >= maxUnknown) return;
  const meant = nearest(key, plan.fields.keys());
  context.unknown.push({ path: formatPath(context.path), ...(meant === undefined ? {} : { meant }) });
}

function formatPath(path: readonly (string | number)[]): string {
  let text = '';
  for (const step of path) text += typeof step === 'number' ? `[${step}]` : text === '' ? step : `.${step}`;
  return text;
}

function elementDecoder(owner: string, name: string, field: FieldSchema, goType: string): Decoder {
  if (isQuantity(owner, name)) return quantityDecoder;
  if (field.format === 'byte') return base64Decoder;
  if (field.format === 'date-time' || field.format === 'micro-time') return timeDecoder(field.format === 'micro-time');
  if (field.type.endsWith('[]')) return listDecoder(stringDecoder('string'), goType, () => '');
  switch (field.type) {
    case 'string':
      return stringDecoder(goType);
    case 'integer':
      return integerDecoder(goType);
    case 'number':
      return numberDecoder;
    case 'boolean':
      return booleanDecoder;
    case 'int-or-string':
      return intOrStringDecoder;
    case 'any':
      return isSchemaOrOther(owner, name) ? schemaOrOther(owner) : (value) => value;
    default:
      return structDecoder(field.type);
  }
}

/** A schema where one is given; a flag, or a list, stays what it is. */
function schemaOrOther(type: string): Decoder {
  const decoder = structDecoder(type);
  return (value, context) => (isJsonObject(value) ? decoder(value, context) : value);
}

/** What a null inside a list or a map stands for. */
function nullElement(owner: string, name: string, field: FieldSchema): () => Json {
  if (isQuantity(owner, name)) return () => '0';
  const { container: _, ...element } = field;
  return zeroOf(element) ?? (() => null);
}

function listDecoder(element: Decoder, goType: string, forNull: () => Json): Decoder {
  return (value, context) => {
    if (!Array.isArray(value)) return mismatch(value, goType, context);
    const result: Json[] = [];
    for (let index = 0; index < value.length; index += 1) {
      context.path.push(index);
      const decoded = value[index] === null ? forNull() : element(value[index], context);
      if (decoded !== undefined) result.push(decoded);
      context.path.pop();
    }
    return result;
  };
}

function mapDecoder(element: Decoder, goType: string, forNull: () => Json): Decoder {
  return (value, context) => {
    if (!isJsonObject(value)) return mismatch(value, goType, context);
    const result: Record<string, Json> = {};
    for (const key of Object.keys(value)) {
      context.path.push(key);
      const given = value[key] ?? null;
      const decoded = given === null ? forNull() : element(given, context);
      if (decoded !== undefined) setOwn(result, key, decoded);
      context.path.pop();
    }
    return result;
  };
}

function fieldDecoder(owner: string, name: string, field: FieldSchema): Decoder {
  const { element: elementType, whole } = goTypes(owner, name, field);
  const element = elementDecoder(owner, name, field, elementType);
  const isKept = field.required === true || isKeptWhenEmpty(owner, name);
  if (field.container === undefined) {
    if (field.plain) return (value, context) => element(value, context) || undefined;
    if (isKept || field.type !== 'string' || field.format !== undefined || field.pointer) return element;
    return (value, context) => (value === '' ? undefined : element(value, context));
  }
  const forNull = nullElement(owner, name, field);
  const decoder = field.container === 'array' ? listDecoder(element, whole, forNull) : mapDecoder(element, whole, forNull);
  if (isKept) return decoder;
  return (value, context) => {
    const decoded = decoder(value, context);
    return decoded !== undefined && isEmpty(decoded) ? undefined : decoded;
  };
}

function isEmpty(value: Json): boolean {
  if (Array.isArray(value)) return value.length === 0;
  for (const _ in value as JsonObject) return false;
  return true;
}
