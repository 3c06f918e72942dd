/** The computer's clock. */
import type { Clock } from '../api/clock.ts';

/** Above this `setTimeout` fires at once. */
const maxDelayMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  timer(delayMs, run) {
    const later = (leftMs: number): NodeJS.Timeout =>
      setTimeout(
        () => {
          if (leftMs <= maxDelayMs) run();
          else timer = later(leftMs - maxDelayMs);
        },
        Math.min(leftMs, maxDelayMs),
      );
    let timer = later(delayMs);
    return () => clearTimeout(timer);
  },
};
