/** Tells when the engine goes and comes back: by an event stream that is nearly silent and whose end is the news. */
import { setTimeout as delay } from 'node:timers/promises';
import type Docker from 'dockerode';

export interface EngineWatch {
  /** Finds the engine again: it may be another process under the same address. */
  readonly connect: () => Promise<Docker>;
  readonly signal: AbortSignal;
  readonly onChange: (reachable: boolean) => void;
}

const firstRetryMs = 500;
const lastRetryMs = 5000;

export async function watchEngine({ connect, signal, onChange }: EngineWatch): Promise<void> {
  let reachable = true;
  let retryMs = firstRetryMs;
  const notify = (now: boolean) => {
    if (now !== reachable && !signal.aborted) onChange(now);
    reachable = now;
  };
  while (!signal.aborted) {
    try {
      const docker = await connect();
      // The engine reports about itself only when its configuration is loaded anew.
      const events = await docker.getEvents({ filters: { type: ['daemon'] }, abortSignal: signal });
      notify(true);
      retryMs = firstRetryMs;
      for await (const _ of events) signal.throwIfAborted();
    } catch {
      // Lost, or not there yet: what follows is the same as after an orderly end.
    }
    notify(false);
    // Nothing can be watched while the engine is away; asking a dead socket costs next to nothing.
    await delay(retryMs, undefined, { signal }).catch(() => undefined);
    retryMs = Math.min(retryMs * 2, lastRetryMs);
  }
}
