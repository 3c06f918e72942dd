/**
 * A path of the node. The node is a container, so the path lies in the node's volume (`hostpath/` there, see node-root.ts) and outlives the node; only what
 * belongs to the kernel or the engine itself is the real thing. Upstream: pkg/volume/hostpath.
 */
import { chmod, mkdir, open, stat } from 'node:fs/promises';
import { join, normalize } from 'node:path';
import { storageRoot } from '../../api/storage.ts';
import { machineId } from '../kubelet/machine-facts.ts';
import { engineLogs } from './log-links.ts';
import { makeNodeRoot, nodeRootOf, placeUnder } from './node-root.ts';
import { type VolumeContext, VolumeError, type VolumeKind } from './volume-kind.ts';

const ofTheMachine = ['/proc', '/sys', '/dev', '/lib/modules', '/var/run/docker.sock', '/run/docker.sock', '/etc/localtime'];

export const hostPathVolume: VolumeKind = {
  field: 'hostPath',
  folder: 'kubernetes.io~host-path',
  isForeign: true,
  prepare: async ({ hostPath }, context) => {
    const path = normalize(hostPath?.path ?? '/');
    const type = hostPath?.type ?? '';
    if (path === engineLogs || path.startsWith(`${engineLogs}/`))
      return join(engineRoot(context), 'containers', path.slice(engineLogs.length));
    if (ofTheMachine.some((root) => path === root || path.startsWith(`${root}/`))) {
      // Of the machine's devices the node's container has a few; where one is not to be seen, the engine has the word.
      if (await exists(path)) await checkHostPath(type, path, path);
      return path;
    }
    if (path.startsWith(`${storageRoot}/`)) return shared(path, type, context);
    const place = await placeUnder(await nodeRoot(context), path);
    await checkHostPath(type, place, path);
    return context.enginePath(place);
  },
};

/** In the storage that all nodes share; whoever runs in the pod may write there, as in minikube. */
async function shared(path: string, type: string, { runtime, config }: VolumeContext): Promise<string> {
  const isNew = !(await exists(path));
  await checkHostPath(type, path, path);
  if (isNew) await chmod(path, 0o777);
  return join(await runtime.volumePath(config.storageVolume), path.slice(storageRoot.length));
}

/** Where the engine keeps its own: `/var/lib/docker`, of which the node's volume is `volumes/<name>/_data`. */
const engineRoot = (context: VolumeContext): string => join(context.enginePath(context.config.stateDir), '../../..');

async function nodeRoot({ config }: VolumeContext): Promise<string> {
  const root = nodeRootOf(config);
  await makeNodeRoot(root, { machineId: machineId(config), nodeName: config.nodeName });
  return root;
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** `place` is where the agent sees it, `path` what the pod calls it. Upstream: checkTypeInternal. */
export async function checkHostPath(type: string, place: string, path: string): Promise<void> {
  const found = await stat(place).catch(() => undefined);
  const wants = (is: boolean | undefined, what: string): void => {
    if (!is) throw new VolumeError(`hostPath type check failed: ${path} is not ${what}`);
  };
  switch (type) {
    case 'Directory':
      return wants(found?.isDirectory(), 'a directory');
    case 'File':
      return wants(found && !found.isDirectory(), 'a file');
    case 'Socket':
      return wants(found?.isSocket(), 'a socket file');
    case 'CharDevice':
      return wants(found?.isCharacterDevice(), 'a character device');
    case 'BlockDevice':
      return wants(found?.isBlockDevice(), 'a block device');
    case 'FileOrCreate':
      return found ? wants(!found.isDirectory(), 'a file') : makeFile(place, path);
    case 'DirectoryOrCreate':
      return found ? wants(found.isDirectory(), 'a directory') : makeFolder(place, path);
    default:
      // No check; the engine would make a folder, so that is made here where its owner is known.
      if (!found) await makeFolder(place, path);
  }
}

/** Not its parents: upstream makes none either. */
async function makeFile(place: string, path: string): Promise<void> {
  await (await open(place, 'a', 0o644).catch((error: unknown) => refused('open', path, error))).close();
}
async function makeFolder(place: string, path: string): Promise<void> {
  await mkdir(place, { recursive: true, mode: 0o755 }).catch((error: unknown) => refused('mkdir', path, error));
}
/** In the words of the system, with the path as the pod gave it. */
function refused(call: string, path: string, error: unknown): never {
  const words: Readonly<Record<string, string>> = {
    ENOENT: 'no such file or directory',
    ENOTDIR: 'not a directory',
    EEXIST: 'not a directory',
  };
  const { code = '' } = error as NodeJS.ErrnoException;
  throw new VolumeError(`${call} ${path}: ${words[code] ?? code}`);
}
