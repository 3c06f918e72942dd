/** Values as CEL's `string()` and Go print them. */
import type { Duration, Timestamp } from '../values.ts';

export function printNumber(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (Object.is(value, -0)) return '-0';
  const exponent = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value)));
  if (exponent >= -4 && exponent < 21) return String(value);
  return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
}

const billion = 1_000_000_000n;

export function printTimestamp({ ns }: Timestamp): string {
  const seconds = ns >= 0n ? ns / billion : (ns - billion + 1n) / billion;
  const rest = ns - seconds * billion;
  const text = new Date(Number(seconds) * 1000).toISOString().slice(0, 19);
  return `${text}${rest === 0n ? '' : `.${String(rest).padStart(9, '0').replace(/0+$/, '')}`}Z`;
}
export function printDuration({ ns }: Duration): string {
  const size = ns < 0n ? -ns : ns;
  const rest = size % billion;
  return `${ns < 0n ? '-' : ''}${size / billion}${rest === 0n ? '' : `.${String(rest).padStart(9, '0').replace(/0+$/, '')}`}s`;
}
