import { expect, test } from 'vitest';
import { serviceUnavailable } from '../api/errors.ts';
import { configMap } from '../api/kinds/core/config-map.ts';
import { pod } from '../api/kinds/core/pod.ts';
import { keyOf } from '../api/object.ts';
import type { ConfigMap } from '../api/types.gen.ts';
import type { Cache } from '../cache/cache.ts';
import { testClock } from '../testing/clock.ts';
import { MemoryClient } from '../testing/memory-client.ts';
import { Informer } from './informer.ts';
import { Informers } from './informers.ts';

const named = (name: string, data: Record<string, string> = {}): ConfigMap => ({ metadata: { name, namespace: 'default' }, data });

/** Resolves when the cache shows what is asked for. */
function until(cache: Cache<ConfigMap>, isSo: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (isSo()) resolve();
    };
    cache.subscribe(look);
    look();
  });
}

test('an informer shows the list when it is complete and follows what happens then', async () => {
  const client = new MemoryClient();
  await client.create(configMap, named('a'));
  await using informer = new Informer({ client, kind: configMap, clock: testClock() });
  await informer.synced;
  expect(informer.cache.list().map(keyOf)).toEqual(['default/a']);
  await client.create(configMap, named('b'));
  await client.update(configMap, named('a', { x: '1' }));
  await client.delete(configMap, { namespace: 'default', name: 'b' });
  await until(informer.cache, () => informer.cache.get('default/a')?.data?.x === '1' && informer.cache.list().length === 1);
});

test('after a lost connection it goes on from where it was, without a new list', async () => {
  const client = new MemoryClient();
  const clock = testClock();
  await using informer = new Informer({ client, kind: configMap, clock });
  await informer.synced;
  await client.create(configMap, named('a'));
  await until(informer.cache, () => informer.cache.list().length === 1);
  client.disconnect();
  await client.create(configMap, named('b'));
  await until(informer.cache, () => informer.cache.list().length === 2);
  expect(client.calls.filter((call) => /^(list|watch)/.test(call))).toEqual([
    'list configmaps ',
    'watch configmaps 0',
    'watch configmaps 1',
  ]);
});

test('when history is gone it lists again and swaps the whole content', async () => {
  const client = new MemoryClient();
  const errors: unknown[] = [];
  await using informer = new Informer({ client, kind: configMap, clock: testClock(), onError: (error) => errors.push(error) });
  await client.create(configMap, named('a'));
  await until(informer.cache, () => informer.cache.list().length === 1);
  const events: string[] = [];
  informer.cache.subscribe(({ type, object }) => events.push(`${type} ${object.metadata.name} ${informer.cache.list().length}`));
  // While nobody watches, everything changes and history is dropped.
  const broken = serviceUnavailable('gone away');
  client.fault = (call) => {
    if (call.startsWith('watch')) throw broken;
  };
  client.disconnect();
  client.fault = () => {};
  await Promise.all([
    client.delete(configMap, { namespace: 'default', name: 'a' }),
    client.create(configMap, named('b')),
    client.create(configMap, named('c')),
  ]);
  client.compact();
  await until(informer.cache, () => informer.cache.list().length === 2);
  expect(events).toEqual(['deleted a 2', 'added b 2', 'added c 2']);
  expect(errors.map(String).at(-1)).toContain('too old resource version');
});

test('a server that is not there is asked again with growing pauses, and no timer stays behind', async () => {
  const client = new MemoryClient();
  const clock = testClock();
  let asked = 0;
  let onAsked = (): void => {};
  client.fault = (call) => {
    if (!call.startsWith('list')) return;
    asked++;
    onAsked();
    throw serviceUnavailable('connection refused');
  };
  const nextCall = (): Promise<void> => new Promise((resolve) => (onAsked = resolve));
  const informer = new Informer({ client, kind: configMap, clock, random: () => 0 });
  while (asked < 2) await nextCall();
  for (const ms of [800, 1600, 3200]) {
    while (clock.pending === 0) await Promise.resolve();
    const called = nextCall();
    clock.advance(ms - 1);
    expect(clock.pending).toBe(1);
    clock.advance(1);
    await called;
  }
  expect(asked).toBe(5);
  const synced = expect(informer.synced).rejects.toThrow('the informer of configmaps was stopped');
  await informer[Symbol.asyncDispose]();
  await synced;
  expect(clock.pending).toBe(0);
});

test('informers of one kind and scope are shared, with the indexes of all who ask', async () => {
  const client = new MemoryClient();
  await client.create(configMap, named('a', { x: '1' }));
  await using informers = new Informers({ client, clock: testClock() });
  const first = informers.cache(configMap);
  await informers.synced(first);
  const second = informers.cache(configMap, {}, { data: ({ data }) => Object.keys(data ?? {}) });
  expect(second).toBe(first);
  expect(second.byIndex('data', 'x').map(keyOf)).toEqual(['default/a']);
  expect(informers.cache(configMap, { namespace: 'default' })).not.toBe(first);
  expect(informers.cache(pod)).not.toBe(first);
  await informers.synced();
});
