/**
 * Replaces a folder's files all at once: readers see the old set or the new one. Files lie in a time-stamped folder, `..data` points to it and is
 * swapped by a rename; the visible names point through `..data`. Upstream: pkg/volume/util/atomic_writer.go; same layout, which programs rely on.
 */
import { chmod, chown, lstat, mkdir, readdir, readFile, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { VolumeFile } from './volume-kind.ts';

const dataLink = '..data';

/** Returns whether anything changed. `groupId` is the pod's fsGroup: files become readable for it. */
export async function writeAtomically(
  folder: string,
  files: ReadonlyMap<string, VolumeFile>,
  groupId: number | undefined,
): Promise<boolean> {
  await mkdir(folder, { recursive: true, mode: 0o755 });
  const old = await readlink(join(folder, dataLink)).catch(() => undefined);
  if (old !== undefined && (await holds(join(folder, old), files))) return false;
  const next = `..${new Date().toISOString().replace(/[-T:]/g, '_').replace('Z', '')}${process.hrtime.bigint() % 1_000_000n}`;
  await mkdir(join(folder, next), { mode: 0o755 });
  for (const [path, file] of files) await writeOne(join(folder, next, path), file, groupId);
  // Left behind by an agent that was killed here.
  await rm(join(folder, '..data_tmp'), { force: true });
  await symlink(next, join(folder, '..data_tmp'));
  await rename(join(folder, '..data_tmp'), join(folder, dataLink));
  await linkNames(folder, new Set([...files.keys()].map((path) => path.split('/')[0] ?? path)));
  if (old !== undefined) await rm(join(folder, old), { recursive: true, force: true });
  return true;
}

async function writeOne(path: string, { data, mode }: VolumeFile, groupId: number | undefined): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o755 });
  await writeFile(path, data);
  // Group members read what the owner reads. Modes are set after writing: the umask has no say.
  await chmod(path, groupId === undefined ? mode : mode | ((mode & 0o400) >> 3));
  if (groupId !== undefined) await chown(path, 0, groupId);
}

async function linkNames(folder: string, names: ReadonlySet<string>): Promise<void> {
  for (const name of names) {
    const isThere = await lstat(join(folder, name)).catch(() => undefined);
    if (!isThere) await symlink(join(dataLink, name), join(folder, name));
  }
  for (const name of await readdir(folder)) {
    if (!name.startsWith('..') && !names.has(name)) await rm(join(folder, name), { recursive: true, force: true });
  }
}

async function holds(folder: string, files: ReadonlyMap<string, VolumeFile>): Promise<boolean> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  if (found.filter((entry) => entry.isFile()).length !== files.size) return false;
  for (const [path, { data }] of files) {
    const present = await readFile(join(folder, path)).catch(() => undefined);
    if (!present?.equals(data)) return false;
  }
  return true;
}
