import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setImmediate as immediate } from 'node:timers/promises';
import fc from 'fast-check';
import { open, type RootDatabase } from 'lmdb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../api/object.ts';
import { testClock } from '../testing/clock.ts';
import { type Acknowledged, isWhole } from '../testing/store-writer.ts';
import { openStore } from './lmdb.ts';
import { createModel } from './model.ts';
import { bookmarkMs, describeStore, readWatch, untilBookmark, written } from './store.suite.ts';
import type { Change, Entry, Store, Write } from './store.ts';

const newDirectory = (): Promise<string> => mkdtemp(join(tmpdir(), 'minato-store-'));
const openAt = (directory: string): Promise<Store> => openStore({ directory, clock: testClock(), bookmarkMs });

describeStore('the LMDB store', async (options) => {
  const directory = await newDirectory();
  // A short backlog, so that the suite's slow watcher has to go back to the log.
  const store = await openStore({ ...options, directory, backlog: 100 });
  return {
    store,
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]();
      await rm(directory, { recursive: true });
    },
  };
});

describe('the LMDB store on disk', () => {
  let directory: string;
  const children = new Set<ChildProcess>();
  const program = (mode: string): ChildProcess => {
    const child = spawn(process.execPath, [join(import.meta.dirname, '../testing/store-writer.ts'), directory, mode], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    children.add(child);
    return child;
  };
  const lines = (child: ChildProcess): AsyncIterable<string> => {
    if (!child.stdout) throw new Error('the child has no stdout');
    return createInterface({ input: child.stdout });
  };
  const firstLine = async (child: ChildProcess): Promise<object> => {
    for await (const line of lines(child)) return JSON.parse(line);
    throw new Error('the child said nothing');
  };
  const kill = async (child: ChildProcess): Promise<void> => {
    const over = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined;
    child.kill('SIGKILL');
    await over;
    children.delete(child);
  };

  beforeEach(async () => {
    directory = await newDirectory();
  });
  afterEach(async () => {
    for (const child of children) await kill(child);
    await rm(directory, { recursive: true, force: true });
  });

  it('finds everything again after it was closed, history included', async () => {
    const first = await openAt(directory);
    await written(first.write({ type: 'create', key: '/a', value: { text: '港', n: 1 } }));
    await written(first.write({ type: 'update', key: '/a', value: { n: 2 }, expect: 1 }));
    await written(first.write({ type: 'create', key: '/b', value: {} }));
    await written(first.write({ type: 'delete', key: '/b', expect: 3 }));
    await first[Symbol.asyncDispose]();
    await using second = await openAt(directory);
    expect(second.revision).toBe(4);
    expect((await second.list('/', { at: 3 })).entries.map(({ key, revision }) => [key, revision])).toEqual([
      ['/a', 2],
      ['/b', 3],
    ]);
    const ended = new AbortController();
    const changes = await readWatch(second.watch('/', { after: 0, signal: ended.signal }), untilBookmark);
    expect(changes.map(({ type }) => type)).toEqual(['create', 'update', 'create', 'delete', 'bookmark']);
  });

  it('keeps its revision when the newest record was compacted away', async () => {
    const first = await openAt(directory);
    await written(first.write({ type: 'create', key: '/a', value: {} }));
    await written(first.write({ type: 'delete', key: '/a', expect: 1 }));
    await first.compact(2);
    await first[Symbol.asyncDispose]();
    await using second = await openAt(directory);
    expect(await written(second.write({ type: 'create', key: '/a', value: {} }))).toBe(3);
  });

  it('gives compacted space back to new writes', async () => {
    await using store = await openAt(directory);
    const value: JsonObject = { text: 'x'.repeat(3000) };
    let expected = await written(store.write({ type: 'create', key: '/a', value }));
    const round = async (): Promise<number> => {
      for (let n = 0; n < 500; n++) expected = await written(store.write({ type: 'update', key: '/a', value, expect: expected }));
      await store.compact(store.revision);
      return (await stat(join(directory, 'data.mdb'))).size;
    };
    await round();
    const before = await round();
    for (let n = 0; n < 4; n++) await round();
    expect(await round()).toBeLessThan(before * 1.5);
  });

  it('keeps nothing on disk but the present after a compaction of everything', async () => {
    {
      await using store = await openAt(directory);
      await writeAndDelete(store);
      await store.compact(store.revision);
    }
    expect(await countRecords()).toBe(10);
  });

  it('cleans up after a compaction that was cut short', async () => {
    {
      await using store = await openAt(directory);
      await writeAndDelete(store);
    }
    await countRecords((root) => root.openDB<number, string>({ name: 'meta', encoding: 'json' }).putSync('compacted', 50));
    {
      await using store = await openAt(directory);
      expect(store.revision).toBe(50);
    }
    expect(await countRecords()).toBe(10);
  });

  /** Fifty writes, after which ten keys are left. */
  async function writeAndDelete(store: Store): Promise<void> {
    for (let n = 0; n < 20; n++) {
      const revision = await written(store.write({ type: 'create', key: `/k/${n}`, value: { n } }));
      const next = await written(store.write({ type: 'update', key: `/k/${n}`, value: {}, expect: revision }));
      if (n % 2) await written(store.write({ type: 'delete', key: `/k/${n}`, expect: next }));
    }
  }
  async function countRecords(first: (root: RootDatabase<number, string>) => unknown = () => {}): Promise<number> {
    const root = open<number, string>({ path: directory, overlappingSync: false });
    first(root);
    const count = root.openDB<Buffer, number>({ name: 'log', encoding: 'binary' }).getCount();
    await root.close();
    return count;
  }

  it('is owned by one process, and names it to others', async () => {
    const holder = program('hold');
    expect(await firstLine(holder)).toEqual({ open: holder.pid });
    await expect(openAt(directory)).rejects.toMatchObject({ code: 'data-locked', params: { directory, pid: holder.pid } });
  });

  it('is owned by one store of a process', async () => {
    await using _store = await openAt(directory);
    await expect(openAt(directory)).rejects.toMatchObject({ code: 'data-locked', params: { pid: process.pid } });
  });

  it('is taken over from an owner that was killed', async () => {
    const holder = program('hold');
    await firstLine(holder);
    await kill(holder);
    await using store = await openAt(directory);
    expect(store.revision).toBe(0);
  });

  it('goes to exactly one of several processes that open it at once', async () => {
    const contenders = Array.from({ length: 4 }, () => program('hold'));
    const said = await Promise.all(contenders.map(firstLine));
    const winners = said.flatMap((line) => ('open' in line ? [line.open] : []));
    expect(winners).toHaveLength(1);
    expect(said.filter((line) => 'refused' in line)).toEqual(
      Array.from({ length: 3 }, () => ({ refused: 'data-locked', directory, pid: winners[0] })),
    );
  });

  it('loses nothing acknowledged and keeps nothing half-written when its process is killed', { timeout: 120_000 }, async () => {
    const newest = new Map<string, Acknowledged>();
    for (let round = 0; round < 8; round++) {
      await writeAndDie(newest, 20 + Math.floor(Math.random() * 3000));
      await using store = await openAt(directory);
      const entries = (await store.list('/lane/')).entries;
      expect(entries.filter((entry) => !isWhole(entry))).toEqual([]);
      const present = new Map(entries.map((entry) => [entry.key, entry.revision]));
      for (const said of newest.values()) await expectKept(store, said, present.get(said.key));
    }
  });

  /** Kills a writer after so many acknowledgements; keys have one writer each, so its lines about a key are in order. */
  async function writeAndDie(newest: Map<string, Acknowledged>, acknowledgements: number): Promise<void> {
    const writer = program('write');
    let left = acknowledgements;
    for await (const line of lines(writer)) {
      const said = JSON.parse(line) as Acknowledged | { readonly open: number };
      if ('open' in said) continue;
      newest.set(said.key, said);
      if (--left === 0) writer.kill('SIGKILL');
    }
    await kill(writer);
  }

  /** What stands was acknowledged, or came later and was cut off before it could be. */
  async function expectKept(store: Store, said: Acknowledged, present: number | undefined): Promise<void> {
    expect(said.revision).toBeLessThanOrEqual(store.revision);
    if (present === undefined) {
      if (!said.deleted) await expectDeletedAfter(store, said);
    } else if (said.deleted) expect(present).toBeGreaterThan(said.revision);
    else expect(present).toBeGreaterThanOrEqual(said.revision);
  }

  /** An acknowledged value may only be gone because of a later deletion, which history still tells (the writer compacts late). */
  async function expectDeletedAfter(store: Store, { key, revision }: Acknowledged): Promise<void> {
    const ended = new AbortController();
    const changes = await readWatch(store.watch(key, { after: revision, signal: ended.signal }), untilBookmark);
    expect(changes.findLast(({ type }) => type !== 'bookmark')?.type).toBe('delete');
  }

  it.each<[string, () => Promise<unknown>]>([
    ['is no database', () => writeFile(join(directory, 'data.mdb'), 'this is not a database'.repeat(2000))],
    ['is too short to be one', () => writeFile(join(directory, 'data.mdb'), 'short')],
    ['lost its end', cutShort],
    ['lost a record', () => withLog((log) => log.removeSync(5))],
    ['has a damaged record', () => withLog((log) => log.putSync(5, Buffer.from('["create",0,"/k/')))],
    ['was written by a later version', () => withMeta((meta) => meta.putSync('format', 99))],
  ])('says that the data folder cannot be read, and what to do, when its file %s', async (_, damage) => {
    await damage();
    const failure = await openAt(directory).catch((cause: unknown) => cause);
    expect(failure).toMatchObject({ code: 'data-unreadable', params: { directory } });
    expect(String(failure)).toMatch(/put a backup in its place, or move it away/);
  });

  it('says so when the folder is a file', async () => {
    await rm(directory, { recursive: true });
    await writeFile(directory, '');
    await expect(openAt(directory)).rejects.toMatchObject({ code: 'data-unreadable' });
  });

  async function fill(): Promise<void> {
    await using store = await openAt(directory);
    await Promise.all(
      Array.from({ length: 200 }, (_, n) => store.write({ type: 'create', key: `/k/${n}`, value: { text: 'x'.repeat(3000) } })),
    );
  }
  async function cutShort(): Promise<void> {
    await fill();
    const path = join(directory, 'data.mdb');
    await truncate(path, Math.floor((await readFile(path)).length / 8192) * 4096);
  }
  async function withLog(damage: (log: { removeSync(key: number): unknown; putSync(key: number, value: Buffer): unknown }) => unknown) {
    await fill();
    const root = open({ path: directory, overlappingSync: false });
    damage(root.openDB<Buffer, number>({ name: 'log', encoding: 'binary' }));
    await root.close();
  }
  async function withMeta(damage: (meta: { putSync(key: string, value: number): unknown }) => unknown) {
    await fill();
    const root = open({ path: directory, overlappingSync: false });
    damage(root.openDB<number, string>({ name: 'meta', encoding: 'json' }));
    await root.close();
  }
});

describe('the LMDB store against the model', () => {
  type Step =
    | { readonly do: 'write'; readonly write: Write['type']; readonly key: string; readonly n: number; readonly stale: boolean }
    | { readonly do: 'list'; readonly prefix: string; readonly back: number; readonly limit: number; readonly after: string }
    | { readonly do: 'watch'; readonly prefix: string; readonly back: number }
    | { readonly do: 'compact'; readonly back: number };
  const key = fc.constantFrom('/a/1', '/a/2', '/a/21', '/b/1', '/b/é', '/c');
  const prefix = fc.constantFrom('/', '/a/', '/a/2', '/b/', '/c', '/none/');
  const back = fc.integer({ min: -2, max: 25 });
  const step: fc.Arbitrary<Step> = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant('write' as const),
        write: fc.constantFrom('create', 'update', 'update', 'delete'),
        key,
        n: fc.nat(),
        stale: fc.integer({ min: 0, max: 6 }).map((n) => n === 0),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constant('list' as const), prefix, back, limit: fc.integer({ min: 0, max: 4 }), after: key }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('watch' as const), prefix, back }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('compact' as const), back }) },
  );
  /** Steps of a group run at the same time; `reopen` closes the store behind them. */
  const history = fc.array(
    fc.record({ steps: fc.array(step, { maxLength: 8 }), reopen: fc.integer({ min: 0, max: 9 }).map((n) => n === 0) }),
    {
      maxLength: 25,
    },
  );

  const outcome = async (run: () => Promise<unknown>): Promise<unknown> => {
    try {
      return await run();
    } catch (cause) {
      return cause instanceof Error ? `${cause.name}: ${cause.message}` : cause;
    }
  };
  function perform(store: Store, step: Step, head: { readonly revision: number; readonly expected: number }): Promise<unknown> {
    const at = Math.max(0, head.revision - ('back' in step ? step.back : 0));
    switch (step.do) {
      case 'write': {
        const value = { n: step.n, nested: [{ key: step.key }] };
        if (step.write === 'create') return store.write({ type: 'create', key: step.key, value });
        const target = { key: step.key, expect: head.expected - (step.stale ? 1 : 0) };
        return store.write(step.write === 'update' ? { type: 'update', ...target, value } : { type: 'delete', ...target });
      }
      case 'list':
        return store.list(step.prefix, {
          at,
          ...(step.limit ? { limit: step.limit } : {}),
          ...(step.back % 3 ? { after: step.after } : {}),
        });
      case 'watch':
        return readWatch(store.watch(step.prefix, { after: at, signal: new AbortController().signal }), untilBookmark);
      case 'compact':
        return store.compact(at);
    }
  }

  it('agrees in every answer under random histories', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(history, async (groups) => {
        const directory = await newDirectory();
        const model = createModel({ clock: testClock() });
        let store = await openAt(directory);
        try {
          for (const { steps, reopen } of groups) {
            const isWrite = ({ do: action }: Step): boolean => action === 'write';
            // Writes of a group go out together; reads and compactions see what they left.
            for (const together of [steps.filter(isWrite), ...steps.filter((one) => !isWrite(one)).map((one) => [one])]) {
              const revisions = new Map((await model.list('/')).entries.map((entry) => [entry.key, entry.revision]));
              const run = (subject: Store) =>
                Promise.all(
                  together.map((one) => {
                    const head = { revision: model.revision, expected: revisions.get('key' in one ? one.key : '') ?? 0 };
                    return outcome(() => perform(subject, one, head));
                  }),
                );
              const expected = await run(model);
              const revision = model.revision;
              expect(await run(store)).toEqual(expected);
              expect(store.revision).toBe(revision);
            }
            if (!reopen) continue;
            await store[Symbol.asyncDispose]();
            store = await openAt(directory);
          }
          expect(await store.list('/')).toEqual(await model.list('/'));
        } finally {
          await store[Symbol.asyncDispose]();
          await rm(directory, { recursive: true });
        }
      }),
      { numRuns: 60 },
    );
  });

  it('tells live watches of any speed all that happens, in order', { timeout: 120_000 }, async () => {
    const watchers = fc.array(fc.record({ range: prefix, from: fc.nat({ max: 39 }), lag: fc.nat({ max: 12 }) }), {
      minLength: 1,
      maxLength: 4,
    });
    const keys = fc.array(key, { minLength: 40, maxLength: 80 });
    await fc.assert(
      fc.asyncProperty(keys, watchers, async (touched, specs) => {
        const directory = await newDirectory();
        const model = createModel({ clock: testClock() });
        const over = new AbortController();
        const watches: Promise<readonly Change[]>[] = [];
        {
          await using store = await openStore({ directory, clock: testClock(), bookmarkMs, backlog: 5 });
          for (const [n, touch] of touched.entries()) {
            for (const { range, from, lag } of specs)
              if (from === n) watches.push(follow(store.watch(range, { after: n, signal: over.signal }), lag));
            const write = next(await model.get(touch), touch, n);
            await Promise.all([model.write(write), store.write(write)]);
          }
          for (const subject of [model, store])
            for (const range of new Set(specs.map((spec) => spec.range)))
              await written(subject.write({ type: 'create', key: `${range}end`, value: { range } }));
          const expected = specs
            .toSorted((a, b) => a.from - b.from)
            .map(({ range, from }) => follow(model.watch(range, { after: from, signal: over.signal }), 0));
          expect(await Promise.all(watches)).toEqual(await Promise.all(expected));
        }
        await rm(directory, { recursive: true });
      }),
      { numRuns: 40 },
    );
  });

  const next = (now: Entry | undefined, touch: string, n: number): Write => {
    if (!now) return { type: 'create', key: touch, value: { n } };
    return n % 3
      ? { type: 'update', key: touch, value: { n }, expect: now.revision }
      : { type: 'delete', key: touch, expect: now.revision };
  };
  /** The data a watch delivers up to the key that ends it; between two reads `lag` turns of the event loop pass. */
  async function follow(watch: AsyncIterable<readonly Change[]>, lag: number): Promise<readonly Change[]> {
    const seen: Change[] = [];
    for await (const changes of watch) {
      seen.push(...changes.filter(({ type }) => type !== 'bookmark'));
      const end = seen.findIndex((change) => change.type === 'create' && change.entry.key.endsWith('end'));
      if (end >= 0) return seen.slice(0, end + 1);
      for (let turn = 0; turn < lag; turn++) await immediate();
    }
    return seen;
  }
});
