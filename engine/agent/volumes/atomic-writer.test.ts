import { mkdtemp, readdir, readFile, readlink, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeAtomically } from './atomic-writer.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'minato-volume-'));
});
afterEach(() => rm(folder, { recursive: true }));

const files = (contents: Readonly<Record<string, string>>, mode = 0o644) =>
  new Map(Object.entries(contents).map(([path, text]) => [path, { data: Buffer.from(text), mode }]));
const visible = async (): Promise<readonly string[]> => (await readdir(folder)).filter((name) => !name.startsWith('..')).sort();
const read = (name: string): Promise<string> => readFile(join(folder, name), 'utf8');

test('what is written is read through links, with its mode', async () => {
  expect(await writeAtomically(folder, files({ a: '1', 'sub/b': '2' }, 0o400), undefined)).toBe(true);
  expect(await visible()).toEqual(['a', 'sub']);
  expect([await read('a'), await read('sub/b')]).toEqual(['1', '2']);
  expect(await readlink(join(folder, 'a'))).toBe('..data/a');
  expect((await stat(join(folder, 'a'))).mode & 0o777).toBe(0o400);
});

test('what is the same is not written again', async () => {
  await writeAtomically(folder, files({ a: '1' }), undefined);
  const before = await readlink(join(folder, '..data'));
  expect(await writeAtomically(folder, files({ a: '1' }), undefined)).toBe(false);
  expect(await readlink(join(folder, '..data'))).toBe(before);
});

test('the whole set is replaced, and the old one is gone', async () => {
  await writeAtomically(folder, files({ a: '1', b: '2' }), undefined);
  expect(await writeAtomically(folder, files({ b: '3', c: '4' }), undefined)).toBe(true);
  expect(await visible()).toEqual(['b', 'c']);
  expect([await read('b'), await read('c')]).toEqual(['3', '4']);
  expect((await readdir(folder)).filter((name) => name.startsWith('..2'))).toHaveLength(1);
});

test('a writer that was killed half-way does not stop the next', async () => {
  await writeAtomically(folder, files({ a: '1' }), undefined);
  await symlink('..nowhere', join(folder, '..data_tmp'));
  await writeAtomically(folder, files({ a: '2' }), undefined);
  expect(await read('a')).toBe('2');
});

test('members of the pod’s group may read what the owner may', async () => {
  await writeAtomically(folder, files({ secret: 'x' }, 0o400), 3000);
  const { mode, gid } = await stat(join(folder, 'secret'));
  expect([mode & 0o777, gid]).toEqual([0o440, 3000]);
});
