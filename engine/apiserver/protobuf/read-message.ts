/**
 * A protobuf message as the JSON that Go would print for the same struct, read by the generated tables. Fields that a table does not
 * know are passed over, as upstream does. Throws a WireError where the bytes are no such message.
 */

import { parseExact } from '../../api/exact-json.ts';
import type { Json } from '../../api/object.ts';
import table from './messages.gen.json' with { type: 'json' };
import { WireError, type WireField, wireFields } from './wire.ts';

type Mode = 'repeated' | 'map' | 'inline' | 'pointer';
type Field = readonly [name: string, type: string, mode?: Mode];
type Value = WireField['value'];
type Built = Record<string, Json>;

/** The generated JSON has this shape; the compiler sees only its literal keys. */
const messages = table as unknown as Readonly<Record<string, Readonly<Record<string, Field>>>>;

export const isMessage = (type: string): boolean => Object.hasOwn(messages, type);

/** Adds to `object`: what comes twice is merged, and a struct that is embedded is part of its owner. */
export function readMessage(type: string, bytes: Uint8Array, object: Built = {}): Built {
  const message = messages[type];
  if (message === undefined) throw new WireError(`no message ${type} is known`);
  for (const { number, value } of wireFields(bytes)) {
    const field = message[number];
    if (field !== undefined) addField(object, field, value);
  }
  return object;
}

function addField(object: Built, [name, type, mode]: Field, value: Value): void {
  switch (mode) {
    case 'inline':
      readMessage(type, asBytes(value, name), object);
      return;
    case 'repeated':
      within<Json[]>(object, name, []).push(readValue(type, value, name));
      return;
    case 'map':
      addEntry(within<Built>(object, name, {}), type, asBytes(value, name));
      return;
    case 'pointer':
      object[name] = readValue(type, value, name);
      return;
    default:
      addPlain(object, [name, type], value);
  }
}

/** Without a pointer, zero is nothing: Go writes it into the message all the same, and leaves it out of JSON. */
function addPlain(object: Built, [name, type]: Field, value: Value): void {
  const earlier = object[name];
  const merged = typeof earlier === 'object' && earlier !== null && !Array.isArray(earlier) ? (earlier as Built) : undefined;
  const read = readValue(type, value, name, merged);
  if (read === null || (isScalar(type) && !read)) delete object[name];
  else object[name] = read;
}

/** What lies under the name already, which this reader then put there, or `made`. */
function within<T extends Json[] | Built>(object: Built, name: string, made: T): T {
  const present = object[name];
  if (present !== undefined) return present as T;
  object[name] = made;
  return made;
}

function addEntry(map: Built, type: string, bytes: Uint8Array): void {
  let key = '';
  let item: Json = scalars[type]?.zero ?? readValue(type, new Uint8Array(), key);
  for (const { number, value } of wireFields(bytes)) {
    if (number === 1) key = utf8(value, 'key');
    else if (number === 2) item = readValue(type, value, 'value');
  }
  // Not an assignment: `__proto__` is an ordinary key.
  Object.defineProperty(map, key, { value: item, enumerable: true, configurable: true, writable: true });
}

interface Scalar {
  readonly read: (value: Value, name: string) => Json;
  readonly zero: Json;
}
const scalars: Readonly<Record<string, Scalar>> = {
  string: { read: utf8, zero: '' },
  bytes: { read: (value, name) => Buffer.from(asBytes(value, name)).toString('base64'), zero: '' },
  int: { read: integer, zero: 0 },
  bool: { read: (value, name) => integer(value, name) !== 0, zero: false },
};
const isScalar = (type: string): boolean => Object.hasOwn(scalars, type);

const machinery = 'k8s.io.apimachinery.pkg';
/** Messages that are no objects in JSON. */
const special: Readonly<Record<string, (fields: ReadonlyMap<number, Value>) => Json>> = {
  [`${machinery}.api.resource.Quantity`]: (fields) => utf8(fields.get(1), 'string') || '0',
  [`${machinery}.util.intstr.IntOrString`]: (fields) =>
    integer(fields.get(1), 'type') === 0 ? integer(fields.get(2), 'intVal') : utf8(fields.get(3), 'strVal'),
  [`${machinery}.apis.meta.v1.Time`]: (fields) => time(fields, false),
  [`${machinery}.apis.meta.v1.MicroTime`]: (fields) => time(fields, true),
  [`${machinery}.apis.meta.v1.FieldsV1`]: rawJson,
  [`${machinery}.runtime.RawExtension`]: rawJson,
};

function readValue(type: string, value: Value, name: string, earlier?: Built): Json {
  const scalar = scalars[type];
  if (scalar) return scalar.read(value, name);
  const bytes = asBytes(value, name);
  const read = special[type];
  if (read) return read(new Map([...wireFields(bytes)].map((field) => [field.number, field.value])));
  const object = readMessage(type, bytes, earlier);
  return isListMessage(type) ? (object.items ?? []) : object;
}

/** A list under another name: `ExtraValue`, `Verbs`. */
function isListMessage(type: string): boolean {
  const fields = Object.values(messages[type] ?? {});
  return fields.length === 1 && fields[0]?.[0] === 'items' && fields[0][1] === 'string';
}

function wrongType(name: string, wireType: number): WireError {
  return new WireError(`proto: wrong wireType = ${wireType} for field ${name.charAt(0).toUpperCase()}${name.slice(1)}`);
}
export function asBytes(value: Value | undefined, name: string): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw wrongType(name, 0);
}
function utf8(value: Value | undefined, name: string): string {
  return value === undefined ? '' : Buffer.from(asBytes(value, name)).toString('utf8');
}
function integer(value: Value | undefined, name: string): number {
  if (value instanceof Uint8Array) throw wrongType(name, 2);
  return value ?? 0;
}

const firstSecond = Date.parse('0001-01-01T00:00:00Z') / 1000;
const lastSecond = Date.parse('9999-12-31T23:59:59Z') / 1000;

/** Null is Go's zero time: what creationTimestamp is before there is one. */
function time(fields: ReadonlyMap<number, Value>, isMicro: boolean): Json {
  const given = Number(integer(fields.get(1), 'seconds'));
  const nanos = Number(integer(fields.get(2), 'nanos'));
  if (given === 0 && nanos === 0) return null;
  const seconds = given + Math.floor(nanos / 1e9);
  if (!(seconds >= firstSecond && seconds <= lastSecond)) throw new WireError('Time: year outside of range [1,9999]');
  const whole = new Date(seconds * 1000).toISOString().slice(0, -'.000Z'.length);
  const micros = Math.floor((nanos - Math.floor(nanos / 1e9) * 1e9) / 1000);
  return isMicro ? `${whole}.${String(micros).padStart(6, '0')}Z` : `${whole}Z`;
}

function rawJson(fields: ReadonlyMap<number, Value>): Json {
  const text = utf8(fields.get(1), 'raw');
  try {
    return text === '' ? null : parseExact(text);
  } catch (cause) {
    throw new WireError(cause instanceof Error ? cause.message : 'malformed JSON');
  }
}
