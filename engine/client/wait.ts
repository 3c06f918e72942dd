/** Waiting that a signal ends, on a clock that a test may own. */
import type { Clock } from '../api/clock.ts';

/** Resolves after `delayMs`, or as soon as the signal aborts; never rejects. */
export function wait(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted || delayMs <= 0) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      cancel();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const cancel = clock.timer(delayMs, done);
    signal.addEventListener('abort', done, { once: true });
  });
}

/** What `promise` gives, or a rejection with the signal's reason as soon as it aborts: for calls that cannot be cancelled themselves. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason);
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  return Promise.race([promise, aborted]).finally(() => signal.removeEventListener('abort', onAbort));
}
