/**
 * JSON whose integers stay as they were written. Kubernetes' numbers are 64 bits wide, a JavaScript number is exact up to 2^53: what lies beyond is read as a BigInt and
 * written as the same digits. Which fields can hold such a value: `metadata.generation` and every `observedGeneration`, `terminationGracePeriodSeconds`,
 * `tolerationSeconds`, sizes of images in a Node's status, quantities written as numbers, and whatever has no schema. All others are refused before: ports, user and group
 * ids, replicas, weights and priorities have 32 bits or a limit of their own.
 */
import type { Json } from './object.ts';

declare global {
  interface BigInt {
    toJSON(): unknown;
  }
  interface JSON {
    rawJSON(text: string): unknown;
  }
}

// The one way to have JSON.stringify write a BigInt; without it it throws.
BigInt.prototype.toJSON = function toJSON(this: bigint): unknown {
  return JSON.rawJSON(this.toString());
};

/** As many digits as the first number that is not exact has. A text without them needs no second look. */
const longNumber = /\d{16}/;

export function hasLongNumber(text: string): boolean {
  return longNumber.test(text);
}

/** Throws a SyntaxError, as JSON.parse does. */
export function parseExact(text: string): Json {
  // What JSON.parse gives is JSON; a BigInt passes for the number that it is.
  if (!hasLongNumber(text)) return JSON.parse(text) as Json;
  return JSON.parse(text, exactly as (key: string, value: unknown) => unknown) as Json;
}

function exactly(_: string, value: unknown, { source }: { readonly source?: string }): unknown {
  const isLong = typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value);
  return isLong && source !== undefined && /^-?\d+$/.test(source) ? BigInt(source) : value;
}

/** As a number where that is exact. */
export function exactInteger(value: bigint): number {
  const number = Number(value);
  // Typed as the number that it stands for: whoever calculates with it makes it one first.
  return Number.isSafeInteger(number) ? number : (value as unknown as number);
}
