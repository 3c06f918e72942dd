/**
 * What the API server does by itself, now and then: forgets history that nobody asks for, and Events that have had their hour. Where nothing was
 * written since the last time there is nothing to do. Upstream: the compactor of storage/etcd3 and kube-apiserver's --event-ttl.
 */
import type { Clock } from '../api/clock.ts';
import type { CoreEvent } from '../api/types.gen.ts';
import { Compacted, type Store } from '../store/store.ts';

export interface HousekeepingOptions {
  readonly store: Store;
  readonly clock: Clock;
  /** Where Events lie in the store. */
  readonly eventPrefix: string;
  readonly onError: (error: unknown) => void;
}

/** Upstream's compaction interval and the age it gives Events. */
const everyMs = 300_000;
const eventLifeMs = 3_600_000;

export function startHousekeeping(options: HousekeepingOptions): AsyncDisposable {
  const { store, clock, onError } = options;
  let seen = store.revision;
  let working = Promise.resolve();
  let cancel = clock.timer(everyMs, tick);
  function tick(): void {
    cancel = clock.timer(everyMs, tick);
    const before = seen;
    working = working.then(() => round(options, before)).catch(onError);
    seen = store.revision;
  }
  return {
    async [Symbol.asyncDispose]() {
      cancel();
      await working;
    },
  };
}

/** Keeps what was written since the last round: clients that were away for a moment go on from where they were. */
async function round({ store, clock, eventPrefix }: HousekeepingOptions, before: number): Promise<void> {
  if (store.revision === before) return;
  const oldest = clock.now() - eventLifeMs;
  const { entries } = await store.list(eventPrefix);
  for (const { key, value, revision } of entries) {
    // Only Events lie under the prefix. Changed or gone meanwhile: the next round sees it.
    if (lastSeen(value as unknown as CoreEvent) < oldest) await store.write({ type: 'delete', key, expect: revision });
  }
  await store.compact(before).catch((error: unknown) => {
    if (!(error instanceof Compacted)) throw error;
  });
}

function lastSeen({ lastTimestamp, series, eventTime, metadata }: CoreEvent): number {
  const text = series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? metadata.creationTimestamp;
  return text ? Date.parse(text) : 0;
}
