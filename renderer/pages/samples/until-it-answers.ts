/** A program needs a moment before it listens, and its pod is available before that. So it is asked again, with growing pauses, and then no more. */
import type { ProbeResult } from '../../../engine/host/contract.ts';

const pausesMs = [250, 500, 1000, 2000, 4000, 8000] as const;

export async function untilItAnswers(ask: () => Promise<ProbeResult>, signal: AbortSignal): Promise<void> {
  for (const pauseMs of [...pausesMs, undefined]) {
    if (signal.aborted || (await ask()).ok || pauseMs === undefined) return;
    await pause(pauseMs, signal);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  signal.addEventListener('abort', () => {
    clearTimeout(timer);
    resolve();
  });
  return promise;
}
