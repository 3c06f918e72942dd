/**
 * The node image, built on the user's engine: a base (Debian, network tools, Node.js) that changes rarely and the agent on top of it. Each is tagged
 * with the digest of what went into it, so it is built exactly when something changed and found otherwise.
 */
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { type Pack, pack } from 'tar-stream';
import { detail } from '../../api/step-detail.ts';
import { labels } from '../labels.ts';
import type { NodeCall } from '../node-provider.ts';
import { ensureBaseImage, hasImage } from './base-image.ts';
import { buildImage, digest, fillContext } from './build-image.ts';
import { type AgentBundle, bundleAgent } from './bundle-agent.ts';
import { findNodeBinary, type NodeBinaryPlaces, nodeVersion } from './node-binary.ts';

export interface ImageAssets {
  /** Folder with the Dockerfiles and pause.sh. */
  readonly directory: string;
  /** `engine/agent/main.ts` of a checkout, or the file that was made of it for a packaged app. */
  readonly agent: { readonly entry: string } | { readonly bundle: string };
  readonly node: NodeBinaryPlaces;
}

/** In a checkout the agent is bundled anew each time. */
export function checkoutAssets(root: string, cache: string): ImageAssets {
  return {
    directory: join(root, 'resources/node-image'),
    agent: { entry: join(root, 'engine/agent/main.ts') },
    node: { folders: [join(root, 'node_modules')], cache },
  };
}

/** A packaged app has `node-image/` with `agent.mjs` and perhaps `node-linux-<architecture>/` among its resources. */
export function packagedAssets(resources: string, cache: string): ImageAssets {
  const directory = join(resources, 'node-image');
  return { directory, agent: { bundle: join(directory, 'agent.mjs') }, node: { folders: [directory], cache } };
}

/** Resolves to the reference of the image; throws HostError image-build-failed. */
export async function ensureNodeImage(docker: Docker, assets: ImageAssets, architecture: string, call: NodeCall): Promise<string> {
  const [agent, dockerfile, baseDockerfile, pause] = await Promise.all([
    readAgent(assets.agent),
    readFile(join(assets.directory, 'Dockerfile')),
    readFile(join(assets.directory, 'Dockerfile.base')),
    readFile(join(assets.directory, 'pause.sh')),
  ]);
  const base = `minato/node-base:${digest([baseDockerfile, nodeVersion, architecture])}`;
  const image = `minato/node:${digest([base, dockerfile, pause, agent.code])}`;
  if (await hasImage(docker, image)) return image;
  if (!(await hasImage(docker, base))) {
    await ensureBaseImage(docker, call);
    const binary = await findNodeBinary(architecture, assets.node, call);
    call.progress.detail(detail('building-base'));
    const context = pack();
    await buildImage(docker, { context, filled: fillBase(context, baseDockerfile, binary), tag: base, role: 'node-base' }, call);
  }
  call.progress.detail(detail('building-node-image'));
  const context = pack();
  const files = { Dockerfile: dockerfile, 'pause.sh': pause, 'agent.mjs': agent.code };
  await buildImage(
    docker,
    { context, filled: fillContext(context, files), tag: image, role: 'node', buildArguments: { BASE: base } },
    call,
  );
  await removeOldImages(docker);
  return image;
}

async function readAgent(agent: ImageAssets['agent']): Promise<AgentBundle> {
  if ('entry' in agent) return bundleAgent(agent.entry);
  return { code: await readFile(agent.bundle), map: new Uint8Array() };
}

async function fillBase(context: Pack, dockerfile: Uint8Array, binary: string): Promise<void> {
  context.entry({ name: 'Dockerfile' }, Buffer.from(dockerfile));
  const { size } = await stat(binary);
  await new Promise<void>((resolve, reject) => {
    const entry = context.entry({ name: 'node', size, mode: 0o755 }, (error) => (error ? reject(error) : resolve()));
    createReadStream(binary).on('error', reject).pipe(entry);
  });
  context.finalize();
}

const keptForMs = 7 * 24 * 3600 * 1000;

/** Earlier versions of the agent that nothing uses and nobody built lately. */
async function removeOldImages(docker: Docker): Promise<void> {
  const images = await docker.listImages({ filters: { label: [`${labels.image}=node`] } });
  const before = Date.now() - keptForMs;
  for (const { Id, Created } of images) {
    if (Created * 1000 > before) continue;
    // In use by a stopped cluster, or removed by another process this moment: both are fine, it is only about space.
    await docker
      .getImage(Id)
      .remove()
      .catch(() => undefined);
  }
}
