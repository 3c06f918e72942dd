/** Equality and order, across the numeric types too. Upstream: cel-go's common/types. */
import { compareQuantity } from '../quantity.ts';
import type { Meter } from './meter.ts';
import {
  CelMap,
  CelObject,
  Duration,
  List,
  Opaque,
  Optional,
  quantityIn,
  Timestamp,
  TypeValue,
  Uint,
  unordered,
  type Value,
} from './values.ts';

/** Of two numbers of whatever types; undefined where one is none. */
export function compareNumbers(a: Value, b: Value): number | undefined {
  const [one, other] = [numeric(a), numeric(b)];
  if (one === undefined || other === undefined) return undefined;
  // As Go: beside a float an integer is one.
  const isExact = typeof one === 'bigint' && typeof other === 'bigint';
  const [left, right] = isExact ? [one, other] : [Number(one), Number(other)];
  // With NaN nothing is less, more or equal.
  if (left < right) return -1;
  if (left > right) return 1;
  return left === right ? 0 : Number.NaN;
}
function numeric(value: Value): bigint | number | undefined {
  if (typeof value === 'bigint' || typeof value === 'number') return value;
  return value instanceof Uint ? value.value : undefined;
}

/** Undefined where the two have no order. */
export function compare(a: Value, b: Value): number | undefined {
  const numbers = compareNumbers(a, b);
  if (numbers !== undefined) return numbers;
  if (typeof a === 'string' && typeof b === 'string') return compareTexts(a, b);
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b);
  if (a instanceof Uint8Array && b instanceof Uint8Array) return compareBytes(a, b);
  if (a instanceof Timestamp && b instanceof Timestamp) return Number(a.ns > b.ns) - Number(a.ns < b.ns);
  if (a instanceof Duration && b instanceof Duration) return Number(a.ns > b.ns) - Number(a.ns < b.ns);
  return undefined;
}
/** By code points, as Go compares UTF-8. */
function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const [left = 0, right = 0] = [a.charCodeAt(index), b.charCodeAt(index)];
    if (left === right) continue;
    // A surrogate stands for something above all that is none.
    const [l, r] = [left >= 0xd800 && left < 0xe000 ? left + 0x10000 : left, right >= 0xd800 && right < 0xe000 ? right + 0x10000 : right];
    return l - r;
  }
  return a.length - b.length;
}
function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const at = a.findIndex((byte, index) => byte !== b[index]);
  return at < 0 || at >= b.length ? a.length - b.length : (a[at] ?? 0) - (b[at] ?? 0);
}

/** Values of different types are not equal, and no error. Every pair that is looked at costs. */
export function isEqual(a: Value, b: Value, meter: Meter): boolean {
  meter.charge(1);
  if (a === b) return true;
  if (a === null || b === null) return false;
  if (typeof a === 'string' && typeof b === 'string') {
    meter.chargeText(Math.min(a.length, b.length));
    return false;
  }
  return containersEqual(a, b, meter) ?? compare(a, b) === 0;
}
/** Undefined where they are nothing that holds others. */
function containersEqual(a: Value, b: Value, meter: Meter): boolean | undefined {
  if (a instanceof List && b instanceof List) return listsEqual(a, b, meter);
  if (a instanceof CelMap && b instanceof CelMap) return mapsEqual(a, b, meter);
  if (a instanceof CelObject && b instanceof CelObject) return objectsEqual(a, b, meter);
  if (a instanceof Optional && b instanceof Optional)
    return a.value === undefined || b.value === undefined ? a.value === b.value : isEqual(a.value, b.value, meter);
  if (a instanceof TypeValue && b instanceof TypeValue) return a.name === b.name;
  return a instanceof Opaque && b instanceof Opaque ? a.type === b.type && opaquesEqual(a, b) : undefined;
}
function opaquesEqual(a: Opaque, b: Opaque): boolean {
  if (a.type === 'kubernetes.Quantity') return compareQuantity(quantityIn(a), quantityIn(b)) === 0;
  return String(a.content) === String(b.content);
}
function listsEqual(a: List, b: List, meter: Meter): boolean {
  if (a.size !== b.size) return false;
  const [left, right] = [unordered(a), unordered(b)];
  if (!left || !right) return a.items().every((item, index) => isEqual(item, b.at(index), meter));
  const places = new Map(right.map((identity, index) => [identity, index]));
  return left.every((identity, index) => {
    const place = places.get(identity);
    return place !== undefined && isEqual(a.at(index), b.at(place), meter);
  });
}
function mapsEqual(a: CelMap, b: CelMap, meter: Meter): boolean {
  if (a.size !== b.size) return false;
  return a.entries().every(([key, value]) => {
    const other = b.get(key);
    return other !== undefined && isEqual(value, other, meter);
  });
}
function objectsEqual(a: CelObject, b: CelObject, meter: Meter): boolean {
  const names = Object.keys(a.json);
  if (names.length !== Object.keys(b.json).length) return false;
  return names.every((name) => {
    const [left, right] = [a.get(name), b.get(name)];
    if (left === undefined || right === undefined) return left === right && Object.hasOwn(b.json, name);
    return isEqual(left, right, meter);
  });
}
