/** Values while a rule runs: CEL's own, and JSON seen through its schema, which is turned into values only where a rule looks. */

import { identityOf } from '../custom/correlate.ts';
import { additionalOf, isObject, itemsOf, listTypeOf, mapKeysOf, propertyOf, type Schema } from '../custom/schema.ts';
import type { Json, JsonObject } from '../object.ts';
import type { Quantity } from '../quantity.ts';
import { asResource, typeOfSchema, unescapedName } from './types.ts';

/** Ends the evaluation of a rule, unless an `&&` or `||` does not need it. */
export class CelError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CelError';
  }
}
export const noOverload = (): CelError => new CelError('no such overload');

export class Uint {
  readonly value: bigint;
  constructor(value: bigint) {
    if (value < 0n || value >= 2n ** 64n) throw new CelError('unsigned integer overflow');
    this.value = value;
  }
}
/** Nanoseconds; since the epoch for a time. */
export class Timestamp {
  readonly ns: bigint;
  constructor(ns: bigint) {
    if (ns < -62_135_596_800n * 10n ** 9n || ns >= 253_402_300_800n * 10n ** 9n) throw new CelError('timestamp overflow');
    this.ns = ns;
  }
}
export class Duration {
  readonly ns: bigint;
  constructor(ns: bigint) {
    if (ns < -(2n ** 63n) || ns >= 2n ** 63n) throw new CelError('integer overflow');
    this.ns = ns;
  }
}
export class Optional {
  readonly value: Value | undefined;
  constructor(value?: Value) {
    this.value = value;
  }
}
export class TypeValue {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}
/** A value of one of Kubernetes' own types. */
export class Opaque {
  readonly type: 'kubernetes.Quantity' | 'kubernetes.Semver' | 'net.CIDR' | 'net.IP' | 'net.URL' | 'format';
  /** What it was made from. */
  readonly text: string;
  readonly content: unknown;
  constructor(type: Opaque['type'], text: string, content: unknown) {
    this.type = type;
    this.text = text;
    this.content = content;
  }
}
export const quantityIn = (value: Opaque): Quantity => value.content as Quantity;

export class List {
  readonly #make: (index: number) => Value;
  readonly #known: (Value | undefined)[] = [];
  readonly size: number;
  /** Of a list of the schema: sets and maps compare without order. */
  readonly schema: Schema | undefined;
  readonly json: readonly Json[] | undefined;
  constructor(size: number, make: (index: number) => Value, from?: { readonly schema: Schema; readonly json: readonly Json[] }) {
    this.size = size;
    this.#make = make;
    this.schema = from?.schema;
    this.json = from?.json;
  }
  at(index: number): Value {
    const known = this.#known[index];
    if (known !== undefined) return known;
    const made = this.#make(index);
    this.#known[index] = made;
    return made;
  }
  items(): readonly Value[] {
    return Array.from({ length: this.size }, (_, index) => this.at(index));
  }
}
export const listOf = (items: readonly Value[]): List => new List(items.length, (index) => items[index] ?? null);

export class CelMap {
  readonly #entries: ReadonlyMap<string, readonly [Value, Value]>;
  constructor(entries: Iterable<readonly [Value, Value]>) {
    this.#entries = new Map(
      [...entries].map((entry) => {
        if (typeof entry[0] === 'number') throw new CelError('unsupported key type');
        return [keyText(entry[0]), entry];
      }),
    );
  }
  get size(): number {
    return this.#entries.size;
  }
  get(key: Value): Value | undefined {
    return this.#entries.get(keyText(key))?.[1];
  }
  entries(): readonly (readonly [Value, Value])[] {
    return [...this.#entries.values()];
  }
}
/** Numbers of all kinds that are equal are one key. */
function keyText(key: Value): string {
  if (typeof key === 'string') return `s${key}`;
  if (typeof key === 'boolean') return `b${key}`;
  if (typeof key === 'bigint') return `n${key}`;
  if (key instanceof Uint) return `n${key.value}`;
  if (typeof key === 'number') return `n${Number.isInteger(key) ? BigInt(key) : key}`;
  throw new CelError('unsupported key type');
}

/** An object of which the schema names the members. */
export class CelObject {
  readonly json: JsonObject;
  readonly schema: Schema;
  constructor(json: JsonObject, schema: Schema) {
    this.json = json;
    this.schema = schema;
  }
  /** Undefined where the object has no such member. */
  get(name: string): Value | undefined {
    const property = unescapedName(name, this.schema);
    if (property === undefined || !Object.hasOwn(this.json, property)) return undefined;
    return toValue(this.json[property] ?? null, propertyOf(this.schema, property));
  }
}

