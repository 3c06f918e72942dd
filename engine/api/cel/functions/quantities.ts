/** Quantities and versions. Upstream: apiserver's cel/library/{quantity,semverlib}.go. */
import {
  addQuantity,
  compareQuantity,
  parseQuantity,
  type Quantity,
  QuantityError,
  quantityOf,
  quantityProblem,
  subtractQuantity,
} from '../../quantity.ts';
import { t } from '../types.ts';
import { CelError, Opaque, quantityIn } from '../values.ts';
import { type FunctionTable, global, int, member } from './overload.ts';

const quantity = (content: Quantity, text = ''): Opaque => new Opaque('kubernetes.Quantity', text, content);
function toQuantity(text: string): Opaque {
  try {
    return quantity(parseQuantity(text), text);
  } catch (error) {
    if (error instanceof QuantityError) throw new CelError(error.message);
    throw error;
  }
}
const billion = 1_000_000_000n;
const isWhole = ({ nano }: Quantity): boolean => nano % billion === 0n && nano / billion < 2n ** 63n;
type One = readonly [Opaque];
type Two = readonly [Opaque, Opaque];
const compared = ([a, b]: Two): number => compareQuantity(quantityIn(a), quantityIn(b));
type WithInt = readonly [Opaque, bigint];

interface Version {
  readonly numbers: readonly [bigint, bigint, bigint];
  readonly pre: readonly string[];
}
const semver = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/;
function toVersion(text: string): Opaque {
  const match = semver.exec(text);
  if (!match) throw new CelError(`invalid semantic version ${JSON.stringify(text)}`);
  const numbers = [BigInt(match[1] ?? 0), BigInt(match[2] ?? 0), BigInt(match[3] ?? 0)] as const;
  const version: Version = { numbers, pre: match[4]?.split('.') ?? [] };
  return new Opaque('kubernetes.Semver', text, version);
}
const versionIn = ({ content }: Opaque): Version => content as Version;
function compareVersions([a, b]: Two): number {
  const [left, right] = [versionIn(a), versionIn(b)];
  for (const [index, number] of left.numbers.entries()) {
    const other = right.numbers[index] ?? 0n;
    if (number !== other) return number < other ? -1 : 1;
  }
  if (left.pre.length === 0 || right.pre.length === 0) return Math.sign(right.pre.length - left.pre.length);
  for (const [index, mine] of left.pre.entries()) {
    const theirs = right.pre[index];
    if (theirs === undefined) return 1;
    if (mine !== theirs) return compareParts(mine, theirs);
  }
  return left.pre.length < right.pre.length ? -1 : 0;
}
function compareParts(a: string, b: string): number {
  const [left, right] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (left && right) return Number(BigInt(a) > BigInt(b)) * 2 - 1;
  if (left !== right) return left ? -1 : 1;
  return a < b ? -1 : 1;
}

export const quantityFunctions: FunctionTable = {
  quantity: [global([t.string], t.quantity, ([text]) => toQuantity(text), 'text')],
  isQuantity: [global([t.string], t.bool, ([text]) => quantityProblem(text) === undefined, 'text')],
  isInteger: [member([t.quantity], t.bool, ([a]: One) => isWhole(quantityIn(a)))],
  asInteger: [
    member([t.quantity], t.int, ([a]: One) => {
      if (!isWhole(quantityIn(a))) throw new CelError('cannot convert value to integer');
      return int(quantityIn(a).nano / billion);
    }),
  ],
  asApproximateFloat: [member([t.quantity], t.double, ([a]: One) => Number(quantityIn(a).nano) / 1e9)],
  sign: [member([t.quantity], t.int, ([a]: One) => BigInt(compareQuantity(quantityIn(a), quantityOf(0))))],
  add: [
    member([t.quantity, t.quantity], t.quantity, ([a, b]: Two) => quantity(addQuantity(quantityIn(a), quantityIn(b)))),
    member([t.quantity, t.int], t.quantity, ([a, b]: WithInt) => quantity(addQuantity(quantityIn(a), quantityOf(b)))),
  ],
  sub: [
    member([t.quantity, t.quantity], t.quantity, ([a, b]: Two) => quantity(subtractQuantity(quantityIn(a), quantityIn(b)))),
    member([t.quantity, t.int], t.quantity, ([a, b]: WithInt) => quantity(subtractQuantity(quantityIn(a), quantityOf(b)))),
  ],
  semver: [global([t.string], t.semver, ([text]) => toVersion(text), 'text')],
  isSemver: [global([t.string], t.bool, ([text]) => semver.test(text), 'text')],
  major: [member([t.semver], t.int, ([a]: One) => versionIn(a).numbers[0])],
  minor: [member([t.semver], t.int, ([a]: One) => versionIn(a).numbers[1])],
  patch: [member([t.semver], t.int, ([a]: One) => versionIn(a).numbers[2])],
  isGreaterThan: [
    member([t.quantity, t.quantity], t.bool, (pair: Two) => compared(pair) > 0),
    member([t.semver, t.semver], t.bool, (pair: Two) => compareVersions(pair) > 0),
  ],
  isLessThan: [
    member([t.quantity, t.quantity], t.bool, (pair: Two) => compared(pair) < 0),
    member([t.semver, t.semver], t.bool, (pair: Two) => compareVersions(pair) < 0),
  ],
  compareTo: [
    member([t.quantity, t.quantity], t.int, (pair: Two) => BigInt(Math.sign(compared(pair)))),
    member([t.semver, t.semver], t.int, (pair: Two) => BigInt(compareVersions(pair))),
  ],
};
