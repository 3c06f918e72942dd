// Gathers in build/node-image what the app's node image is made from: Dockerfiles, pause script, the agent as one file, and Node.js for Linux.
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleAgent } from '../../engine/nodes/image/bundle-agent.ts';
import { findNodeBinary } from '../../engine/nodes/image/node-binary.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** electron-builder's numbers for the architectures the app comes for. */
const architectures = { 1: 'x64', 3: 'arm64' };

/** electron-builder calls this before it packs for an architecture. The nodes are Linux on every system, of the computer's own architecture. */
export default async function beforePack({ arch }) {
  const architecture = architectures[arch];
  if (architecture === undefined) throw new Error(`there is no node image for electron-builder's architecture ${arch}`);
  const target = join(root, 'build/node-image');
  await mkdir(target, { recursive: true });
  for (const name of ['Dockerfile', 'Dockerfile.base', 'pause.sh'])
    await copyFile(join(root, 'resources/node-image', name), join(target, name));
  const { code } = await bundleAgent(join(root, 'engine/agent/main.ts'));
  await writeFile(join(target, 'agent.mjs'), code);
  const places = { folders: [join(root, 'node_modules')], cache: join(root, 'build') };
  const progress = { detail: (text) => process.stderr.write(`${text}\n`), log: () => undefined };
  const binary = await findNodeBinary(architecture, places, { signal: new AbortController().signal, progress });
  const copy = join(target, `node-linux-${architecture}`, 'bin/node');
  await mkdir(dirname(copy), { recursive: true });
  await copyFile(binary, copy);
}
