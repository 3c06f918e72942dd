/**
 * The wire format of protocol buffers: a message as a sequence of numbered values. Bytes are looked at once, so time is linear in them.
 * https://protobuf.dev/programming-guides/encoding; the words of refusals are those of the Go code that reads Kubernetes' messages.
 */
import { exactInteger } from '../../api/exact-json.ts';

export class WireError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'WireError';
  }
}

export interface WireField {
  readonly number: number;
  /** Integers of every kind (signed, exact up to 2^53) come as numbers, strings and messages as their bytes. */
  readonly value: number | Uint8Array;
}

const varint = 0;
const fixed64 = 1;
const lengthDelimited = 2;
const fixed32 = 5;
const maxVarintBytes = 10;
const maxFieldNumber = 2 ** 29 - 1;

interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
}

/** Three parts of 28, 28 and 8 bits, the last with the sign; what a number cannot hold is a BigInt. */
function readVarint(cursor: Cursor): number {
  let low = 0;
  let middle = 0;
  let high = 0;
  for (let index = 0; index < maxVarintBytes; index++) {
    const byte = cursor.bytes[cursor.at++];
    if (byte === undefined) throw new WireError('unexpected EOF');
    const bits = byte & 0x7f;
    if (index < 4) low |= bits << (7 * index);
    else if (index < 8) middle |= bits << (7 * (index - 4));
    else high |= bits << (7 * (index - 8));
    if (byte >= 0x80) continue;
    const signed = (high << 24) >> 24;
    const sum = signed * 2 ** 56 + middle * 2 ** 28 + low;
    return Number.isSafeInteger(sum) ? sum : exactInteger(BigInt(signed) * 2n ** 56n + BigInt(middle) * 2n ** 28n + BigInt(low));
  }
  throw new WireError('proto: integer overflow');
}

function readBytes(cursor: Cursor, length: number): Uint8Array {
  if (length < 0) throw new WireError('proto: negative length found during unmarshaling');
  const end = cursor.at + length;
  if (end > cursor.bytes.length) throw new WireError('unexpected EOF');
  const bytes = cursor.bytes.subarray(cursor.at, end);
  cursor.at = end;
  return bytes;
}

function readFixed(cursor: Cursor, length: number): number {
  const bytes = readBytes(cursor, length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, length);
  return length === 4 ? view.getInt32(0, true) : exactInteger(view.getBigInt64(0, true));
}

function readValue(cursor: Cursor, wireType: number): WireField['value'] {
  switch (wireType) {
    case varint:
      return readVarint(cursor);
    case fixed64:
      return readFixed(cursor, 8);
    case lengthDelimited:
      return readBytes(cursor, Number(readVarint(cursor)));
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
    if (number < 1 || number > maxFieldNumber) throw new WireError(`proto: illegal tag ${number} (wire type ${tag & 7})`);
    yield { number, value: readValue(cursor, tag & 7) };
  }
}
