/** One informer for each kind and scope, shared by all who ask. Upstream: client-go's SharedInformerFactory. */
import type { Clock } from '../api/clock.ts';
import type { Kind } from '../api/kind.ts';
import type { KubeObject } from '../api/object.ts';
import type { Cache, IndexFunctions } from '../cache/cache.ts';
import type { Client } from './client.ts';
import { Informer, type Scope } from './informer.ts';

export interface InformersOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly onError?: (kind: Kind, error: unknown) => void;
}

export class Informers implements AsyncDisposable {
  readonly #options: InformersOptions;
  readonly #informers = new Map<string, Informer<KubeObject>>();
  readonly #byCache = new Map<unknown, Informer<KubeObject>>();
  readonly #ending = new Set<Promise<void>>();

  constructor(options: InformersOptions) {
    this.#options = options;
  }

  /** The cache of a kind; the first call starts its watch, every call adds its indexes. */
  cache<T extends KubeObject>(kind: Kind<T>, scope: Scope = {}, indexes: IndexFunctions<T> = {}): Cache<T> {
    const resource = `${kind.group}/${kind.plural}`;
    const id = `${resource}?${scope.namespace ?? ''}&${scope.labelSelector ?? ''}&${scope.fieldSelector ?? ''}`;
    // The id names the kind, so what lies under it was made for this T.
    const known = this.#informers.get(id) as unknown as Informer<T> | undefined;
    if (known) {
      known.addIndexes(indexes);
      return known.cache;
    }
    const { client, clock, onError } = this.#options;
    const told = onError ? { onError: (error: unknown) => onError(kind as unknown as Kind, error) } : {};
    const informer = new Informer<T>({ client, kind, clock, scope, indexes, ...told });
    // The map forgets the types; `id` brings them back.
    this.#informers.set(id, informer as unknown as Informer<KubeObject>);
    this.#byCache.set(informer.cache, informer as unknown as Informer<KubeObject>);
    return informer.cache;
  }

  /** Resolves when the cache's first list is complete; without a cache: when all that were asked for are. */
  async synced<T extends KubeObject>(cache?: Cache<T>): Promise<void> {
    if (cache) await this.#byCache.get(cache)?.synced;
    else await Promise.all([...this.#informers.values()].map((informer) => informer.synced));
  }

  /** Ends the watch behind a cache that nobody needs any more: of a kind that is no longer served. */
  release<T extends KubeObject>(cache: Cache<T>): void {
    const informer = this.#byCache.get(cache);
    if (!informer) return;
    this.#byCache.delete(cache);
    for (const [id, one] of this.#informers) if (one === informer) this.#informers.delete(id);
    const end: Promise<void> = informer[Symbol.asyncDispose]().finally(() => this.#ending.delete(end));
    this.#ending.add(end);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#informers.values()].map((informer) => informer[Symbol.asyncDispose]()));
    await Promise.all(this.#ending);
    this.#informers.clear();
    this.#byCache.clear();
  }
}
