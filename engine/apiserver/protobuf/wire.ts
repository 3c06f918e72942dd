/** The wire format of protocol buffers: a message as a sequence of numbered values. https://protobuf.dev/programming-guides/encoding */

export class WireError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'WireError';
  }
}

export interface WireField {
  readonly number: number;
  /** Integers of every kind come as bigint, strings and messages as their bytes. */
  readonly value: bigint | Uint8Array;
}

const varint = 0;
const fixed64 = 1;
const lengthDelimited = 2;
const fixed32 = 5;
/** A varint has at most ten bytes. */
const maxShift = 63n;

interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
}

function readVarint(cursor: Cursor): bigint {
  let value = 0n;
  for (let shift = 0n; shift <= maxShift; shift += 7n) {
    const byte = cursor.bytes[cursor.at++];
    if (byte === undefined) throw new WireError('unexpected EOF');
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return BigInt.asUintN(64, value);
  }
  throw new WireError('proto: integer overflow');
}

function readBytes(cursor: Cursor, length: bigint): Uint8Array {
  const end = cursor.at + Number(length);
  if (end > cursor.bytes.length) throw new WireError('unexpected EOF');
  const bytes = cursor.bytes.subarray(cursor.at, end);
  cursor.at = end;
  return bytes;
}

function readFixed(cursor: Cursor, length: number): bigint {
  return readBytes(cursor, BigInt(length)).reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

function readValue(cursor: Cursor, wireType: number): WireField['value'] {
  switch (wireType) {
    case varint:
      return readVarint(cursor);
    case fixed64:
      return readFixed(cursor, 8);
    case lengthDelimited:
      return readBytes(cursor, readVarint(cursor));
    case fixed32:
      return readFixed(cursor, 4);
    default:
      throw new WireError(`proto: illegal wireType ${wireType}`);
  }
}

/** Throws a WireError where the bytes are no message. */
export function* wireFields(bytes: Uint8Array): Generator<WireField> {
  const cursor: Cursor = { bytes, at: 0 };
  while (cursor.at < bytes.length) {
    const tag = Number(readVarint(cursor));
    const number = Math.floor(tag / 8);
    if (number === 0) throw new WireError(`proto: illegal tag ${number}`);
    yield { number, value: readValue(cursor, tag % 8) };
  }
}
