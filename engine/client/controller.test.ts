import { expect, test } from 'vitest';
import { conflict } from '../api/errors.ts';
import { pod } from '../api/kinds/core/pod.ts';
import type { Pod } from '../api/types.gen.ts';
import { StoreCache } from '../cache/store-cache.ts';
import { testClock } from '../testing/clock.ts';
import { pod as podNamed } from '../testing/scheduling.ts';
import { after, Controller, type ControllerOptions, done, onChange, onObject, onOwned, type Result } from './controller.ts';

const options = { name: 'test', clock: testClock(), onError: () => {} } satisfies Partial<ControllerOptions>;

/** Collects what is reconciled; `next` resolves with the following key. */
function keys(): { readonly took: (key: string) => Result; next(): Promise<string> } {
  const taken: string[] = [];
  const waiting: ((key: string) => void)[] = [];
  return {
    took(key) {
      const waiter = waiting.shift();
      if (waiter) waiter(key);
      else taken.push(key);
      return done;
    },
    next() {
      const key = taken.shift();
      return key === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(key);
    },
  };
}

test('what is there at the start and what changes later wakes the controller', async () => {
  const cache = new StoreCache<Pod>();
  cache.put(podNamed('a'));
  const { took, next } = keys();
  await using _ = new Controller({ ...options, triggers: [onObject(cache)], reconcile: async (key) => took(key) });
  expect(await next()).toBe('default/a');
  cache.put(podNamed('b'));
  expect(await next()).toBe('default/b');
});

test('an object that changes its owner wakes both', async () => {
  const cache = new StoreCache<Pod>();
  const first = podNamed('a', { owner: 'one' });
  cache.put(first);
  const { took, next } = keys();
  await using _ = new Controller({
    ...options,
    workers: 1,
    triggers: [onOwned(cache, 'ReplicaSet')],
    reconcile: async (key) => took(key),
  });
  expect(await next()).toBe('default/one');
  const second = podNamed('a', { owner: 'two' });
  cache.put({ ...second, metadata: { ...second.metadata, uid: first.metadata.uid, resourceVersion: '2' } });
  expect(await next()).toBe('default/two');
  expect(await next()).toBe('default/one');
});

test('a failure is told and tried again, a conflict only tried again, and a result can ask to come back', async () => {
  const clock = testClock();
  const cache = new StoreCache<Pod>();
  const told: string[] = [];
  const { took, next } = keys();
  const outcomes = [
    () => Promise.reject(new Error('broken')),
    () => Promise.reject(conflict(pod, 'a')),
    () => Promise.resolve(after(60_000)),
    () => Promise.resolve(done),
  ];
  await using _ = new Controller({
    ...options,
    clock,
    triggers: [onChange(cache, () => ['key'])],
    onError: (name, key, error) => told.push(`${name} ${key} ${error}`),
    reconcile: (key) => {
      took(key);
      return outcomes.shift()?.() ?? Promise.resolve(done);
    },
  });
  cache.put(podNamed('a'));
  const waits: number[] = [];
  for (let count = 0; count < 3; count++) {
    await next();
    while (clock.pending === 0) await Promise.resolve();
    const start = clock.now();
    while (clock.pending > 0) clock.advance(1);
    waits.push(clock.now() - start);
  }
  expect(await next()).toBe('key');
  expect(waits).toEqual([5, 10, 60_000]);
  expect(told).toEqual(['test key Error: broken']);
  expect(clock.pending).toBe(0);
});

test('disposing waits for the work that has begun', async () => {
  const cache = new StoreCache<Pod>();
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  let isFinished = false;
  const controller = new Controller({
    ...options,
    triggers: [onObject(cache)],
    reconcile: async (_key, signal) => {
      begin();
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      isFinished = true;
      return done;
    },
  });
  cache.put(podNamed('a'));
  await begun;
  await controller[Symbol.asyncDispose]();
  expect(isFinished).toBe(true);
});
