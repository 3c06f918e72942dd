/** The Linux binary of Node.js for the engine's architecture. Debian has no Node.js of our version; the npm registry carries the binaries. */
import { access, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { HostError } from '../../api/host-error.ts';
import { messageOf } from '../../api/message-of.ts';
import { detail } from '../../api/step-detail.ts';
import type { NodeCall } from '../node-provider.ts';
import { readOutput } from './run.ts';

/** Must be the version of `optionalDependencies` in package.json; a test compares them. */
export const nodeVersion = '24.21.0';

export interface NodeBinaryPlaces {
  /** Folders in which `node-linux-<architecture>/bin/node` may lie, best first. */
  readonly folders: readonly string[];
  /** Where a fetched one is kept. */
  readonly cache: string;
}

/** Resolves to the path of the binary; fetches the package with the user's own npm where it is not at hand (on a Mac, say). */
export async function findNodeBinary(architecture: string, { folders, cache }: NodeBinaryPlaces, call: NodeCall): Promise<string> {
  const name = `node-linux-${architecture}`;
  const kept = join(cache, `${name}-${nodeVersion}`);
  for (const folder of [...folders.map((parent) => join(parent, name)), kept]) {
    const binary = join(folder, 'bin/node');
    if (await exists(binary)) return binary;
  }
  call.progress.detail(detail('fetching-node', { version: nodeVersion, architecture }));
  try {
    await fetchPackage(`${name}@${nodeVersion}`, kept);
  } catch (cause) {
    const reason = messageOf(cause);
    throw new HostError('image-build-failed', `Node.js for the node image could not be fetched: ${reason}`, {
      params: { image: `${name}@${nodeVersion}`, reason },
      cause,
    });
  }
  return join(kept, 'bin/node');
}

async function fetchPackage(specification: string, target: string): Promise<void> {
  const work = `${target}.${process.pid}`;
  await mkdir(work, { recursive: true });
  try {
    // npm knows the user's registry and proxy. It looks for a package.json upwards of where it runs; the work folder has none.
    const file = (await readOutput('npm', ['pack', '--silent', specification], { cwd: work })).trim();
    await readOutput('tar', ['-xzf', file], { cwd: work });
    await rm(target, { recursive: true, force: true });
    await rename(join(work, 'package'), target);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
