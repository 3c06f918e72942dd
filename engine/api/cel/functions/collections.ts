/** Lists, sets and optionals. Upstream: apiserver's cel/library/lists.go, cel-go's ext/sets and its optional types. */
import { compare, isEqual } from '../compare.ts';
import type { Meter } from '../meter.ts';
import { t } from '../types.ts';
import { CelError, CelMap, Duration, type List, noOverload, Optional, Uint, type Value } from '../values.ts';
import { type FunctionTable, global, int, member } from './overload.ts';

const items = t.list(t.any());

function walked(list: List, meter: Meter): readonly Value[] {
  meter.charge(list.size);
  return list.items();
}
function signOf(a: Value, b: Value): number {
  const sign = compare(a, b);
  if (sign === undefined) throw noOverload();
  return sign;
}
function extreme(
  list: List,
  meter: Meter,
  { name, isBetter }: { readonly name: string; readonly isBetter: (sign: number) => boolean },
): Value {
  const [first, ...rest] = walked(list, meter);
  if (first === undefined) throw new CelError(`${name} called on empty list`);
  return rest.reduce((best, item) => (isBetter(signOf(item, best)) ? item : best), first);
}
function sum(list: List, meter: Meter): Value {
  const [first, ...rest] = walked(list, meter);
  if (first === undefined) return 0n;
  return rest.reduce((total, item) => added(total, item), first);
}
function added(a: Value, b: Value): Value {
  if (typeof a === 'bigint' && typeof b === 'bigint') return int(a + b);
  if (typeof a === 'number' && typeof b === 'number') return a + b;
  if (a instanceof Uint && b instanceof Uint) return new Uint(a.value + b.value);
  if (a instanceof Duration && b instanceof Duration) return new Duration(a.ns + b.ns);
  throw noOverload();
}
const includes = (list: readonly Value[], value: Value, meter: Meter): boolean => list.some((item) => isEqual(item, value, meter));
const containsAll = ([a, b]: readonly [List, List], meter: Meter): boolean => b.items().every((item) => includes(a.items(), item, meter));

function isZero(value: Value): boolean {
  if (value === null || value === false || value === 0n || value === 0 || value === '') return true;
  if (value instanceof Uint) return value.value === 0n;
  return typeof value === 'object' && ((value instanceof CelMap && value.size === 0) || ('size' in value && value.size === 0));
}

export const collectionFunctions: FunctionTable = {
  isSorted: [
    member(
      [items],
      t.bool,
      ([list], meter) => walked(list, meter).every((item, index, all) => index === 0 || signOf(all[index - 1] ?? null, item) <= 0),
      'items',
    ),
  ],
  sum: [member([items], t.any(), ([list], meter) => sum(list, meter), 'items')],
  min: [member([items], t.any(), ([list], meter) => extreme(list, meter, { name: 'min', isBetter: (sign) => sign < 0 }), 'items')],
  max: [member([items], t.any(), ([list], meter) => extreme(list, meter, { name: 'max', isBetter: (sign) => sign > 0 }), 'items')],
  indexOf: [
    member(
      [items, t.any()],
      t.int,
      ([list, value], meter) => BigInt(walked(list, meter).findIndex((item) => isEqual(item, value, meter))),
      'items',
    ),
  ],
  lastIndexOf: [
    member(
      [items, t.any()],
      t.int,
      ([list, value], meter) => BigInt(walked(list, meter).findLastIndex((item) => isEqual(item, value, meter))),
      'items',
    ),
  ],
  'sets.contains': [global([items, items], t.bool, containsAll, 'items')],
  'sets.equivalent': [global([items, items], t.bool, ([a, b], meter) => containsAll([a, b], meter) && containsAll([b, a], meter), 'items')],
  'sets.intersects': [
    global(
      [items, items],
      t.bool,
      ([a, b]: readonly [List, List], meter) => b.items().some((item) => includes(a.items(), item, meter)),
      'items',
    ),
  ],
  'optional.none': [global([], t.optional(t.dyn), () => new Optional())],
  'optional.of': [global([t.any()], t.optional(t.any()), ([value]) => new Optional(value))],
  'optional.ofNonZeroValue': [global([t.any()], t.optional(t.any()), ([value]) => (isZero(value) ? new Optional() : new Optional(value)))],
  hasValue: [member([t.optional(t.any())], t.bool, ([one]: readonly [Optional]) => one.value !== undefined)],
  value: [
    member([t.optional(t.any())], t.any(), ([one]: readonly [Optional]) => {
      if (one.value === undefined) throw new CelError('optional.none() dereference');
      return one.value;
    }),
  ],
  or: [
    member([t.optional(t.any()), t.optional(t.any())], t.optional(t.any()), ([a, b]: readonly [Optional, Optional]) =>
      a.value === undefined ? b : a,
    ),
  ],
  orValue: [member([t.optional(t.any()), t.any()], t.any(), ([a, b]: readonly [Optional, Value]) => a.value ?? b)],
};
