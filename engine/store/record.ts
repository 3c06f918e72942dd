/**
 * One record of the log as bytes: a line `["create",<previous>,<key>]`, then the value as JSON. The header stands alone on its line so
 * that a scan learns what happened to which key without parsing values. `previous` is the key's record before this one, 0 if there is
 * none: history is a chain per key.
 */
import { parseExact } from '../api/exact-json.ts';
import type { Json, JsonObject } from '../api/object.ts';
import type { Revision } from './store.ts';

export type RecordType = 'create' | 'update' | 'delete';
export interface RecordHeader {
  readonly type: RecordType;
  readonly previous: Revision;
  readonly key: string;
}
export interface DecodedRecord extends RecordHeader {
  readonly value: JsonObject;
  readonly sizeBytes: number;
}

const newline = 0x0a;
const nothing: JsonObject = Object.freeze({});

/** `json` is the value's text; empty for a deletion. */
export function encodeRecord(header: RecordHeader, json: string): Buffer {
  return Buffer.from(`${JSON.stringify([header.type, header.previous, header.key])}\n${json}`);
}

export function decodeHeader(bytes: Buffer): RecordHeader {
  return parseHeader(bytes, headerEnd(bytes));
}

export function decodeRecord(bytes: Buffer): DecodedRecord {
  const end = headerEnd(bytes);
  const header = parseHeader(bytes, end);
  const sizeBytes = bytes.length - end - 1;
  // The text was made by `JSON.stringify` of a JsonObject.
  const value = sizeBytes === 0 ? nothing : (freeze(parseExact(bytes.toString('utf8', end + 1))) as JsonObject);
  return { ...header, value, sizeBytes };
}

/** The value of a record as it was written. */
export function valueText(bytes: Buffer): Buffer {
  return bytes.subarray(headerEnd(bytes) + 1);
}

function headerEnd(bytes: Buffer): number {
  const end = bytes.indexOf(newline);
  if (end < 0) throw new Error('a log record has no header');
  return end;
}

function parseHeader(bytes: Buffer, end: number): RecordHeader {
  const header: unknown = JSON.parse(bytes.toString('utf8', 0, end));
  if (!Array.isArray(header) || header.length !== 3) throw new Error('a log record has a header of unknown form');
  const [type, previous, key] = header as readonly unknown[];
  if ((type !== 'create' && type !== 'update' && type !== 'delete') || typeof previous !== 'number' || typeof key !== 'string')
    throw new Error('a log record has a header of unknown form');
  return { type, previous, key };
}

/** Freezes a value and everything in it; what is frozen already is taken to be frozen throughout. */
export function freeze<T extends Json>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const part of Object.values(value)) if (typeof part === 'object' && part !== null) freeze(part as Json);
  return Object.freeze(value);
}
