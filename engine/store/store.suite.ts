/** What every store must do; run on each implementation. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../api/object.ts';
import { type TestClock, testClock } from '../testing/clock.ts';
import type { Change, Revision, Store, WriteResult } from './store.ts';
import { Compacted, FutureRevision } from './store.ts';

export interface StoreUnderTest {
  readonly store: Store;
  [Symbol.asyncDispose](): Promise<void>;
}
export type OpenStore = (options: { readonly clock: TestClock; readonly bookmarkMs: number }) => Promise<StoreUnderTest>;

export const bookmarkMs = 60_000;

/** The revision of a write that must succeed. */
export async function written(result: Promise<WriteResult>): Promise<Revision> {
  const done = await result;
  if (!done.ok) throw new Error(`unexpected conflict with ${JSON.stringify(done.conflict)}`);
  return done.revision;
}

/** Reads a watch until the changes seen satisfy `enough`. */
export async function readWatch(watch: AsyncIterable<readonly Change[]>, enough: (seen: readonly Change[]) => boolean): Promise<Change[]> {
  const seen: Change[] = [];
  for await (const changes of watch) {
    seen.push(...changes);
    if (enough(seen)) break;
  }
  return seen;
}
export const untilBookmark = (seen: readonly Change[]): boolean => seen.at(-1)?.type === 'bookmark';
const afterData =
  (count: number) =>
  (seen: readonly Change[]): boolean =>
    seen.filter(({ type }) => type !== 'bookmark').length >= count;

