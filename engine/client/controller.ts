/**
 * The loop every controller runs in: events put keys into a queue, workers take them and reconcile one at a time. The result is the policy: `done`, come back
 * `after` a while, or throw to come back after a growing delay. Upstream: controller-runtime's builder and reconcileHandler.
 */
import type { Clock } from '../api/clock.ts';
import { isApiError } from '../api/errors.ts';
import { type KubeObject, keyOf, keyString } from '../api/object.ts';
import type { Cache, CacheEvent } from '../cache/cache.ts';
import { controllerOf } from './owner-references.ts';
import { WorkQueue } from './work-queue.ts';

export type Result =
  /** Come back when something happens, but not before `pauseMs`. */
  { readonly type: 'done'; readonly pauseMs?: number } | { readonly type: 'after'; readonly delayMs: number };
export const done: Result = { type: 'done' };
/** For keys that are dear to reconcile: what happens meanwhile is taken together. */
export function pause(pauseMs: number): Result {
  return { type: 'done', pauseMs };
}
export function after(delayMs: number): Result {
  return { type: 'after', delayMs };
}

/** Subscribes to what triggers a controller, adds the keys of what is there already, and returns what ends the subscription. */
export type Trigger = (add: (key: string) => void) => () => void;

/** Triggers for the keys that a function reads off each event; what the cache holds at the start counts as added. */
export function onChange<T extends KubeObject>(cache: Cache<T>, keys: (event: CacheEvent<T>) => readonly string[]): Trigger {
  return (add) => {
    const take = (event: CacheEvent<T>): void => {
      for (const key of keys(event)) add(key);
    };
    const end = cache.subscribe(take);
    for (const object of cache.list()) take({ type: 'added', object });
    return end;
  };
}
/** Triggers for each object of the cache, under its own key. */
export function onObject<T extends KubeObject>(cache: Cache<T>): Trigger {
  return onChange(cache, ({ object }) => [keyOf(object)]);
}
/** Triggers for the controlling owner of each object, where it is of `kind`; for the owner before, too, when that has changed. */
export function onOwned<T extends KubeObject>(cache: Cache<T>, kind: string): Trigger {
  return onChange(cache, (event) => {
    const ends = event.type === 'updated' ? [event.object, event.previous] : [event.object];
    return ends.flatMap((object) => {
      const owner = controllerOf(object);
      return owner?.kind === kind ? [keyString({ namespace: object.metadata.namespace, name: owner.name })] : [];
    });
  });
}

export interface ControllerOptions {
  readonly name: string;
  readonly clock: Clock;
  readonly triggers: readonly Trigger[];
  readonly reconcile: (key: string, signal: AbortSignal) => Promise<Result>;
  /** Keys worked on at a time. */
  readonly workers?: number;
  readonly onError: (controller: string, key: string, error: unknown) => void;
}

const defaultWorkers = 5;

export class Controller implements AsyncDisposable {
  readonly #options: ControllerOptions;
  readonly #queue: WorkQueue;
  readonly #abort = new AbortController();
  readonly #ends: Set<() => void>;
  readonly #workers: readonly Promise<void>[];

  constructor(options: ControllerOptions) {
    this.#options = options;
    this.#queue = new WorkQueue(options.clock);
    this.#ends = new Set(options.triggers.map((trigger) => trigger((key) => this.#queue.add(key))));
    this.#workers = Array.from({ length: options.workers ?? defaultWorkers }, () => this.#work());
  }

  /** For what no cache tells of. */
  add(key: string, delayMs = 0): void {
    this.#queue.addAfter(key, delayMs);
  }

  /** A trigger that comes later; the result ends it. */
  follow(trigger: Trigger): () => void {
    const end = trigger((key) => this.#queue.add(key));
    this.#ends.add(end);
    return () => {
      this.#ends.delete(end);
      end();
    };
  }

  /** Resolves when the work that has begun is finished. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const end of this.#ends) end();
    this.#abort.abort();
    this.#queue.close();
    await Promise.all(this.#workers);
  }

  async #work(): Promise<void> {
    for (let key = await this.#queue.take(); key !== undefined; key = await this.#queue.take()) {
      this.#queue.done(key, await this.#reconcile(key));
    }
  }

  /** Gives how long the key rests. */
  async #reconcile(key: string): Promise<number> {
    try {
      const result = await this.#options.reconcile(key, this.#abort.signal);
      this.#queue.forget(key);
      if (result.type === 'done') return result.pauseMs ?? 0;
      this.#queue.addAfter(key, result.delayMs);
    } catch (error) {
      this.#queue.addRateLimited(key);
      // Our cache was behind: the object has changed, or is gone. The next round sees it; nothing to tell anybody.
      const isBehind = isApiError(error, 'Conflict') || isApiError(error, 'NotFound');
      if (!this.#abort.signal.aborted && !isBehind) this.#options.onError(this.#options.name, key, error);
    }
    return 0;
  }
}
