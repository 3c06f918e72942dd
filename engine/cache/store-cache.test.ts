import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type KubeObject, keyOf, type Live } from '../api/object.ts';
import type { CacheEvent, IndexFunctions } from './cache.ts';
import { StoreCache } from './store-cache.ts';

const indexes: IndexFunctions<KubeObject> = {
  label: ({ metadata }) => Object.entries(metadata.labels ?? {}).map(([key, value]) => `${key}=${value}`),
  owner: ({ metadata }) => (metadata.ownerReferences ?? []).map(({ uid }) => uid),
};
const late: IndexFunctions<KubeObject> = { name: ({ metadata }) => [metadata.name] };

let version = 0;
const objects = fc
  .record({
    name: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    namespace: fc.constantFrom('one', 'two', undefined),
    uid: fc.constantFrom('u', 'v'),
    labels: fc.dictionary(fc.constantFrom('x', 'y'), fc.constantFrom('1', '2')),
    owners: fc.uniqueArray(fc.constantFrom('o', 'p')),
  })
  .map(({ name, namespace, uid, labels, owners }): Live<KubeObject> => {
    const ownerReferences = owners.map((owner) => ({ apiVersion: 'v1', kind: 'Node', name: owner, uid: owner }));
    const metadata = { name, uid, resourceVersion: String(++version), creationTimestamp: '', labels, ownerReferences };
    return { apiVersion: 'v1', kind: 'ConfigMap', metadata: namespace ? { ...metadata, namespace } : metadata };
  });
type Action =
  | { readonly type: 'put' | 'remove'; readonly object: Live<KubeObject> }
  | { readonly type: 'replace'; readonly list: readonly Live<KubeObject>[] };
const actions: fc.Arbitrary<Action[]> = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.record({ type: fc.constant('put' as const), object: objects }) },
    { weight: 3, arbitrary: fc.record({ type: fc.constant('remove' as const), object: objects }) },
    {
      weight: 1,
      arbitrary: fc.record({ type: fc.constant('replace' as const), list: fc.uniqueArray(objects, { selector: keyOf, maxLength: 6 }) }),
    },
  ),
  { maxLength: 40 },
);
const sorted = (list: readonly Live<KubeObject>[]) => list.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));

function apply(action: Action, cache: StoreCache<KubeObject>, model: Map<string, Live<KubeObject>>): void {
  if ('list' in action) {
    cache.replace(action.list);
    model.clear();
    for (const object of action.list) model.set(keyOf(object), object);
  } else if (action.type === 'put') {
    cache.put(action.object);
    model.set(keyOf(action.object), action.object);
  } else {
    cache.remove(action.object);
    model.delete(keyOf(action.object));
  }
}
function expectEqual(cache: StoreCache<KubeObject>, all: readonly Live<KubeObject>[], known: IndexFunctions<KubeObject>): void {
  expect(sorted(cache.list())).toEqual(sorted(all));
  for (const namespace of ['one', 'two'])
    expect(sorted(cache.list(namespace))).toEqual(sorted(all.filter(({ metadata }) => metadata.namespace === namespace)));
  for (const [name, values] of Object.entries(known))
    for (const value of ['x=1', 'x=2', 'y=1', 'y=2', 'o', 'p', 'a', 'b', 'c'])
      expect(sorted(cache.byIndex(name, value))).toEqual(sorted(all.filter((object) => values(object).includes(value))));
}

test('after any history the cache, its indexes and what listeners were told equal a computation from scratch', () => {
  fc.assert(
    fc.property(actions, (history) => {
      const cache = new StoreCache(indexes);
      const model = new Map<string, Live<KubeObject>>();
      const told = new Map<string, Live<KubeObject>>();
      cache.subscribe((event) => follow(told, event));
      for (const [at, action] of history.entries()) {
        if (at === 5) cache.addIndexes(late);
        apply(action, cache, model);
        expect(told).toEqual(model);
        expectEqual(cache, [...model.values()], at < 5 ? indexes : { ...indexes, ...late });
      }
    }),
  );
});

/** Applies an event to what a listener knows, insisting that the event fits. */
function follow(known: Map<string, Live<KubeObject>>, event: CacheEvent<KubeObject>): void {
  const key = keyOf(event.object);
  expect(known.has(key)).toBe(event.type !== 'added');
  if (event.type === 'updated') expect(event.previous).toBe(known.get(key));
  if (event.type === 'updated') expect(event.previous.metadata.uid).toBe(event.object.metadata.uid);
  if (event.type === 'deleted') known.delete(key);
  else known.set(key, event.object);
}

test('a list that repeats what is known tells nothing, and makes the cache synced', () => {
  const cache = new StoreCache<KubeObject>();
  const [object] = fc.sample(objects, 1);
  if (!object) throw new Error('no sample');
  cache.put(object);
  expect(cache.synced).toBe(false);
  const told: CacheEvent<KubeObject>[] = [];
  cache.subscribe((event) => told.push(event));
  cache.replace([{ ...object }]);
  expect(told).toEqual([]);
  expect(cache.synced).toBe(true);
});

test('an index under a name that means something else already is refused', () => {
  const cache = new StoreCache(indexes);
  cache.addIndexes(indexes);
  expect(() => cache.addIndexes({ label: () => [] })).toThrow('the index "label" is there already');
  expect(() => cache.byIndex('nobody', 'x')).toThrow('the cache has no index "nobody"');
});
