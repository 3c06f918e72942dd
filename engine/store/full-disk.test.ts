/** The store on a disk that runs full. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { HostError } from '../api/host-error.ts';
import { testClock } from '../testing/clock.ts';
import { canMountDisk, smallDisk } from '../testing/small-disk.ts';
import { openStore } from './lmdb.ts';

// Vitest fails a run in which a promise that nobody holds rejects: that is what ended the control plane here.
it.runIf(canMountDisk)(
  'a full disk refuses writes in words, keeps what was acknowledged, and takes writes again when there is room',
  async () => {
    using disk = smallDisk(8);
    const { folder } = disk;
    const directory = join(folder, 'data');
    const told: string[] = [];
    const onRefusal = (failure: HostError | undefined) => void told.push(failure?.code ?? 'takes writes');
    const store = await openStore({ directory, clock: testClock(), onRefusal });
    const big = (n: number) => store.write({ type: 'create', key: `/big/${n}`, value: { text: 'x'.repeat(700_000) } });
    let kept = 0;
    const refusal = await (async () => {
      for (; kept < 20; kept++) {
        const problem = await big(kept).then(
          () => undefined,
          (error: unknown) => error,
        );
        if (problem !== undefined) return problem;
      }
      return undefined;
    })();
    expect(kept).toBeGreaterThan(0);
    expect(String(refusal)).toContain(`the disk that holds ${directory} is full; free some space there, and writes go on by themselves`);
    expect((await store.list('/big/')).entries).toHaveLength(kept);

    // Smaller and smaller, until there is no room for anything; a deletion still goes, also beside writes that do not.
    let small = 0;
    for (const size of [20_000, 500])
      while (await store.write({ type: 'create', key: `/small/${small}`, value: { text: 'x'.repeat(size) } }).catch(() => undefined))
        small++;
    const revisions = await Promise.all([0, 1, 2].map(async (n) => (await store.get(`/small/${n}`))?.revision ?? 0));
    const wanted = revisions.map((expect, n) => store.write({ type: 'delete', key: `/small/${n}`, expect }));
    const beside = big(kept + 100).catch(() => 'refused');
    expect(await Promise.all([...wanted, beside])).toMatchObject([{ ok: true }, { ok: true }, { ok: true }, 'refused']);

    // A deletion that goes through does not mean that there is room.
    expect([told[0], new Set(told.slice(1))]).toEqual(['takes writes', new Set(['disk-full'])]);
    disk.resize(64);
    expect(await big(kept)).toMatchObject({ ok: true });
    expect(told.at(-1)).toBe('takes writes');
    await store[Symbol.asyncDispose]();

    const fill = (name: string) => writeFile(join(folder, name), Buffer.alloc(70 * 1024 * 1024)).catch(() => undefined);
    await fill('others');
    const onReserve = await openStore({ directory, clock: testClock() });
    expect((await onReserve.list('/big/')).entries).toHaveLength(kept + 1);
    await expect(onReserve.write({ type: 'create', key: '/more', value: {} })).rejects.toThrow('is full');
    await onReserve[Symbol.asyncDispose]();
    await fill('more');
    const start = openStore({ directory, clock: testClock() });
    await expect(start).rejects.toMatchObject({ code: 'disk-full', params: { path: directory } });
    for (const name of ['others', 'more']) await rm(join(folder, name));
    await using again = await openStore({ directory, clock: testClock() });
    expect((await again.list('/big/')).entries).toHaveLength(kept + 1);
  },
);
