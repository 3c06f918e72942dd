// Builds what the tests run in pods, under the public images' names, on the engine in use: `node scripts/test-images.ts [name…]`. Each only when it
// is missing or its folder changed; an image of that name that was not made here stays as it is.
import { homedir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { detailText } from '../engine/api/step-detail.ts';
import { readSample } from '../engine/cluster/samples/sample.ts';
import { connectEngine } from '../engine/nodes/engine-connection.ts';
import { ensureFolderImage, type FolderImage } from '../engine/nodes/image/folder-image.ts';
import { sampleImage } from '../engine/nodes/image/sample-image.ts';

const resources = fileURLToPath(new URL('../resources/', import.meta.url));
const test = (name: string, ...tags: string[]): FolderImage => ({
  name,
  tags,
  role: 'test',
  directory: `${resources}test-images/${name}`,
});
const images: readonly FolderImage[] = [
  test('busybox', 'busybox:latest'),
  // The second tag is for rollouts from one to the other.
  test('nginx', 'nginx:latest', 'nginx:1.27'),
  test('echo-server', 'kicbase/echo-server:1.0'),
  ...(await readSample('voting-app')).images.map(({ reference, directory }) => sampleImage(reference, directory)),
];

const logLinesShown = 30;
const signal = new AbortController().signal;
const { docker } = await connectEngine({ environment: process.env, home: homedir(), platform: process.platform }, signal);
const names = process.argv.slice(2);
for (const image of images) {
  if (names.length > 0 && !names.includes(image.name)) continue;
  const began = performance.now();
  const log: string[] = [];
  try {
    const result = await ensureFolderImage(docker, image, {
      signal,
      progress: { detail: (said) => console.error(detailText(said)), log: (line) => log.push(line) },
    });
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    if (result === 'built') console.error(`${image.tags.join(', ')}: built in ${seconds} s`);
    if (result === 'foreign') console.error(`${image.tags.join(', ')}: not made here, used as it is`);
  } catch (error) {
    console.error(log.slice(-logLinesShown).join('\n'));
    throw error;
  }
}
