/** A cache that the test writes, for parts that read one. */
import { type KubeObject, keyOf, type Live } from '../api/object.ts';
import type { Cache, CacheEvent } from '../cache/cache.ts';

export interface TestCache<T extends KubeObject> extends Cache<T> {
  set(...objects: readonly Live<T>[]): void;
  delete(key: string): void;
}

export function testCache<T extends KubeObject>(): TestCache<T> {
  const objects = new Map<string, Live<T>>();
  const listeners = new Set<(event: CacheEvent<T>) => void>();
  const notify = (event: CacheEvent<T>): void => {
    for (const listener of listeners) listener(event);
  };
  return {
    synced: true,
    get: (key) => objects.get(key),
    list: (namespace) => [...objects.values()].filter(({ metadata }) => namespace === undefined || metadata.namespace === namespace),
    byIndex: () => [],
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    set(...changed) {
      for (const object of changed) {
        const previous = objects.get(keyOf(object));
        objects.set(keyOf(object), object);
        notify(previous ? { type: 'updated', object, previous } : { type: 'added', object });
      }
    },
    delete(key) {
      const object = objects.get(key);
      objects.delete(key);
      if (object) notify({ type: 'deleted', object });
    },
  };
}
