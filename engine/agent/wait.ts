/** Waiting on a clock, ended early by a signal. */
import type { Clock } from '../api/clock.ts';

/** Resolves after `ms`, or at once when the signal aborts; it never rejects. */
export function wait(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const end = (): void => {
      cancel();
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const cancel = clock.timer(ms, end);
    signal?.addEventListener('abort', end, { once: true });
  });
}
