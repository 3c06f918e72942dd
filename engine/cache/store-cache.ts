/**
 * A cache of one kind with its indexes, in memory. `StoreCache` is the write side, which only the one who feeds it holds; everybody else gets it as `Cache`.
 * Upstream: client-go's ThreadSafeStore. Invariant: every index equals what `IndexFunctions` give for the objects that are there now.
 */
import { type KubeObject, keyOf, type Live } from '../api/object.ts';
import type { Cache, CacheEvent, IndexFunctions } from './cache.ts';

type Bucket<T extends KubeObject> = Map<string, Live<T>>;
interface Index<T extends KubeObject> {
  readonly values: (object: Live<T>) => readonly string[];
  readonly buckets: Map<string, Bucket<T>>;
}

export class StoreCache<T extends KubeObject> implements Cache<T> {
  readonly #objects: Bucket<T> = new Map();
  readonly #byNamespace = new Map<string, Bucket<T>>();
  readonly #indexes = new Map<string, Index<T>>();
  readonly #listeners = new Set<(event: CacheEvent<T>) => void>();
  #synced = false;

  constructor(indexes: IndexFunctions<T> = {}) {
    this.addIndexes(indexes);
  }

  get synced(): boolean {
    return this.#synced;
  }
  get size(): number {
    return this.#objects.size;
  }
  get(key: string): Live<T> | undefined {
    return this.#objects.get(key);
  }
  list(namespace?: string): readonly Live<T>[] {
    return [...((namespace ? this.#byNamespace.get(namespace) : this.#objects)?.values() ?? [])];
  }
  byIndex(name: string, value: string): readonly Live<T>[] {
    const index = this.#indexes.get(name);
    if (!index) throw new Error(`the cache has no index "${name}"`);
    return [...(index.buckets.get(value)?.values() ?? [])];
  }
  subscribe(listener: (event: CacheEvent<T>) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Adds what is not there yet, also to a cache that is full. One name means one function for all who share the cache. */
  addIndexes(indexes: IndexFunctions<T>): void {
    for (const [name, values] of Object.entries(indexes)) {
      const known = this.#indexes.get(name);
      if (known && known.values !== values) throw new Error(`the index "${name}" is there already, with another function`);
      if (known) continue;
      const index: Index<T> = { values, buckets: new Map() };
      this.#indexes.set(name, index);
      for (const [key, object] of this.#objects) enter(index, key, object);
    }
  }

  /** Takes a whole list: readers see the old one or the new one, and are told of the difference afterwards. */
  replace(objects: readonly Live<T>[]): void {
    const next = new Set(objects.map(keyOf));
    const events: CacheEvent<T>[] = [];
    for (const object of this.list()) if (!next.has(keyOf(object))) events.push(this.#remove(object));
    for (const object of objects) events.push(...this.#put(object));
    this.#synced = true;
    this.#notify(events);
  }
  put(object: Live<T>): void {
    this.#notify(this.#put(object));
  }
  /** `object` is the last state; what is told is this one, not the one that was known. */
  remove(object: Live<T>): void {
    if (this.#objects.has(keyOf(object))) this.#notify([this.#remove(object)]);
  }

  /**
   * Nothing to tell when the object is the one that is there already: a new list after a gap mostly repeats. Another object under the same name is a
   * deletion and an addition, so that no reader takes the one for the other.
   */
  #put(object: Live<T>): readonly CacheEvent<T>[] {
    const key = keyOf(object);
    const previous = this.#objects.get(key);
    const isSame = previous?.metadata.uid === object.metadata.uid;
    if (isSame && previous?.metadata.resourceVersion === object.metadata.resourceVersion) return [];
    const before: readonly CacheEvent<T>[] = previous && !isSame ? [this.#remove(previous)] : [];
    if (previous && isSame) this.#unindex(key, previous);
    this.#objects.set(key, object);
    if (object.metadata.namespace) bucketOf(this.#byNamespace, object.metadata.namespace).set(key, object);
    for (const index of this.#indexes.values()) enter(index, key, object);
    return [...before, previous && isSame ? { type: 'updated', object, previous } : { type: 'added', object }];
  }

  #remove(object: Live<T>): CacheEvent<T> {
    const key = keyOf(object);
    const previous = this.#objects.get(key) ?? object;
    this.#objects.delete(key);
    this.#unindex(key, previous);
    if (previous.metadata.namespace) dropFrom(this.#byNamespace, previous.metadata.namespace, key);
    return { type: 'deleted', object };
  }

  #unindex(key: string, object: Live<T>): void {
    for (const { values, buckets } of this.#indexes.values()) for (const value of values(object)) dropFrom(buckets, value, key);
  }

  #notify(events: readonly CacheEvent<T>[]): void {
    for (const event of events) for (const listener of this.#listeners) listener(event);
  }
}

function enter<T extends KubeObject>({ values, buckets }: Index<T>, key: string, object: Live<T>): void {
  for (const value of values(object)) bucketOf(buckets, value).set(key, object);
}

function bucketOf<T extends KubeObject>(buckets: Map<string, Bucket<T>>, value: string): Bucket<T> {
  const known = buckets.get(value);
  if (known) return known;
  const fresh: Bucket<T> = new Map();
  buckets.set(value, fresh);
  return fresh;
}
function dropFrom<T extends KubeObject>(buckets: Map<string, Bucket<T>>, value: string, key: string): void {
  const bucket = buckets.get(value);
  bucket?.delete(key);
  if (bucket?.size === 0) buckets.delete(value);
}
