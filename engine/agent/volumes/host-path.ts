/**
 * A path of the node. The node is a container, so the path lies in the node's volume (`hostpath/` there) and outlives the node; only what belongs to
 * the kernel or the engine itself is the real thing. Upstream: pkg/volume/hostpath.
 */
import { mkdir, open, stat } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { VolumeError, type VolumeKind } from './volume-kind.ts';

const ofTheMachine = ['/proc', '/sys', '/dev', '/lib/modules', '/var/run/docker.sock', '/run/docker.sock', '/etc/localtime'];

export const hostPathVolume: VolumeKind = {
  field: 'hostPath',
  folder: 'kubernetes.io~host-path',
  isForeign: true,
  prepare: async ({ hostPath }, context) => {
    const path = normalize(hostPath?.path ?? '/');
    if (ofTheMachine.some((root) => path === root || path.startsWith(`${root}/`))) return path;
    const place = join(context.config.stateDir, 'hostpath', path);
    await check(hostPath?.type ?? '', place, path);
    return context.enginePath(place);
  },
};

async function check(type: string, place: string, path: string): Promise<void> {
  const found = await stat(place).catch(() => undefined);
  const wants = (is: boolean | undefined, what: string): void => {
    if (!is) throw new VolumeError(`hostPath type check failed: ${path} is not ${what}`);
  };
  switch (type) {
    case 'Directory':
      return wants(found?.isDirectory(), 'a directory');
    case 'File':
      return wants(found?.isFile(), 'a file');
    case 'Socket':
      return wants(found?.isSocket(), 'a socket file');
    case 'CharDevice':
      return wants(found?.isCharacterDevice(), 'a character device');
    case 'BlockDevice':
      return wants(found?.isBlockDevice(), 'a block device');
    case 'FileOrCreate':
      if (!found) await makeFile(place);
      return wants(found?.isFile() ?? true, 'a file');
    case 'DirectoryOrCreate':
      if (!found) await mkdir(place, { recursive: true, mode: 0o755 });
      return wants(found?.isDirectory() ?? true, 'a directory');
    default:
      // No check; the engine would make a folder, so that is made here where its owner is known.
      if (!found) await mkdir(place, { recursive: true, mode: 0o755 });
  }
}

async function makeFile(place: string): Promise<void> {
  await mkdir(dirname(place), { recursive: true, mode: 0o755 });
  await (await open(place, 'a', 0o644)).close();
}
