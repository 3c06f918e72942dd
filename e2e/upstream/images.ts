/**
 * The images that the suite's pods run, under the names that it asks for, made from upstream's programs and Debian's packages, as no registry is asked. What differs from
 * the public images is said at each Dockerfile; no test that was read depends on it.
 */
import { execFile } from 'node:child_process';
import { copyFile, mkdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ensureTools, folder, moduleFolder, pathOf, type ToolName } from './tools.ts';

const run = promisify(execFile);
const dockerfiles = fileURLToPath(new URL('images/', import.meta.url));
const suite = (name: string): string => `registry.k8s.io/e2e-test-images/${name}`;

interface Image {
  readonly tags: readonly string[];
  /** Its Dockerfile in `images/`; a folder of `resources/test-images` where it ends with a slash. */
  readonly from: string;
  readonly tools?: readonly ToolName[];
  /** Seen from the folder of the Kubernetes module. */
  readonly files?: readonly string[];
}

/** In the order in which they build on each other. The tags are those of test/utils/image/manifest.go. */
const images: readonly Image[] = [
  { tags: [suite('busybox:1.37.0-2'), 'busybox:latest'], from: 'busybox/' },
  { tags: [suite('nginx:1.27.0-2'), suite('nginx:1.28.0-2')], from: 'nginx/' },
  {
    tags: [suite('agnhost:2.55'), suite('agnhost:2.66.1')],
    from: 'agnhost.Dockerfile',
    tools: ['agnhost', 'coredns'],
    files: ['test/images/agnhost/porter/localhost.crt', 'test/images/agnhost/porter/localhost.key'],
  },
  { tags: [suite('nautilus:1.8')], from: 'page.Dockerfile', files: ['test/images/nautilus/html/data.json'] },
  { tags: [suite('kitten:1.8')], from: 'page.Dockerfile', files: ['test/images/kitten/html/data.json'] },
  { tags: ['registry.k8s.io/pause:3.10.2'], from: 'pause.Dockerfile' },
  { tags: [suite('nonewprivs:1.4')], from: 'nonewprivs.Dockerfile', tools: ['agnhost'] },
  { tags: [suite('nonroot:1.5')], from: 'nonroot.Dockerfile' },
  { tags: [suite('glibc-dns-testing:2.1.1')], from: 'dns.Dockerfile' },
  { tags: [suite('sample-apiserver:1.29.2')], from: 'sample-apiserver.Dockerfile', tools: ['sample-apiserver'] },
  { tags: ['registry.k8s.io/etcd:3.7.0-0'], from: 'etcd.Dockerfile', tools: ['etcd'] },
];

/** Builds them on the engine in use; Docker's own cache makes the second time quick. The Debian base image must be there. */
export async function ensureImages(say: (line: string) => void): Promise<void> {
  await ensureTools([...new Set(images.flatMap(({ tools = [] }) => tools))], say);
  const kubernetes = await moduleFolder('k8s.io/kubernetes');
  for (const image of images) {
    const began = performance.now();
    await build(image, kubernetes);
    const seconds = (performance.now() - began) / 1000;
    if (seconds > 3) say(`${image.tags.join(', ')}: built in ${seconds.toFixed(0)} s`);
  }
}

async function build({ tags, from, tools = [], files = [] }: Image, kubernetes: string): Promise<void> {
  const tagged = tags.flatMap((tag) => ['-t', tag]);
  if (from.endsWith('/')) {
    await run('docker', ['build', '-q', ...tagged, fileURLToPath(new URL(`../../resources/test-images/${from}`, import.meta.url))]);
    return;
  }
  const context = join(folder, 'images', basename(tags[0] ?? from).replace(':', '-'));
  await rm(context, { recursive: true, force: true });
  await mkdir(context, { recursive: true });
  await copyFile(join(dockerfiles, from), join(context, 'Dockerfile'));
  for (const tool of tools) await copyFile(pathOf(tool), join(context, tool));
  for (const file of files) await copyFile(join(kubernetes, file), join(context, basename(file)));
  await run('docker', ['build', '-q', ...tagged, context], { maxBuffer: 64 * 1024 * 1024 });
}