export function describeStore(name: string, open: OpenStore): void {
  describe(name, () => {
    let clock: TestClock;
    let subject: StoreUnderTest;
    let store: Store;
    let ending: AbortController;
    const create = (key: string, value: JsonObject = { key }) => written(store.write({ type: 'create', key, value }));
    const update = (key: string, expected: Revision, value: JsonObject) =>
      written(store.write({ type: 'update', key, value, expect: expected }));
    const remove = (key: string, expected: Revision) => written(store.write({ type: 'delete', key, expect: expected }));
    const watch = (prefix: string, after: Revision) => store.watch(prefix, { after, signal: ending.signal });

    beforeEach(async () => {
      clock = testClock();
      ending = new AbortController();
      subject = await open({ clock, bookmarkMs });
      store = subject.store;
    });
    afterEach(async () => {
      ending.abort();
      await subject[Symbol.asyncDispose]();
    });

    it('starts empty at revision 0', async () => {
      expect([store.revision, await store.get('/a'), await store.list('/')]).toEqual([
        0,
        undefined,
        { entries: [], revision: 0, remaining: 0 },
      ]);
    });

    it('counts every write and hands back what was written', async () => {
      const revisions = [await create('/a', { n: 1 }), await create('/b', { n: 2 }), await update('/a', 1, { n: 3 })];
      expect(revisions).toEqual([1, 2, 3]);
      expect(await store.get('/a')).toEqual({ key: '/a', value: { n: 3 }, revision: 3 });
      expect(store.revision).toBe(3);
    });

    it('hands out frozen values', async () => {
      await create('/a', { list: [{ deep: true }] });
      const value = (await store.get('/a'))?.value.list as readonly object[];
      expect([Object.isFrozen(value), Object.isFrozen(value[0])]).toEqual([true, true]);
    });

    it.each([
      ['a create of what exists', { type: 'create', key: '/a', value: {} }],
      ['an update from a stale revision', { type: 'update', key: '/a', value: {}, expect: 1 }],
      ['a deletion from a stale revision', { type: 'delete', key: '/a', expect: 1 }],
    ] as const)('refuses %s and names what is there', async (_, write) => {
      await create('/a', { n: 1 });
      await update('/a', 1, { n: 2 });
      expect(await store.write(write)).toEqual({ ok: false, conflict: { key: '/a', value: { n: 2 }, revision: 2 } });
      expect(store.revision).toBe(2);
    });

    it('refuses to update or delete what is not there', async () => {
      expect(await store.write({ type: 'update', key: '/a', value: {}, expect: 1 })).toEqual({ ok: false, conflict: undefined });
      expect(await store.write({ type: 'delete', key: '/a', expect: 0 })).toEqual({ ok: false, conflict: undefined });
    });

    it('lets exactly one of many concurrent writers win, and tells the others who did', async () => {
      const results = await Promise.all(Array.from({ length: 20 }, (_, n) => store.write({ type: 'create', key: '/a', value: { n } })));
      expect(results.filter(({ ok }) => ok)).toEqual([{ ok: true, revision: 1 }]);
      expect(results.filter(({ ok }) => !ok)).toEqual(
        Array.from({ length: 19 }, () => ({ ok: false, conflict: { key: '/a', value: { n: 0 }, revision: 1 } })),
      );
    });

    it('decides concurrent writes to one key one after the other', async () => {
      const results = await Promise.all([
        store.write({ type: 'create', key: '/a', value: { n: 1 } }),
        store.write({ type: 'update', key: '/a', value: { n: 2 }, expect: 1 }),
        store.write({ type: 'delete', key: '/a', expect: 2 }),
        store.write({ type: 'create', key: '/a', value: { n: 4 } }),
      ]);
      expect(results.map((result) => result.ok && result.revision)).toEqual([1, 2, 3, 4]);
      const changes = await readWatch(watch('/', 0), untilBookmark);
      expect(changes.map(({ type }) => type)).toEqual(['create', 'update', 'delete', 'create', 'bookmark']);
    });

    it('lists a prefix in key order, in pages that show one revision', async () => {
      for (const key of ['/p/c', '/p/a', '/q/x', '/p/b', '/o/y']) await create(key);
      const first = await store.list('/p/', { limit: 2 });
      await create('/p/bb');
      await remove('/p/c', 1);
      const rest = await store.list('/p/', { limit: 2, after: '/p/b', at: first.revision });
      expect([first, rest].map((page) => [page.entries.map(({ key }) => key), page.remaining, page.revision])).toEqual([
        [['/p/a', '/p/b'], 1, 5],
        [['/p/c'], 0, 5],
      ]);
    });

    it('shows the past as it was: older values, deleted keys, no newer keys', async () => {
      await create('/a', { n: 1 });
      await create('/b', { n: 1 });
      await update('/a', 1, { n: 2 });
      await remove('/b', 2);
      await create('/c');
      await create('/b', { n: 9 });
      expect((await store.list('/', { at: 2 })).entries.map(({ key, value }) => [key, value.n])).toEqual([
        ['/a', 1],
        ['/b', 1],
      ]);
      expect((await store.list('/', { at: 4 })).entries.map(({ key }) => key)).toEqual(['/a']);
    });

    it('refuses to list the future', async () => {
      await expect(store.list('/', { at: 1 })).rejects.toBeInstanceOf(FutureRevision);
    });

    it('delivers history, then says that it has caught up', async () => {
      await create('/a', { n: 1 });
      await create('/x', {});
      await update('/a', 1, { n: 2 });
      await remove('/a', 3);
      const [first, second] = [
        { key: '/a', value: { n: 1 }, revision: 1 },
        { key: '/a', value: { n: 2 }, revision: 3 },
      ];
      expect(await readWatch(watch('/a', 0), untilBookmark)).toEqual([
        { type: 'create', entry: first },
        { type: 'update', entry: second, previous: first },
        { type: 'delete', key: '/a', revision: 4, previous: second },
        { type: 'bookmark', revision: 4 },
      ]);
      expect(await readWatch(watch('/a', 3), untilBookmark)).toEqual([
        { type: 'delete', key: '/a', revision: 4, previous: second },
        { type: 'bookmark', revision: 4 },
      ]);
    });

    it('delivers live changes of the prefix only', async () => {
      const seen = readWatch(watch('/a/', 0), afterData(2));
      await create('/b/1');
      await create('/a/1');
      await create('/b/2');
      await create('/a/2');
      expect((await seen).filter(({ type }) => type !== 'bookmark').map((change) => change.type === 'create' && change.entry.key)).toEqual([
        '/a/1',
        '/a/2',
      ]);
    });

    it('leaves no gap and repeats nothing when writes go on while watches begin', async () => {
      const total = 400;
      const writes = (async () => {
        for (let n = 0; n < total; n += 8) await Promise.all(Array.from({ length: 8 }, (_, i) => create(`/k/${n + i}`)));
      })();
      const watches: Promise<Change[]>[] = [];
      for (let n = 0; n < 10; n++) {
        const after = store.revision >> 1;
        watches.push(readWatch(watch('/k/', after), (seen) => afterData(total - after)(seen)));
        await create(`/other/${n}`);
      }
      await writes;
      for (const seen of await Promise.all(watches)) {
        const revisions = seen.flatMap((change) => (change.type === 'create' ? [change.entry.revision] : []));
        expect(revisions).toEqual([...new Set(revisions)].sort((a, b) => a - b));
        expect(new Set(seen.flatMap((change) => (change.type === 'create' ? [change.entry.key] : []))).size).toBe(revisions.length);
      }
    });

    it('serves a slow watcher everything, however far it falls behind', async () => {
      const slow = watch('/', 0)[Symbol.asyncIterator]();
      await slow.next();
      const fast = readWatch(watch('/', 0), afterData(600));
      for (let n = 0; n < 600; n += 100) await Promise.all(Array.from({ length: 100 }, (_, i) => create(`/k/${n + i}`)));
      await fast;
      const revisions: Revision[] = [];
      while (revisions.length < 600) {
        const { value } = await slow.next();
        for (const change of value as readonly Change[]) if (change.type === 'create') revisions.push(change.entry.revision);
      }
      expect(revisions).toEqual(Array.from({ length: 600 }, (_, n) => n + 1));
    });

    it('sends a bookmark to a quiet watch when others have written, and keeps no timer without watches', async () => {
      const iterator = watch('/quiet/', 0)[Symbol.asyncIterator]();
      expect((await iterator.next()).value).toEqual([{ type: 'bookmark', revision: 0 }]);
      const next = iterator.next();
      await create('/loud/1');
      clock.advance(bookmarkMs);
      expect((await next).value).toEqual([{ type: 'bookmark', revision: 1 }]);
      await iterator.return?.();
      expect(clock.pending).toBe(0);
    });

    it('ends a watch when its signal aborts', async () => {
      const seen: Change[] = [];
      const over = (async () => {
        for await (const changes of watch('/', 0)) {
          seen.push(...changes);
          if (untilBookmark(seen)) ending.abort();
        }
      })();
      await over;
      expect(seen).toEqual([{ type: 'bookmark', revision: 0 }]);
    });

    it('ends watches and refuses writes when it is disposed', async () => {
      const iterator = watch('/', 0)[Symbol.asyncIterator]();
      await iterator.next();
      const end = iterator.next();
      await store[Symbol.asyncDispose]();
      expect((await end).done).toBe(true);
      await expect(create('/a')).rejects.toThrow('closed');
    });

    it('forgets history at a compaction and says so, while the present and the mark itself stay readable', async () => {
      await create('/a', { n: 1 });
      await update('/a', 1, { n: 2 });
      await create('/b');
      await remove('/b', 3);
      await update('/a', 2, { n: 3 });
      await store.compact(4);
      await expect(store.list('/', { at: 3 })).rejects.toBeInstanceOf(Compacted);
      await expect(readWatch(watch('/', 3), untilBookmark)).rejects.toBeInstanceOf(Compacted);
      expect((await store.list('/', { at: 4 })).entries).toEqual([{ key: '/a', value: { n: 2 }, revision: 2 }]);
      expect((await store.list('/')).entries).toEqual([{ key: '/a', value: { n: 3 }, revision: 5 }]);
      expect((await readWatch(watch('/', 4), untilBookmark)).map(({ type }) => type)).toEqual(['update', 'bookmark']);
    });

    it('keeps a caught-up watch alive over a compaction', async () => {
      const iterator = watch('/a', 0)[Symbol.asyncIterator]();
      await iterator.next();
      for (let n = 0; n < 5; n++) await create(`/b/${n}`);
      await store.compact(5);
      const next = iterator.next();
      await create('/a/1');
      expect((await next).value).toEqual([{ type: 'create', entry: { key: '/a/1', value: { key: '/a/1' }, revision: 6 } }]);
    });

    it('never compacts what is not written yet', async () => {
      await create('/a');
      await store.compact(10);
      await create('/b');
      expect((await readWatch(watch('/', 1), untilBookmark)).map(({ type }) => type)).toEqual(['create', 'bookmark']);
    });
  });
}
