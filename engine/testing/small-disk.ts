/** A disk of its own size for tests: a tmpfs, which only root on Linux can mount. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface SmallDisk extends Disposable {
  readonly folder: string;
  resize(mebibytes: number): void;
}

const run = (command: string, ...options: readonly string[]) => spawnSync(command, options, { stdio: 'ignore' }).status === 0;

export const canMountDisk = process.platform === 'linux' && process.getuid?.() === 0 && tryMount();

function tryMount(): boolean {
  try {
    smallDisk(1)[Symbol.dispose]();
    return true;
  } catch {
    return false;
  }
}

export function smallDisk(mebibytes: number): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), 'minato-disk-'));
  const mount = (options: string): void => {
    if (!run('mount', '-t', 'tmpfs', '-o', options, 'tmpfs', folder)) throw new Error(`mount -o ${options} failed`);
  };
  try {
    mount(`size=${mebibytes}m`);
  } catch (error) {
    rmdirSync(folder);
    throw error;
  }
  return {
    folder,
    resize: (to) => mount(`remount,size=${to}m`),
    [Symbol.dispose]() {
      run('umount', '-l', folder);
      rmdirSync(folder);
    },
  };
}