export type Value =
  | null
  | boolean
  | bigint
  | number
  | string
  | Uint8Array
  | Uint
  | Timestamp
  | Duration
  | Optional
  | TypeValue
  | Opaque
  | List
  | CelMap
  | CelObject;

/** JSON as the schema means it; without one as it looks. */
export function toValue(json: Json, schema: Schema | undefined): Value {
  if (json === null || typeof json === 'boolean') return json;
  if (typeof json === 'string') return textValue(json, schema);
  if (typeof json === 'number' || typeof json === 'bigint') return numberValue(json, schema);
  if (Array.isArray(json)) {
    const items = itemsOf(schema);
    return new List(json.length, (index) => toValue(json[index] ?? null, items), schema && { schema, json });
  }
  // Neither a list nor a scalar.
  const object = json as JsonObject;
  const additional = additionalOf(schema);
  if (schema && !additional && schema.type === 'object') {
    const type = typeOfSchema(schema);
    return new CelObject(object, type?.kind === 'object' ? type.schema : schema);
  }
  return new CelMap(Object.entries(object).map(([key, value]) => [key, toValue(value, additional)]));
}
export function rootValue(json: JsonObject, schema: Schema): Value {
  return new CelObject(json, asResource(schema));
}

function numberValue(json: number | bigint, schema: Schema | undefined): Value {
  if (typeof json === 'bigint') return json;
  if (schema?.type === 'number') return json;
  return Number.isInteger(json) ? BigInt(json) : json;
}
function textValue(text: string, schema: Schema | undefined): Value {
  if (schema?.type !== 'string' || !schema.format) return text;
  switch (schema.format) {
    case 'byte':
      return Uint8Array.from(atobBytes(text));
    case 'date':
    case 'date-time':
      return parseTimestamp(schema.format === 'date' ? `${text}T00:00:00Z` : text);
    case 'duration':
      return parseDuration(text);
    default:
      return text;
  }
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
function* atobBytes(text: string): Generator<number> {
  let bits = 0;
  let count = 0;
  for (const character of text) {
    const value = alphabet.indexOf(character);
    if (value < 0) continue;
    bits = ((bits << 6) | value) & 0xffff;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    yield (bits >> count) & 0xff;
  }
}

const nsPer: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1000n,
  µs: 1000n,
  μs: 1000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};
const durationText = /^([-+]?)((?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/;
const durationPart = /(\d*)(?:\.(\d*))?(ns|us|µs|μs|ms|s|m|h)/g;
export function parseDuration(text: string): Duration {
  const match = durationText.exec(text);
  if (!match && !/^[-+]?0$/.test(text)) throw new CelError(`time: invalid duration ${JSON.stringify(text)}`);
  let total = 0n;
  for (const [, whole = '', fraction = '', unit = 's'] of text.matchAll(durationPart)) {
    const scale = nsPer[unit] ?? 1n;
    total += BigInt(whole || '0') * scale + (fraction ? (BigInt(fraction) * scale) / 10n ** BigInt(fraction.length) : 0n);
  }
  return new Duration(match?.[1] === '-' ? -total : total);
}

const timeText = /^(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(?:\.(\d{1,9})\d*)?([Zz]|[+-]\d\d:\d\d)$/;
export function parseTimestamp(text: string): Timestamp {
  const match = timeText.exec(text);
  const ms = match ? Date.parse(`${match[1]}T${match[2]}${match[4]?.toUpperCase()}`) : Number.NaN;
  if (Number.isNaN(ms)) throw new CelError(`parsing time ${JSON.stringify(text)} as "2006-01-02T15:04:05Z07:00"`);
  return new Timestamp(BigInt(ms) * 1_000_000n + BigInt((match?.[3] ?? '').padEnd(9, '0')));
}

export function typeNameOf(value: Value): string {
  if (value === null) return 'null_type';
  if (typeof value === 'bigint') return 'int';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return 'double';
  if (typeof value === 'string') return 'string';
  if (value instanceof Uint8Array) return 'bytes';
  if (value instanceof Uint) return 'uint';
  if (value instanceof Timestamp) return 'google.protobuf.Timestamp';
  if (value instanceof Duration) return 'google.protobuf.Duration';
  if (value instanceof List) return 'list';
  if (value instanceof CelMap) return 'map';
  if (value instanceof Optional) return 'optional_type';
  if (value instanceof Opaque) return value.type;
  return value instanceof TypeValue ? 'type' : 'object';
}

/** Identities of a list's items, where the schema says that order does not count. */
export function unordered(list: List): readonly string[] | undefined {
  const listType = listTypeOf(list.schema);
  if (!list.schema || !list.json || (listType !== 'set' && listType !== 'map')) return undefined;
  const keys = mapKeysOf(list.schema);
  return list.json.map((item) => (listType === 'map' && isObject(item) ? identityOf(item, keys) : JSON.stringify(item)));
}
