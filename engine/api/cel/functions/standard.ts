/** The functions and operators that every CEL has. Upstream: cel-go's common/stdlib. */
import { compare } from '../compare.ts';
import { type CelType, t } from '../types.ts';
import {
  CelError,
  type CelMap,
  Duration,
  type List,
  listOf,
  noOverload,
  type Opaque,
  parseDuration,
  parseTimestamp,
  Timestamp,
  TypeValue,
  typeNameOf,
  Uint,
  type Value,
} from '../values.ts';
import { type FunctionTable, global, int, member, type Overload } from './overload.ts';
import { printDuration, printNumber, printTimestamp } from './print.ts';
import { timeFunctions } from './times.ts';
import { decodeUtf8, encodeUtf8 } from './utf8.ts';

const ordered: readonly CelType[] = [t.int, t.uint, t.double];
function order(test: (sign: number) => boolean): readonly Overload[] {
  const call = ([a, b]: readonly [Value, Value]): boolean => {
    const sign = compare(a, b);
    if (sign === undefined) throw noOverload();
    return test(sign);
  };
  const numbers = ordered.flatMap((left) => ordered.map((right) => global([left, right], t.bool, call)));
  const texts = [global([t.string, t.string], t.bool, call, 'text'), global([t.bytes, t.bytes], t.bool, call, 'text')];
  return [...numbers, ...texts, ...[t.bool, t.timestamp, t.duration].map((type) => global([type, type], t.bool, call))];
}

type Ints = readonly [bigint, bigint];
type Uints = readonly [Uint, Uint];

function divided(a: bigint, b: bigint): bigint {
  if (b === 0n) throw new CelError('division by zero');
  return int(a / b);
}
function modulo(a: bigint, b: bigint): bigint {
  if (b === 0n) throw new CelError('modulus by zero');
  return a % b;
}

const arithmetic: FunctionTable = {
  '+': [
    global([t.int, t.int], t.int, ([a, b]: Ints) => int(a + b)),
    global([t.uint, t.uint], t.uint, ([a, b]: Uints) => new Uint(a.value + b.value)),
    global([t.double, t.double], t.double, ([a, b]) => a + b),
    global(
      [t.string, t.string],
      t.string,
      ([a, b], meter) => {
        meter.chargeText(a.length + b.length);
        return a + b;
      },
      'text',
    ),
    global([t.bytes, t.bytes], t.bytes, ([a, b]) => Uint8Array.from([...a, ...b]), 'text'),
    global(
      [t.list(t.any()), t.list(t.any())],
      t.list(t.any()),
      ([a, b]: readonly [List, List], meter) => {
        meter.charge(a.size + b.size);
        return listOf([...a.items(), ...b.items()]);
      },
      'items',
    ),
    global([t.timestamp, t.duration], t.timestamp, ([a, b]) => new Timestamp(a.ns + b.ns)),
    global([t.duration, t.timestamp], t.timestamp, ([a, b]) => new Timestamp(a.ns + b.ns)),
    global([t.duration, t.duration], t.duration, ([a, b]) => new Duration(a.ns + b.ns)),
  ],
  '-': [
    global([t.int, t.int], t.int, ([a, b]: Ints) => int(a - b)),
    global([t.uint, t.uint], t.uint, ([a, b]: Uints) => new Uint(a.value - b.value)),
    global([t.double, t.double], t.double, ([a, b]) => a - b),
    global([t.timestamp, t.timestamp], t.duration, ([a, b]: readonly [Timestamp, Timestamp]) => new Duration(a.ns - b.ns)),
    global([t.timestamp, t.duration], t.timestamp, ([a, b]: readonly [Timestamp, Duration]) => new Timestamp(a.ns - b.ns)),
    global([t.duration, t.duration], t.duration, ([a, b]: readonly [Duration, Duration]) => new Duration(a.ns - b.ns)),
  ],
  '*': [
    global([t.int, t.int], t.int, ([a, b]: Ints) => int(a * b)),
    global([t.uint, t.uint], t.uint, ([a, b]: Uints) => new Uint(a.value * b.value)),
    global([t.double, t.double], t.double, ([a, b]) => a * b),
  ],
  '/': [
    global([t.int, t.int], t.int, ([a, b]) => divided(a, b)),
    global([t.uint, t.uint], t.uint, ([a, b]) => new Uint(divided(a.value, b.value))),
    global([t.double, t.double], t.double, ([a, b]) => a / b),
  ],
  '%': [
    global([t.int, t.int], t.int, ([a, b]) => modulo(a, b)),
    global([t.uint, t.uint], t.uint, ([a, b]) => new Uint(modulo(a.value, b.value))),
  ],
  '-_': [global([t.int], t.int, ([a]: readonly [bigint]) => int(-a)), global([t.double], t.double, ([a]) => -a)],
  '!_': [global([t.bool], t.bool, ([a]) => !a)],
  '<': order((sign) => sign < 0),
  '<=': order((sign) => sign <= 0),
  '>': order((sign) => sign > 0),
  '>=': order((sign) => sign >= 0),
};

