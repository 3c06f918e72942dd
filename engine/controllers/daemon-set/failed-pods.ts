/**
 * How long the failed pod of a node is left before it is replaced: a kubelet that refuses every pod would otherwise be given one after the other. At once the
 * first time, then after 1 s, 2 s, … 15 minutes; forgotten after twice that. Upstream: client-go's flowcontrol.Backoff as pkg/controller/daemon uses it.
 */
import type { Clock } from '../../api/clock.ts';

const firstMs = 1000;
const longestMs = 15 * 60_000;

export class FailedPods {
  readonly #clock: Clock;
  readonly #byKey = new Map<string, { readonly backOffMs: number; readonly since: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** 0 when it may be replaced. */
  leftMs(key: string): number {
    const entry = this.#byKey.get(key);
    return entry ? Math.max(0, entry.since + entry.backOffMs - this.#clock.now()) : 0;
  }
  replaced(key: string): void {
    const now = this.#clock.now();
    for (const [other, { since }] of this.#byKey) if (now - since > 2 * longestMs) this.#byKey.delete(other);
    const before = this.#byKey.get(key);
    this.#byKey.set(key, { backOffMs: before ? Math.min(2 * before.backOffMs, longestMs) : firstMs, since: now });
  }
}
