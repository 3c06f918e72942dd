/** Keeps a cache of one kind up to date from a Client: runs the states of `cache/watch.ts`. Upstream: client-go's SharedInformer. */
import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../api/clock.ts';
import type { Kind } from '../api/kind.ts';
import type { KubeObject } from '../api/object.ts';
import type { Cache, IndexFunctions } from '../cache/cache.ts';
import { StoreCache } from '../cache/store-cache.ts';
import { firstState, type Outcome, type Step, step, type WatchState } from '../cache/watch.ts';
import { withoutManagers } from '../cache/without-managers.ts';
import type { Client } from './client.ts';
import { unlessAborted, wait } from './wait.ts';

export interface Scope {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}
export interface InformerOptions<T extends KubeObject> {
  readonly client: Client;
  readonly kind: Kind<T>;
  readonly clock: Clock;
  readonly scope?: Scope;
  readonly indexes?: IndexFunctions<T>;
  /** From 0 up to 1; spreads the retries of many. */
  readonly random?: () => number;
  /** Told of every list or watch that failed; the informer goes on by itself. */
  readonly onError?: (error: unknown) => void;
}

/** Objects of a page; a list of many thousands must not be one answer. */
const pageSize = 5000;
/** Events taken in a row before others in this process get their turn. */
const eventsPerTurn = 256;

export class Informer<T extends KubeObject> implements AsyncDisposable {
  readonly cache: Cache<T>;
  /** Resolves when the first list is complete; rejects when the informer is disposed before. */
  readonly synced: Promise<void>;
  readonly #store: StoreCache<T>;
  readonly #options: InformerOptions<T>;
  readonly #abort = new AbortController();
  readonly #loop: Promise<void>;
  readonly #onSynced: () => void;

  constructor(options: InformerOptions<T>) {
    this.#options = options;
    this.#store = new StoreCache(options.indexes);
    this.cache = this.#store;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.synced = promise;
    this.#onSynced = resolve;
    this.#abort.signal.addEventListener('abort', () => reject(new Error(`the informer of ${options.kind.plural} was stopped`)));
    // Whoever waits for it sees the rejection; when nobody does it is no news.
    promise.catch(() => {});
    this.#loop = this.#run();
  }

  addIndexes(indexes: IndexFunctions<T>): void {
    this.#store.addIndexes(indexes);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#abort.abort();
    await this.#loop;
  }

  async #run(): Promise<void> {
    const { signal } = this.#abort;
    const { clock, random = Math.random } = this.#options;
    let state = firstState<T>();
    while (!signal.aborted) {
      const outcome = state.at === 'watching' ? await this.#watch(state.resourceVersion) : await this.#page(state);
      if (signal.aborted) return;
      if (outcome.type !== 'page' && outcome.error !== undefined) this.#options.onError?.(outcome.error);
      const next = step(state, outcome);
      state = next.state;
      this.#take(next);
      await wait(clock, next.delayMs * (1 + random()), signal);
    }
  }

  #take({ list }: Step<T>): void {
    if (!list) return;
    try {
      this.#store.replace(list);
    } catch (error) {
      // A listener's mistake; the cache itself is complete, and the others must go on.
      this.#options.onError?.(error);
    }
    this.#onSynced();
  }

  async #page(state: WatchState<T>): Promise<Outcome<T>> {
    const { client, kind, scope = {} } = this.#options;
    const rest = state.at === 'paging' ? { continue: state.continue } : {};
    try {
      const page = await unlessAborted(client.list(kind, { ...scope, limit: pageSize, ...rest }), this.#abort.signal);
      return { type: 'page', ...page, items: page.items.map(withoutManagers) };
    } catch (error) {
      return { type: 'failed', error };
    }
  }

  async #watch(resourceVersion: string): Promise<Outcome<T>> {
    const { client, kind, scope = {}, clock } = this.#options;
    const { signal } = this.#abort;
    const sinceMs = clock.now();
    let reached = resourceVersion;
    let taken = 0;
    try {
      for await (const event of client.watch(kind, { ...scope, resourceVersion, signal })) {
        reached = event.type === 'BOOKMARK' ? event.resourceVersion : event.object.metadata.resourceVersion;
        if (event.type === 'DELETED') this.#store.remove(event.object);
        else if (event.type !== 'BOOKMARK') this.#store.put(withoutManagers(event.object));
        if (++taken % eventsPerTurn === 0) await setImmediate();
      }
      return { type: 'ended', reached, lastedMs: clock.now() - sinceMs };
    } catch (error) {
      return { type: 'ended', reached, lastedMs: clock.now() - sinceMs, error };
    }
  }
}
