/**
 * An image made from a folder with a Dockerfile, under the names that manifests use. It is built when it is missing or its folder has changed. A name
 * that already means an image of somebody else is left alone.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { pack } from 'tar-stream';
import { detail } from '../../api/step-detail.ts';
import { labels } from '../labels.ts';
import type { NodeCall } from '../node-provider.ts';
import { ensureBaseImage, statusOf } from './base-image.ts';
import { buildImage, digest, fillContext } from './build-image.ts';

export interface FolderImage {
  readonly directory: string;
  /** Value of the label `io.minato.image`; with the name it makes our own tag: `minato/test-nginx:<digest>`. */
  readonly role: 'test' | 'sample';
  readonly name: string;
  /** `nginx:latest`, `nginx:1.27` */
  readonly tags: readonly string[];
}

/** `foreign`: all its names are somebody else's. */
export type FolderImageResult = 'built' | 'found' | 'foreign';

/** Throws HostError image-build-failed. */
export async function ensureFolderImage(docker: Docker, image: FolderImage, call: NodeCall): Promise<FolderImageResult> {
  const files = await readFolder(image.directory);
  const version = digest(Object.entries(files).flat());
  const states = await Promise.all(image.tags.map(async (tag) => ({ tag, version: await versionOf(docker, tag) })));
  const ours = states.filter((state) => state.version !== 'foreign');
  if (ours.length === 0) return 'foreign';
  const wanted = ours.filter((state) => state.version !== version);
  if (wanted.length === 0) return 'found';
  const repository = `minato/${image.role}-${image.name}`;
  const own = `${repository}:${version}`;
  const isBuilt = (await versionOf(docker, own)) === version;
  if (!isBuilt) {
    await ensureBaseImage(docker, call);
    call.progress.detail(detail('building-images', { images: wanted.map(({ tag }) => tag).join(', ') }));
    const context = pack();
    const filled = fillContext(context, files);
    await buildImage(docker, { context, filled, tag: own, role: image.role, labels: { [labels.digest]: version } }, call);
  }
  for (const { tag } of wanted) await docker.getImage(own).tag(splitReference(tag));
  await removeOtherVersions(docker, repository, own);
  return isBuilt ? 'found' : 'built';
}

/** The folder's own files; folders in it are not part of the image. */
async function readFolder(directory: string): Promise<Readonly<Record<string, Uint8Array>>> {
  const entries = await readdir(directory, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  const contents = names.sort().map(async (name) => [name, await readFile(join(directory, name))] as const);
  return Object.fromEntries(await Promise.all(contents));
}

/** The digest an image of ours was made from; `foreign` for an image that is not ours, undefined for none. */
async function versionOf(docker: Docker, reference: string): Promise<string | undefined> {
  try {
    const { Config } = await docker.getImage(reference).inspect();
    return Config.Labels?.[labels.digest] ?? 'foreign';
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

/** `localhost:5000/a/b:1` → `localhost:5000/a/b` and `1`. */
function splitReference(reference: string): { readonly repo: string; readonly tag: string } {
  const colon = reference.indexOf(':', reference.lastIndexOf('/') + 1);
  return colon < 0 ? { repo: reference, tag: 'latest' } : { repo: reference.slice(0, colon), tag: reference.slice(colon + 1) };
}

async function removeOtherVersions(docker: Docker, repository: string, own: string): Promise<void> {
  const images = await docker.listImages({ filters: { reference: [repository] } });
  const old = images.flatMap(({ RepoTags }) => RepoTags ?? []).filter((tag) => tag.startsWith(`${repository}:`) && tag !== own);
  // A container may still run from it: then it stays, it is only about space.
  for (const tag of old)
    await docker
      .getImage(tag)
      .remove()
      .catch(() => undefined);
}
