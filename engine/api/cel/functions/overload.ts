/** A function of CEL: its signatures, what each does, and how what it costs grows. */
import type { Meter } from '../meter.ts';
import { accepts, type CelType, t } from '../types.ts';
import { CelError, CelMap, CelObject, Duration, List, Opaque, Optional, Timestamp, Uint, type Value } from '../values.ts';

/** By the length of the first argument; by that and a pattern's, the second; by the items of the first. */
export type Growth = 'text' | 'pattern' | 'items';
export interface Overload {
  /** The receiver first, where there is one. */
  readonly params: readonly CelType[];
  readonly isMember: boolean;
  readonly result: CelType;
  readonly growth: Growth | undefined;
  /** Called with values of the parameters' types. */
  readonly call: (args: readonly never[], meter: Meter) => Value;
}
export type FunctionTable = Readonly<Record<string, readonly Overload[]>>;

/** The values of a type, as far as functions care. */
// biome-ignore lint/suspicious/noExplicitAny: which overload is called is decided by the types of the values; the table cannot say so.
type Call = (args: any, meter: Meter) => Value;

export function member(params: readonly CelType[], result: CelType, call: Call, growth?: Growth): Overload {
  return { params, isMember: true, result, growth, call };
}
export function global(params: readonly CelType[], result: CelType, call: Call, growth?: Growth): Overload {
  return { params, isMember: false, result, growth, call };
}

/** The type of a value as overloads are told apart by. */
export function runtimeType(value: Value): CelType {
  if (value === null) return t.null;
  switch (typeof value) {
    case 'bigint':
      return t.int;
    case 'boolean':
      return t.bool;
    case 'number':
      return t.double;
    case 'string':
      return t.string;
    default:
      return objectType(value);
  }
}
function objectType(value: Exclude<Value, null | bigint | boolean | number | string>): CelType {
  if (value instanceof List) return t.list(t.dyn);
  if (value instanceof CelMap || value instanceof CelObject) return t.map(t.dyn, t.dyn);
  if (value instanceof Uint8Array) return t.bytes;
  if (value instanceof Uint) return t.uint;
  if (value instanceof Timestamp) return t.timestamp;
  if (value instanceof Duration) return t.duration;
  if (value instanceof Optional) return t.optional(t.dyn);
  return value instanceof Opaque ? { kind: value.type } : t.type;
}

/** The overload for these values; undefined where there is none. */
export function overloadFor(overloads: readonly Overload[], args: readonly Value[], isMember: boolean): Overload | undefined {
  return overloads.find(
    (one) =>
      one.isMember === isMember &&
      one.params.length === args.length &&
      one.params.every((param, index) => fits(param, args[index] ?? null)),
  );
}
function fits(param: CelType, value: Value): boolean {
  if (param.kind === 'any' || param.kind === 'dyn') return true;
  if (param.kind === 'null' || value === null) return param.kind === 'null' && value === null;
  return accepts(param, runtimeType(value));
}

const int64 = 2n ** 63n;
/** Integers do not wrap. */
export function int(value: bigint): bigint {
  if (value >= int64 || value < -int64) throw new CelError('integer overflow');
  return value;
}
