import { randomBytes } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Docker from 'dockerode';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { detailText } from '../../api/step-detail.ts';
import { hasImage } from './base-image.ts';
import { ensureFolderImage, type FolderImage } from './folder-image.ts';
import { ensureSampleImage } from './sample-image.ts';

const docker = new Docker();
const said: string[] = [];
const call = { signal: new AbortController().signal, progress: { detail: () => undefined, log: (line: string) => said.push(line) } };
let image: FolderImage;

beforeEach(async () => {
  // Its name becomes part of an image's name.
  const name = `folder-${randomBytes(4).toString('hex')}`;
  const directory = join(tmpdir(), name);
  await mkdir(directory);
  said.length = 0;
  // A name under a registry that is not there: nothing can be pulled by it.
  image = { directory, name, role: 'test', tags: [`localhost:9/minato/${name}:1`, `localhost:9/minato/${name}:2`] };
  await write('first');
});
afterEach(async () => {
  const names = (await docker.listImages()).flatMap(({ RepoTags }) => RepoTags ?? []).filter((tag) => tag.includes(image.name));
  for (const name of names) await docker.getImage(name).remove();
  await rm(image.directory, { recursive: true, force: true });
});

async function write(content: string): Promise<void> {
  await writeFile(join(image.directory, 'Dockerfile'), 'FROM scratch\nCOPY file.txt /file.txt\nCMD ["/file.txt"]\n');
  await writeFile(join(image.directory, 'file.txt'), content);
}
const idOf = async (reference = '') => (await docker.getImage(reference).inspect()).Id;

test('an image is built once and found again under all its names', async () => {
  expect(await ensureFolderImage(docker, image, call)).toBe('built');
  expect(await idOf(image.tags[0])).toBe(await idOf(image.tags[1]));
  expect(await ensureFolderImage(docker, image, call)).toBe('found');
});

test('a name that was taken away is given again without building', async () => {
  await ensureFolderImage(docker, image, call);
  await docker.getImage(image.tags[1] ?? '').remove();
  said.length = 0;
  expect(await ensureFolderImage(docker, image, call)).toBe('found');
  expect(await idOf(image.tags[1])).toBe(await idOf(image.tags[0]));
  expect(said).toEqual([]);
});

test('a changed folder is built anew, and its earlier version goes', async () => {
  await ensureFolderImage(docker, image, call);
  const before = await idOf(image.tags[0]);
  await write('second');
  expect(await ensureFolderImage(docker, image, call)).toBe('built');
  expect(await idOf(image.tags[0])).not.toBe(before);
  expect(await hasImage(docker, before)).toBe(false);
});

test('an image of somebody else keeps its name', async () => {
  const theirs = { ...image, name: `${image.name}-theirs`, tags: [`localhost:9/minato/${image.name}-theirs:1`] };
  const built = await docker.buildImage({ context: image.directory, src: ['Dockerfile', 'file.txt'] }, { t: image.tags[0] });
  await new Promise((resolve, reject) => docker.modem.followProgress(built, (error) => (error ? reject(error) : resolve(undefined))));
  const before = await idOf(image.tags[0]);
  expect(await ensureFolderImage(docker, image, call)).toBe('built');
  expect(await idOf(image.tags[0])).toBe(before);
  expect(await ensureFolderImage(docker, { ...theirs, tags: [image.tags[0] ?? ''] }, call)).toBe('foreign');
});

test('an image that no registry has is built from its folder, and that is said with the reason', async () => {
  const sample = { reference: image.tags[0] ?? '', directory: image.directory };
  expect(detailText(await ensureSampleImage(docker, sample, call))).toMatch(/^built here, because it cannot be pulled: .*localhost:9/s);
  expect(await ensureSampleImage(docker, sample, call)).toMatchObject({ code: 'image-there' });
});

test('an image that can neither be pulled nor built says both reasons', async () => {
  await writeFile(join(image.directory, 'Dockerfile'), 'FROM scratch\nCOPY missing.txt /\n');
  const sample = { reference: image.tags[0] ?? '', directory: image.directory };
  await expect(ensureSampleImage(docker, sample, call)).rejects.toThrow(
    /cannot be pulled \(.*localhost:9.*\) and cannot be built here \(.*missing/s,
  );
});
