/**
 * The read side of a watch-fed cache of one kind: what controllers, agent and window read. The write side is in `store-cache.ts`;
 * readers never see a half-made list.
 */
import type { KubeObject, Live } from '../api/object.ts';

export type CacheEvent<T extends KubeObject> =
  | { readonly type: 'added'; readonly object: Live<T> }
  | { readonly type: 'updated'; readonly object: Live<T>; readonly previous: Live<T> }
  | { readonly type: 'deleted'; readonly object: Live<T> };

/** Names the values an object is found under: `node` → [spec.nodeName]. */
export type IndexFunctions<T extends KubeObject> = Readonly<Record<string, (object: Live<T>) => readonly string[]>>;

export interface Cache<T extends KubeObject> {
  /** False until the first list is complete. */
  readonly synced: boolean;
  /** By `namespace/name` or `name`. */
  get(key: string): Live<T> | undefined;
  list(namespace?: string): readonly Live<T>[];
  /** Objects found under `value` in the index `name`. */
  byIndex(name: string, value: string): readonly Live<T>[];
  /** Calls back after each change, outside the write; the result ends it. A listener must not throw. */
  subscribe(listener: (event: CacheEvent<T>) => void): () => void;
}
