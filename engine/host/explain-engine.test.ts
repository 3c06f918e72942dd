/**
 * The sentences of this machine's own Docker Engine, provoked: pulls from a registry on loopback that refuses in the words of the distribution
 * specification, and containers that cannot start. Whatever version the engine has, its wording must be known.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DockerRuntime } from '../agent/runtime/docker.ts';
import { explain } from '../explain/explain.ts';
import { crashing, ended, podWith, waiting } from '../explain/fixtures/builders.ts';
import { docker } from '../testing/docker.ts';
import { ensureTestImage } from '../testing/test-image.ts';

interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}
const refusal = (status: number, code: string, message: string, headers = {}): Answer => ({
  status,
  headers,
  body: { errors: [{ code, message, detail: {} }] },
});
const challenge = { 'WWW-Authenticate': 'Basic realm="registry"' };
const listType = 'application/vnd.docker.distribution.manifest.list.v2+json';
const foreign = { mediaType: listType, size: 1, digest: `sha256:${'a'.repeat(64)}`, platform: { architecture: 's390x', os: 'linux' } };
/** By repository; https://distribution.github.io/distribution/spec/api/#errors */
const answers: Readonly<Record<string, Answer>> = {
  known: refusal(404, 'MANIFEST_UNKNOWN', 'manifest unknown'),
  unknown: refusal(404, 'NAME_UNKNOWN', 'repository name not known to registry'),
  private: refusal(401, 'UNAUTHORIZED', 'authentication required', challenge),
  hidden: refusal(401, 'DENIED', 'requested access to the resource is denied', challenge),
  limited: refusal(429, 'TOOMANYREQUESTS', 'You have reached your pull rate limit.'),
  foreign: { status: 200, headers: { 'Content-Type': listType }, body: { schemaVersion: 2, mediaType: listType, manifests: [foreign] } },
};

const registry = createServer(({ url = '' }, response) => {
  const { status, body, headers } = answers[url.split('/')[2] ?? ''] ?? { status: 200, body: {} };
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(body));
});
let runtime: DockerRuntime;
let image: string;
beforeAll(async () => {
  registry.listen(0, '127.0.0.1');
  await once(registry, 'listening');
  image = await ensureTestImage();
  const names = { cluster: 'explain-test', node: 'none', networkName: 'none', sandboxImage: image };
  runtime = new DockerRuntime({ socketPath: '/var/run/docker.sock', ...names });
});
afterAll(() => {
  runtime[Symbol.dispose]();
  registry.close();
});

async function refusedPull(reference: string): Promise<string> {
  return runtime.pullImage(reference, { signal: AbortSignal.timeout(30_000) }).then(
    () => 'the pull went through',
    (error: Error) => error.message,
  );
}
/** What the engine and the container itself say when this is run. */
async function refusedRun(...words: readonly string[]): Promise<string> {
  return docker(...words).then(
    () => 'it ran',
    (error: { readonly stderr: string }) => error.stderr,
  );
}

describe('what this Docker Engine says', () => {
  it.each([
    ['known', 'image-unknown-tag'],
    ['unknown', 'image-unknown-repository'],
    ['private', 'image-unauthorized'],
    ['hidden', 'image-unknown-repository'],
    ['limited', 'image-rate-limit'],
    ['foreign', 'image-wrong-platform'],
  ])('about an image that is %s at its registry is %s', async (repository, cause) => {
    const said = await refusedPull(`127.0.0.1:${(registry.address() as AddressInfo).port}/${repository}:1`);
    expect({ said, cause: explain(podWith(waiting('ErrImagePull', said))).cause }).toEqual({ said, cause });
  });

  it.each(['127.0.0.1:1/team/app:1', 'registry.invalid/team/app:1'])(
    'about %s, whose registry is not there, is image-no-network',
    async (name) => {
      const said = await refusedPull(name);
      expect({ said, cause: explain(podWith(waiting('ErrImagePull', said))).cause }).toEqual({ said, cause: 'image-no-network' });
    },
  );

  it.each([
    ['a command that is nowhere', 'nosuchcmd', 'container-command-missing'],
    ['a path that is not there', '/nosuch/cmd', 'container-command-missing'],
    ['a file that is no program', '/etc/passwd', 'container-permission'],
  ])('about %s is recognised', async (_what, command, cause) => {
    const said = await refusedRun('run', '--rm', image, command);
    expect({ said, cause: explain(podWith(waiting('RunContainerError', said))).cause }).toEqual({ said, cause });
  });

  it.each([
    ['a script whose interpreter is missing', '#!/nosuch/sh', 'container-command-missing'],
    ['a file for another processor', '\\177ELFnonsense', 'container-wrong-platform'],
  ])('in the log of %s is recognised', async (_what, content, cause) => {
    const [tag, made] = [`minato-explain-test:${process.pid}`, `minato-explain-made-${process.pid}`];
    const write = `printf '${content}\\necho\\n' > /x && chmod +x /x`;
    try {
      await docker('run', '--name', made, image, 'sh', '-c', write);
      await docker('commit', made, tag);
      const log = (await refusedRun('run', '--rm', tag, '/x')).split('\n');
      expect({ log, cause: explain(crashing(ended(1)), { log }).cause }).toEqual({ log, cause });
    } finally {
      await docker('rm', '--force', made);
      await docker('rmi', '--force', tag);
    }
  });

  it('about a container whose name is taken is container-name-taken', async () => {
    const name = `minato-explain-${process.pid}`;
    await docker('create', '--name', name, image);
    const said = await refusedRun('create', '--name', name, image);
    await docker('rm', '--force', name);
    expect({ said, cause: explain(podWith(waiting('CreateContainerError', said))).cause }).toEqual({ said, cause: 'container-name-taken' });
  });
});
