/** Holds evictions back for a while: after the computer or the engine has slept, nodes look dead that are only late. */
import type { Clock } from '../../api/clock.ts';

export class EvictionHold {
  readonly #clock: Clock;
  readonly #listeners = new Set<() => void>();
  #sinceMs = Number.NEGATIVE_INFINITY;
  #untilMs = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }
  /** Silence counts from here, not from before. */
  get sinceMs(): number {
    return this.#sinceMs;
  }
  /** Nobody is evicted before. */
  get untilMs(): number {
    return this.#untilMs;
  }
  hold(forMs: number): void {
    const nowMs = this.#clock.now();
    this.#sinceMs = nowMs;
    this.#untilMs = Math.max(this.#untilMs, nowMs + forMs);
    for (const listener of this.#listeners) listener();
  }
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
