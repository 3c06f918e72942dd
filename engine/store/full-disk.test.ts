/** The store on a disk that runs full: a small tmpfs, which only root on Linux can mount. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { testClock } from '../testing/clock.ts';
import { openStore } from './lmdb.ts';

const run = (command: string, ...options: string[]) => spawnSync(command, options, { stdio: 'ignore' }).status;
const canMount = process.platform === 'linux' && process.getuid?.() === 0 && tryMount();

function tryMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'minato-full-'));
  const isMounted = run('mount', '-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', folder) === 0;
  if (isMounted) run('umount', folder);
  rmdirSync(folder);
  return isMounted;
}

// Vitest fails a run in which a promise that nobody holds rejects: that is what ended the control plane here.
it.runIf(canMount)(
  'a full disk refuses writes in words, keeps what was acknowledged, and takes writes again when there is room',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'minato-full-'));
    expect(run('mount', '-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', folder)).toBe(0);
    try {
      const directory = join(folder, 'data');
      const store = await openStore({ directory, clock: testClock() });
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

      expect(run('mount', '-o', 'remount,size=64m', folder)).toBe(0);
      expect(await big(kept)).toMatchObject({ ok: true });
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
    } finally {
      run('umount', '-l', folder);
      rmdirSync(folder);
    }
  },
);
