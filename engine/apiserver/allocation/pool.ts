/**
 * Numbers of a range that are given away one by one: addresses and ports. The lower band is left to those who ask for a number, as
 * long as the rest has any. Upstream: pkg/registry/core/service/{ipallocator,portallocator}.
 */
export interface Pool {
  /** False when it is taken. */
  take(number: number): boolean;
  /** A free one, or undefined when there is none. */
  takeAny(random: () => number): number | undefined;
  free(number: number): void;
}

export interface PoolRange {
  readonly first: number;
  readonly last: number;
  /** How many at the start are for those who ask. */
  readonly reserved: number;
}

export function createPool({ first, last, reserved }: PoolRange): Pool {
  const taken = new Set<number>();
  const take = (number: number): boolean => {
    if (taken.has(number)) return false;
    taken.add(number);
    return true;
  };
  /** From a random start once around. */
  const takeBetween = (from: number, to: number, random: () => number): number | undefined => {
    const size = to - from + 1;
    const start = Math.floor(random() * size);
    for (let step = 0; step < size; step++) {
      const number = from + ((start + step) % size);
      if (take(number)) return number;
    }
    return undefined;
  };
  return {
    take,
    takeAny: (random) => takeBetween(first + reserved, last, random) ?? takeBetween(first, first + reserved - 1, random),
    free: (number) => void taken.delete(number),
  };
}

/** Upstream: calculateRangeOffset; `divisor` is 16 for addresses, 32 for ports. */
export function reservedOf(size: number, { divisor, max }: { readonly divisor: number; readonly max: number }): number {
  const min = 16;
  return size <= min ? 0 : Math.max(min, Math.min(max, Math.floor(size / divisor)));
}
