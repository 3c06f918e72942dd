/**
 * Amounts of resources: `500m`, `1.5Gi`, `1e3`. Exact (whole nano-units in a bigint), with Kubernetes' canonical printing.
 * Upstream: k8s.io/apimachinery/pkg/api/resource/quantity.go.
 */
export type QuantityFormat = 'DecimalSI' | 'BinarySI' | 'DecimalExponent';

export interface Quantity {
  readonly nano: bigint;
  readonly format: QuantityFormat;
}

export class QuantityError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'QuantityError';
  }
}

const pattern = /^([+-]?)([0-9]*)(?:\.([0-9]*))?([eEinumkKMGTP]*[-+]?[0-9]*)$/;
const wrongFormat = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const wrongSuffix = "unable to parse quantity's suffix";

const decimalSuffixes = new Map([
  ['n', -9],
  ['u', -6],
  ['m', -3],
  ['', 0],
  ['k', 3],
  ['M', 6],
  ['G', 9],
  ['T', 12],
  ['P', 15],
  ['E', 18],
]);
const decimalByExponent = new Map([...decimalSuffixes].map(([suffix, exponent]) => [exponent, suffix]));
const binarySuffixes: readonly string[] = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

const nanoPerUnit = 1_000_000_000n;
/** Binary amounts stop at the largest int64, as upstream. */
const maxBinaryNano = (2n ** 63n - 1n) * nanoPerUnit;
/** Wider exponents would only make numbers nobody means; bounding them keeps a hostile manifest from costing memory. */
const maxExponent = 30;

interface Suffix {
  readonly base: 2 | 10;
  readonly exponent: number;
  readonly format: QuantityFormat;
}

function interpretSuffix(suffix: string): Suffix | undefined {
  const decimal = decimalSuffixes.get(suffix);
  if (decimal !== undefined) return { base: 10, exponent: decimal, format: 'DecimalSI' };
  const binary = binarySuffixes.indexOf(suffix);
  if (binary > 0) return { base: 2, exponent: binary * 10, format: 'BinarySI' };
  if (!/^[eE][-+]?[0-9]+$/.test(suffix)) return undefined;
  const exponent = Number(suffix.slice(1));
  return { base: 10, exponent: Math.max(-maxExponent, Math.min(maxExponent, exponent)), format: 'DecimalExponent' };
}

/** `numerator / divisor`, away from zero: whoever asks for a little gets a little. */
function divideUp(numerator: bigint, divisor: bigint): bigint {
  const quotient = numerator / divisor;
  if (numerator % divisor === 0n) return quotient;
  return numerator < 0n ? quotient - 1n : quotient + 1n;
}

function toNano(mantissa: bigint, decimals: number, { base, exponent }: Suffix): bigint {
  if (base === 2) return divideUp(mantissa * 2n ** BigInt(exponent) * nanoPerUnit, 10n ** BigInt(decimals));
  const scale = exponent - decimals + 9;
  return scale >= 0 ? mantissa * 10n ** BigInt(scale) : divideUp(mantissa, 10n ** BigInt(-scale));
}

/** Throws a QuantityError with upstream's message. */
export function parseQuantity(text: string): Quantity {
  const match = text === '' ? null : pattern.exec(text);
  if (match === null || text.length > 256) throw new QuantityError(wrongFormat);
  const [, sign = '', whole = '', decimals = '', suffixText = ''] = match;
  const suffix = interpretSuffix(suffixText);
  if (suffix === undefined) throw new QuantityError(wrongSuffix);
  const size = toNano(BigInt(`${whole}${decimals}` || '0'), decimals.length, suffix);
  if (suffix.format !== 'BinarySI') return { nano: sign === '-' ? -size : size, format: suffix.format };
  const capped = size > maxBinaryNano ? maxBinaryNano : size;
  const format = capped > 0n && capped < nanoPerUnit ? 'DecimalSI' : 'BinarySI';
  return { nano: sign === '-' ? -capped : capped, format };
}

/** The problem with `text`, or undefined when it is a quantity. */
export function quantityProblem(text: string): string | undefined {
  try {
    parseQuantity(text);
    return undefined;
  } catch (error) {
    // Only parseQuantity's own error is an answer; anything else is a bug and goes on.
    if (error instanceof QuantityError) return error.message;
    throw error;
  }
}

function formatDecimal(nano: bigint, format: QuantityFormat): string {
  let mantissa = nano;
  let exponent = -9;
  while (exponent < 18 && mantissa % 1000n === 0n) {
    mantissa /= 1000n;
    exponent += 3;
  }
  if (format === 'DecimalSI') return `${mantissa}${decimalByExponent.get(exponent) ?? ''}`;
  return exponent === 0 ? `${mantissa}` : `${mantissa}e${exponent}`;
}

/** The canonical form: `1500m`, `1Gi`, `1e3`. No precision is lost, no fraction is printed. */
export function formatQuantity({ nano, format }: Quantity): string {
  if (nano === 0n) return '0';
  const units = nano / nanoPerUnit;
  // Small or fractional binary amounts print as decimals, which avoids rounding.
  const binary = format === 'BinarySI' && nano % nanoPerUnit === 0n && (units <= -1024n || units >= 1024n);
  if (!binary) return formatDecimal(nano, format === 'BinarySI' ? 'DecimalSI' : format);
  let mantissa = units;
  let power = 0;
  while (power < binarySuffixes.length - 1 && mantissa % 1024n === 0n) {
    mantissa /= 1024n;
    power += 1;
  }
  return `${mantissa}${binarySuffixes[power] ?? ''}`;
}

/** `formatQuantity(parseQuantity(text))`; throws as parseQuantity does. */
export function canonicalQuantity(text: string): string {
  return formatQuantity(parseQuantity(text));
}

export function quantityOf(units: number | bigint, format: QuantityFormat = 'DecimalSI'): Quantity {
  return { nano: BigInt(units) * nanoPerUnit, format };
}

/** A sum takes the format of the first amount that is not zero. */
export function addQuantity(a: Quantity, b: Quantity): Quantity {
  return { nano: a.nano + b.nano, format: a.nano === 0n ? b.format : a.format };
}
export function subtractQuantity(a: Quantity, b: Quantity): Quantity {
  return { nano: a.nano - b.nano, format: a.nano === 0n ? b.format : a.format };
}
/** Negative, zero or positive, for sorting. */
export function compareQuantity(a: Quantity, b: Quantity): number {
  return a.nano === b.nano ? 0 : a.nano < b.nano ? -1 : 1;
}

/** Thousandths, rounded up: what CPU is counted in (Quantity.MilliValue). */
export function milliValue(quantity: Quantity): number {
  return Number(divideUp(quantity.nano, 1_000_000n));
}
/** Whole units, rounded up: bytes, pods (Quantity.Value). */
export function unitValue(quantity: Quantity): number {
  return Number(divideUp(quantity.nano, nanoPerUnit));
}
/** Thousandths of a CPU that `text` asks for; absent is 0. */
export function cpuMilli(text: string | undefined): number {
  return text === undefined ? 0 : milliValue(parseQuantity(text));
}
/** Bytes that `text` asks for; absent is 0. */
export function byteCount(text: string | undefined): number {
  return text === undefined ? 0 : unitValue(parseQuantity(text));
}
