/** Numbers that may be percentages: `maxSurge: 25%`, `targetPort: http`. Upstream: k8s.io/apimachinery/pkg/util/intstr. */
import type { IntOrString } from './types.gen.ts';

export class IntOrStringError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'IntOrStringError';
  }
}

/** The percentage in `25%`, else undefined. */
export function percentOf(value: IntOrString): number | undefined {
  if (typeof value === 'number' || !/^[+-]?[0-9]+%$/.test(value)) return undefined;
  return Number(value.slice(0, -1));
}

/**
 * A count out of a count or a percentage of `total`. Throws an IntOrStringError when a string is no percentage.
 * Upstream: GetScaledValueFromIntOrPercent. 25% of 10 is 3 rounded up and 2 rounded down.
 */
export function scaledValue(value: IntOrString, total: number, round: 'up' | 'down'): number {
  if (typeof value === 'number') return value;
  const percent = percentOf(value);
  if (percent === undefined) {
    const problem = value.endsWith('%')
      ? `invalid value ${JSON.stringify(value)}: strconv.Atoi: parsing ${JSON.stringify(value.slice(0, -1))}: invalid syntax`
      : 'invalid type: string is not a percentage';
    throw new IntOrStringError(`invalid value for IntOrString: ${problem}`);
  }
  const exact = (percent * total) / 100;
  return round === 'up' ? Math.ceil(exact) : Math.floor(exact);
}
