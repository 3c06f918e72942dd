/** Decoders of single values: what is accepted, how it is written canonically, and the words of Go's decoder where it is not. */
import type { Json } from './object.ts';
import { canonicalQuantity } from './quantity.ts';

/** A value that cannot be read at all. The message is Go's. */
export class DecodeError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'DecodeError';
  }
}

/** Where the walk is, and what it has met. The first mismatch wins, as in Go. */
export interface DecodeContext {
  /** Fields and list indexes from the root; map keys count too. */
  readonly path: (string | number)[];
  /** Struct fields only: what Go calls the field stack. */
  readonly fields: string[];
  struct: string;
  mismatch: string | undefined;
  readonly unknown: UnknownField[];
}
export interface UnknownField {
  readonly path: string;
  /** The field that was probably meant. */
  readonly meant?: string;
}

/** Undefined means: as if the field had not been given. */
export type Decoder = (value: Json, context: DecodeContext) => Json | undefined;

/** Go's name for what was found. */
function found(value: Json): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (isBigInt(value)) return 'number';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

/** An integer that a number cannot hold: see exact-json.ts. */
function isBigInt(value: unknown): boolean {
  return typeof value === 'bigint';
}

function mismatchText(what: string, goType: string, { struct, fields }: DecodeContext): string {
  const place = fields.length === 0 ? 'value' : `struct field ${struct}.${fields.join('.')}`;
  return `json: cannot unmarshal ${what} into Go ${place} of type ${goType}`;
}

/** Notes the mismatch and goes on, as Go does, so that unknown fields behind it are met as well. */
export function mismatch(value: Json, goType: string, context: DecodeContext): undefined {
  context.mismatch ??= mismatchText(found(value), goType, context);
  return undefined;
}

export function stringDecoder(goType: string): Decoder {
  return (value, context) => (typeof value === 'string' ? value : mismatch(value, goType, context));
}
export const booleanDecoder: Decoder = (value, context) => (typeof value === 'boolean' ? value : mismatch(value, 'bool', context));
export const numberDecoder: Decoder = (value, context) =>
  typeof value === 'number' || isBigInt(value) ? Number(value) : mismatch(value, 'float64', context);

/** `int32` or `int64`; an int64 beyond 2^53 is a BigInt. */
export function integerDecoder(goType: string): Decoder {
  const limit = goType === 'int32' ? 2 ** 31 : 2 ** 63;
  return (value, context) => {
    const isLong = isBigInt(value);
    if (typeof value !== 'number' && !isLong) return mismatch(value, goType, context);
    // A BigInt compares as a number does.
    const number = value as number;
    if ((isLong || Number.isInteger(number)) && number < limit && number >= -limit) return value;
    context.mismatch ??= mismatchText(`number ${value}`, goType, context);
    return undefined;
  };
}

const int32 = integerDecoder('int32');
export const intOrStringDecoder: Decoder = (value, context) => (typeof value === 'string' ? value : int32(value, context));

/** Numbers are accepted as well as strings; both come out canonical. */
export const quantityDecoder: Decoder = (value) => {
  const text =
    typeof value === 'string' ? value.trim() : typeof value === 'number' || isBigInt(value) ? String(value) : JSON.stringify(value);
  return canonicalQuantity(text);
};

export const base64Decoder: Decoder = (value, context) => {
  if (typeof value !== 'string') return mismatch(value, '[]uint8', context);
  const text = value.replace(/[\r\n]/g, '');
  const wrong = text.search(/[^A-Za-z0-9+/]/);
  const isPadding = wrong >= 0 && /^={1,2}$/.test(text.slice(wrong));
  if ((wrong < 0 || isPadding) && text.length % 4 === 0) return text;
  throw new DecodeError(`illegal base64 data at input byte ${wrong < 0 || isPadding ? text.length : wrong}`);
};

const rfc3339 = /^(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(?:[.,](\d+))?(Z|z|[+-]\d\d:\d\d)$/;

/** UTC; whole seconds, or six decimals for MicroTime. */
export function timeDecoder(isMicro: boolean): Decoder {
  return (value, context) => {
    if (typeof value !== 'string') throw new DecodeError(mismatchText(found(value), 'string', context));
    const match = rfc3339.exec(value);
    const ms = match === null ? Number.NaN : Date.parse(`${match[1]}T${match[2]}${match[4]?.toUpperCase()}`);
    if (Number.isNaN(ms)) {
      const layout = isMicro ? '2006-01-02T15:04:05.000000Z07:00' : '2006-01-02T15:04:05Z07:00';
      const text = JSON.stringify(value);
      throw new DecodeError(`parsing time ${text} as ${JSON.stringify(layout)}: cannot parse ${text} as "2006"`);
    }
    const seconds = new Date(ms).toISOString().slice(0, 19);
    return isMicro ? `${seconds}.${(match?.[3] ?? '').slice(0, 6).padEnd(6, '0')}Z` : `${seconds}Z`;
  };
}