const sizes: readonly (readonly [CelType, (value: never) => number])[] = [
  [t.string, (text: string) => [...text].length],
  [t.bytes, (bytes: Uint8Array) => bytes.length],
  [t.list(t.any()), (list: List) => list.size],
  [t.map(t.any('A'), t.any('B')), (map: CelMap & { readonly json?: object }) => (map.json ? Object.keys(map.json).length : map.size)],
];
const size = sizes.flatMap(([type, of]): readonly Overload[] => {
  const call = ([value]: readonly [never]): bigint => BigInt(of(value));
  const growth = type.kind === 'string' ? 'text' : undefined;
  return [global([type], t.int, call, growth), member([type], t.int, call, growth)];
});

function toInt(value: number): bigint {
  if (!Number.isFinite(value) || value >= 2 ** 63 || value <= -(2 ** 63)) throw new CelError('integer overflow');
  return BigInt(Math.trunc(value));
}
function parsed(text: string, type: 'int' | 'uint'): bigint {
  const pattern = type === 'int' ? /^[-+]?\d+$/ : /^\d+$/;
  if (pattern.test(text) && text.length <= 21) return BigInt(text);
  throw new CelError(`strconv.Parse${type === 'int' ? 'Int' : 'Uint'}: parsing ${JSON.stringify(text)}: invalid syntax`);
}
function parsedBool(text: string): boolean {
  if (['true', 'True', 'TRUE', 't', '1'].includes(text)) return true;
  if (['false', 'False', 'FALSE', 'f', '0'].includes(text)) return false;
  throw new CelError(`strconv.ParseBool: parsing ${JSON.stringify(text)}: invalid syntax`);
}
function parsedDouble(text: string): number {
  if (/^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/.test(text)) return Number(text);
  const special = { NaN: Number.NaN, Inf: Infinity, '+Inf': Infinity, '-Inf': -Infinity, Infinity, '-Infinity': -Infinity }[text];
  if (special !== undefined) return special;
  throw new CelError(`strconv.ParseFloat: parsing ${JSON.stringify(text)}: invalid syntax`);
}

const same = ([value]: readonly [Value]): Value => value;
const conversions: FunctionTable = {
  int: [
    global([t.int], t.int, same),
    global([t.uint], t.int, ([a]) => int(a.value)),
    global([t.double], t.int, ([a]) => toInt(a)),
    global([t.string], t.int, ([a]) => int(parsed(a, 'int'))),
    global([t.timestamp], t.int, ([a]: readonly [Timestamp]) => a.ns / 1_000_000_000n),
    global([t.duration], t.int, ([a]: readonly [Duration]) => a.ns),
  ],
  uint: [
    global([t.uint], t.uint, same),
    global([t.int], t.uint, ([a]) => new Uint(a)),
    global([t.double], t.uint, ([a]) => new Uint(a < 2 ** 64 ? BigInt(Math.trunc(a)) : -1n)),
    global([t.string], t.uint, ([a]) => new Uint(parsed(a, 'uint'))),
  ],
  double: [
    global([t.double], t.double, same),
    global([t.int], t.double, ([a]) => Number(a)),
    global([t.uint], t.double, ([a]) => Number(a.value)),
    global([t.string], t.double, ([a]) => parsedDouble(a)),
  ],
  string: [
    global([t.string], t.string, same),
    global([t.bool], t.string, ([a]) => String(a)),
    global([t.int], t.string, ([a]) => String(a)),
    global([t.uint], t.string, ([a]) => String(a.value)),
    global([t.double], t.string, ([a]) => printNumber(a)),
    global([t.bytes], t.string, ([a]) => decodeUtf8(a), 'text'),
    global([t.timestamp], t.string, ([a]) => printTimestamp(a)),
    global([t.duration], t.string, ([a]) => printDuration(a)),
    ...[t.ip, t.cidr].map((type) => global([type], t.string, ([a]: readonly [Opaque]) => a.text)),
  ],
  bytes: [global([t.bytes], t.bytes, same), global([t.string], t.bytes, ([a]) => encodeUtf8(a), 'text')],
  bool: [global([t.bool], t.bool, same), global([t.string], t.bool, ([a]) => parsedBool(a))],
  timestamp: [
    global([t.timestamp], t.timestamp, same),
    global([t.string], t.timestamp, ([a]) => parseTimestamp(a)),
    global([t.int], t.timestamp, ([a]) => new Timestamp(a * 1_000_000_000n)),
  ],
  duration: [
    global([t.duration], t.duration, same),
    global([t.string], t.duration, ([a]) => parseDuration(a)),
    global([t.int], t.duration, ([a]) => new Duration(a)),
  ],
  dyn: [global([t.any()], t.dyn, same)],
  type: [global([t.any()], t.type, ([a]) => new TypeValue(typeNameOf(a)))],
};

export const standardFunctions: FunctionTable = { ...arithmetic, size, ...conversions, ...timeFunctions };
