import { expect, test } from 'vitest';
import { testCli } from '../testing/cli.ts';
import { docker } from '../testing/docker.ts';
import { privateEngine } from '../testing/private-engine.ts';

/** An engine of its own, in a network namespace of its own. */
const canIsolate = process.platform === 'linux' && process.getuid?.() === 0;

test.runIf(canIsolate)(
  'an engine that stops makes nodes NotReady and loses nothing: when it is back, nodes and pods come back by themselves, at their addresses',
  {
    timeout: 300_000,
  },
  async () => {
    await using engine = await privateEngine();
    await engine.load('debian:bookworm-slim', 'busybox', ...(await nodeBases()));
    await using cli = await testCli(['away'], { environment: { DOCKER_HOST: engine.host }, enter: engine.enter });
    const up = await cli.up('--name', 'away');
    await cli.kubectl('run', 'steady', '--image=busybox', '--image-pull-policy=IfNotPresent', '--', 'sleep', '3600');
    await cli.kubectl('wait', 'pod/steady', '--for=condition=Ready', '--timeout=60s');
    const address = () => cli.kubectl('get', 'pod', 'steady', '-o', 'jsonpath={.metadata.uid} {.status.podIP}');
    const before = await address();

    await engine.stop();
    await cli.kubectl('wait', 'node/away', '--for=condition=Ready=Unknown', '--timeout=120s');
    expect(await cli.kubectl('get', 'node', 'away', '--no-headers')).toMatch(/^away +NotReady /);

    await engine.start();
    await cli.kubectl('wait', 'node/away', '--for=condition=Ready', '--timeout=60s');
    await cli.kubectl('wait', 'pod/steady', '--for=condition=Ready', '--timeout=60s');
    expect(await address()).toBe(before);
    expect(await cli.kubectl('get', 'pod', 'steady', '--no-headers')).toMatch(/^steady +1\/1 +Running +1 /);
    expect(await up.end('SIGTERM')).toBe(0);
  },
);

/** The base of the node image, where this computer's engine has it: saves building it again. */
async function nodeBases(): Promise<readonly string[]> {
  return (await docker('images', '--format', '{{.Repository}}:{{.Tag}}', 'minato/node-base')).split('\n').filter((name) => name !== '');
}
