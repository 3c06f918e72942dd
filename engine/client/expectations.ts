/**
 * What a controller has asked for and its cache has not yet shown. Until it has, the controller must not count: it would create or delete twice.
 * Upstream: pkg/controller's ControllerExpectations and UIDTrackingControllerExpectations (5 minutes).
 */
import type { Clock } from '../api/clock.ts';

const timeoutMs = 300_000;

interface Expectation {
  creations: number;
  readonly deletions: Set<string>;
  readonly since: number;
}

export class Expectations {
  readonly #clock: Clock;
  readonly #byKey = new Map<string, Expectation>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `deletions`: uids. */
  expect(key: string, { creations, deletions }: { readonly creations: number; readonly deletions: readonly string[] }): void {
    this.#byKey.set(key, { creations, deletions: new Set(deletions), since: this.#clock.now() });
  }
  /** The cache has shown a creation, or it failed. */
  created(key: string, count = 1): void {
    const expectation = this.#byKey.get(key);
    if (expectation) expectation.creations -= count;
  }
  deleted(key: string, uid: string): void {
    this.#byKey.get(key)?.deletions.delete(uid);
  }
  forget(key: string): void {
    this.#byKey.delete(key);
  }
  /** After how long what is outstanding counts as lost; whoever waits for it should look again then. */
  leftMs(key: string): number {
    const expectation = this.#byKey.get(key);
    return expectation ? Math.max(1, expectation.since + timeoutMs + 1 - this.#clock.now()) : 0;
  }
  /** True when nothing is outstanding, or it has been for so long that it was lost. */
  satisfied(key: string): boolean {
    const expectation = this.#byKey.get(key);
    if (!expectation) return true;
    return (expectation.creations <= 0 && expectation.deletions.size === 0) || this.#clock.now() - expectation.since > timeoutMs;
  }
}
