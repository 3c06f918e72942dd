/** A clock that only moves when the test says so. */
import type { Clock } from '../api/clock.ts';

export interface TestClock extends Clock {
  /** Moves on, running the timers that fall due, in order. */
  advance(ms: number): void;
  /** Lets time pass as a computer that sleeps does: timers that were due in between fire late, at the end. */
  sleep(ms: number): void;
  /** How many timers wait. */
  readonly pending: number;
}

export function testClock(startMs = Date.UTC(2026, 0, 1)): TestClock {
  let now = startMs;
  const timers = new Set<{ readonly dueMs: number; readonly run: () => void }>();
  const next = (untilMs: number) =>
    [...timers]
      .filter((timer) => timer.dueMs <= untilMs)
      .reduce((a, b) => (b.dueMs < a.dueMs ? b : a), { dueMs: untilMs + 1, run: () => {} });
  return {
    now: () => now,
    timer(delayMs, run) {
      const timer = { dueMs: now + delayMs, run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance(ms) {
      const untilMs = now + ms;
      for (let timer = next(untilMs); timer.dueMs <= untilMs; timer = next(untilMs)) {
        timers.delete(timer);
        now = Math.max(now, timer.dueMs);
        timer.run();
      }
      now = untilMs;
    },
    sleep(ms) {
      now += ms;
      this.advance(0);
    },
    get pending() {
      return timers.size;
    },
  };
}
