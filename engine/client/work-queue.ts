/**
 * Keys that wait to be worked on. A key is handed out once at a time: added while it is being worked on, it comes again afterwards. Failed keys come back after a
 * delay that doubles. Upstream: client-go's workqueue with the default controller rate limiter (5 ms doubling to 1000 s).
 */
import type { Clock } from '../api/clock.ts';

const baseDelayMs = 5;
const maxDelayMs = 1_000_000;

export class WorkQueue {
  readonly #clock: Clock;
  readonly #ready: string[] = [];
  readonly #waiting = new Set<string>();
  readonly #processing = new Set<string>();
  readonly #again = new Set<string>();
  readonly #paused = new Map<string, () => void>();
  readonly #failures = new Map<string, number>();
  readonly #timers = new Map<string, { readonly dueMs: number; readonly cancel: () => void }>();
  readonly #takers: ((key: string | undefined) => void)[] = [];
  #head = 0;
  #closed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(key: string): void {
    if (this.#closed || this.#waiting.has(key)) return;
    if (this.#processing.has(key)) {
      this.#again.add(key);
      return;
    }
    const taker = this.#takers.shift();
    if (taker) {
      this.#processing.add(key);
      taker(key);
      return;
    }
    this.#waiting.add(key);
    this.#ready.push(key);
  }

  /** Adds the key after a while; of several waits for one key the earliest counts. */
  addAfter(key: string, delayMs: number): void {
    if (this.#closed) return;
    if (delayMs <= 0) {
      this.add(key);
      return;
    }
    const dueMs = this.#clock.now() + delayMs;
    const known = this.#timers.get(key);
    if (known && known.dueMs <= dueMs) return;
    known?.cancel();
    const cancel = this.#clock.timer(delayMs, () => {
      this.#timers.delete(key);
      this.add(key);
    });
    this.#timers.set(key, { dueMs, cancel });
  }

  /** Adds the key after the delay that its failures so far have earned it. */
  addRateLimited(key: string): void {
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    this.addAfter(key, Math.min(baseDelayMs * 2 ** Math.min(failures, 30), maxDelayMs));
  }
  /** The key is in order: its failures count no more, and what it waited for has been looked at. */
  forget(key: string): void {
    this.#failures.delete(key);
    this.#timers.get(key)?.cancel();
    this.#timers.delete(key);
  }

  /** The next key, as soon as there is one; `undefined` once the queue is closed. The taker must call `done`. */
  take(): Promise<string | undefined> {
    if (this.#closed) return Promise.resolve(undefined);
    const key = this.#shift();
    if (key === undefined) return new Promise((resolve) => this.#takers.push(resolve));
    this.#waiting.delete(key);
    this.#processing.add(key);
    return Promise.resolve(key);
  }
  /** The key may come again, but not before `pauseMs`: what is dear to reconcile collects its changes meanwhile. */
  done(key: string, pauseMs = 0): void {
    const end = (): void => {
      this.#paused.delete(key);
      this.#processing.delete(key);
      if (this.#again.delete(key)) this.add(key);
    };
    if (pauseMs <= 0 || this.#closed) end();
    else this.#paused.set(key, this.#clock.timer(pauseMs, end));
  }

  close(): void {
    this.#closed = true;
    for (const { cancel } of this.#timers.values()) cancel();
    this.#timers.clear();
    for (const cancel of this.#paused.values()) cancel();
    this.#paused.clear();
    for (const taker of this.#takers.splice(0)) taker(undefined);
  }

  /** First in, first out, without moving the rest at each take. */
  #shift(): string | undefined {
    const key = this.#ready[this.#head];
    if (key === undefined) return undefined;
    this.#head += 1;
    if (this.#head > 1024 && this.#head * 2 > this.#ready.length) {
      this.#ready.splice(0, this.#head);
      this.#head = 0;
    }
    return key;
  }
}
