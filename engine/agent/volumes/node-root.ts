/**
 * The node's own file system, as hostPath volumes see it: a folder in the node's volume that has what every Linux host has by the Filesystem Hierarchy
 * Standard 3.0. What is there already stays, so that what pods left is found again after a restart.
 */
import { constants } from 'node:fs';
import { chmod, copyFile, lstat, mkdir, readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AgentConfig } from '../config.ts';

export interface NodeRootFacts {
  readonly machineId: string;
  readonly nodeName: string;
}

const folders = [
  ...['bin', 'boot', 'dev', 'etc', 'home', 'lib', 'lib64', 'media', 'mnt', 'opt', 'proc', 'run', 'sbin', 'srv', 'sys', 'usr', 'var'],
  ...['bin', 'include', 'lib', 'libexec', 'local', 'sbin', 'share', 'src', 'local/bin', 'local/share'].map((name) => `usr/${name}`),
  ...['backups', 'cache', 'lib', 'local', 'log', 'mail', 'opt', 'run', 'spool', 'log/containers', 'log/pods'].map((name) => `var/${name}`),
  ...['lib/kubelet', 'lib/kubelet/pods', 'lib/kubelet/plugins', 'lib/kubelet/device-plugins', 'lib/docker'].map((name) => `var/${name}`),
  ...['cni/net.d', 'kubernetes/manifests', 'ssl/certs'].map((name) => `etc/${name}`),
];
/** Everybody may write there, and remove only what is one's own. */
const shared = ['tmp', 'var/tmp'];
/** Taken from the node's container, where it has them. Not what is secret there. */
const files = ['os-release', 'debian_version', 'group', 'passwd', 'hosts', 'resolv.conf', 'nsswitch.conf', 'timezone'];

/** As the agent sees it. */
export const nodeRootOf = ({ stateDir }: Pick<AgentConfig, 'stateDir'>): string => join(stateDir, 'hostpath');

/** Makes what is missing under `root`. */
export async function makeNodeRoot(root: string, { machineId, nodeName }: NodeRootFacts, own = '/'): Promise<void> {
  await mkdir(root, { recursive: true, mode: 0o755 });
  for (const folder of folders) await mkdir(join(root, folder), { recursive: true, mode: 0o755 });
  for (const folder of shared) await makeShared(join(root, folder));
  for (const file of files) await copyFile(join(own, 'etc', file), join(root, 'etc', file), constants.COPYFILE_EXCL).catch(() => undefined);
  await write(join(root, 'etc/machine-id'), `${machineId}\n`);
  await write(join(root, 'etc/hostname'), `${nodeName}\n`);
}

async function makeShared(folder: string): Promise<void> {
  // The mode that is asked of mkdir is cut by the process' mask; a folder that is there keeps the mode that somebody may have given it.
  if ((await mkdir(folder, { recursive: true })) !== undefined) await chmod(folder, 0o1777);
}
async function write(path: string, text: string): Promise<void> {
  await writeFile(path, text, { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
}

const mostLinks = 40;

/**
 * The path under `root` that `path` leads to, links followed as on the node itself: an absolute one starts at `root`, and nothing leads out. The engine would follow
 * them on its machine. What does not exist stays as it is written.
 */
export async function placeUnder(root: string, path: string): Promise<string> {
  let rest = parts(path);
  let at: readonly string[] = [];
  for (let links = 0; rest.length > 0; ) {
    const [next = '', ...more] = rest;
    rest = more;
    if (next === '..') {
      at = at.slice(0, -1);
      continue;
    }
    const here = join(root, ...at, next);
    const found = await lstat(here).catch(() => undefined);
    if (!found?.isSymbolicLink()) {
      at = [...at, next];
      continue;
    }
    if (++links > mostLinks) throw Object.assign(new Error(`stat ${path}: too many levels of symbolic links`), { code: 'ELOOP' });
    const target = await readlink(here);
    if (target.startsWith('/')) at = [];
    rest = [...parts(target), ...rest];
  }
  return join(root, ...at);
}
const parts = (path: string): readonly string[] => path.split('/').filter((part) => part !== '' && part !== '.');
