/** What the kubelet knows of the engine while that goes away and comes back: the real engine, behind a socket of the test's own. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../client/system-clock.ts';
import { type TestNetwork, testNetwork } from '../../testing/docker-network.ts';
import { ensureTestImage } from '../../testing/test-image.ts';
import { lineLog } from '../log.ts';
import { DockerRuntime } from '../runtime/docker.ts';
import type { RuntimeContainer, SandboxSpec } from '../runtime/runtime.ts';
import { RuntimeWatch } from './runtime-watch.ts';

let network: TestNetwork;
let image: string;
let directory: string;
beforeAll(async () => {
  image = await ensureTestImage();
  network = await testNetwork();
  directory = await mkdtemp(join(tmpdir(), 'minato-watch-'));
});
afterAll(async () => {
  await network[Symbol.asyncDispose]();
  await rm(directory, { recursive: true });
});

const spec = (name: string, index: number): SandboxSpec => ({
  pod: { name, namespace: 'default', uid: `uid-${name}` },
  attempt: 0,
  ip: network.cidr.replace('.0.0/16', `.1.${10 + index}`),
  hostname: name,
  environment: {},
  hostPid: false,
  hostIpc: false,
  sysctls: {},
  memoryVolumes: [],
});

/** A way to the engine that can be shut. */
async function openDoor(path: string): Promise<AsyncDisposable> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((client) => {
    const engine = connect('/var/run/docker.sock');
    for (const end of [client, engine]) {
      sockets.add(end);
      end.on('error', () => undefined).on('close', () => sockets.delete(end));
    }
    client.pipe(engine).pipe(client);
  });
  server.listen(path);
  await once(server, 'listening');
  return {
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

let stack: AsyncDisposableStack;
let runtime: DockerRuntime;
beforeEach(() => {
  stack = new AsyncDisposableStack();
  runtime = stack.use(new DockerRuntime(options('/var/run/docker.sock')));
});
afterEach(() => stack.disposeAsync());
const options = (socketPath: string) => ({
  socketPath,
  cluster: network.cluster,
  node: 'n1',
  networkName: network.networkName,
  sandboxImage: image,
});

test('is told of the engine’s going and coming, and of everything that happened meanwhile', async () => {
  const path = join(directory, 'engine.sock');
  const door = await openDoor(path);
  const [kept, ended, removed] = [
    await runtime.runSandbox(spec('kept', 0)),
    await runtime.runSandbox(spec('ended', 1)),
    await runtime.runSandbox(spec('removed', 2)),
  ];
  const health: (string | undefined)[] = [];
  const changed = new Set<string>();
  const watch = stack.use(
    new RuntimeWatch({
      runtime: stack.use(new DockerRuntime(options(path))),
      clock: systemClock,
      log: lineLog(() => undefined, Date.now),
      onChange: (uid) => void changed.add(uid),
      onHealth: (problem) => void health.push(problem),
    }),
  );
  const phase = ({ pod }: RuntimeContainer): string | undefined => watch.view(pod.uid).sandboxes[0]?.phase;
  watch.start();
  await expect.poll(() => health.length).toBe(1);
  expect(health).toEqual([undefined]);
  expect([kept, ended, removed].map(phase)).toEqual(['running', 'running', 'running']);

  await door[Symbol.asyncDispose]();
  await expect.poll(() => health.at(-1)).toBeTypeOf('string');
  await runtime.stop(ended.id, 0);
  await runtime.remove(removed.id);
  const added = await runtime.runSandbox(spec('added', 3));
  // What was known stands: an engine that is away does not mean that nothing runs.
  expect([kept, ended, removed, added].map(phase)).toEqual(['running', 'running', 'running', undefined]);

  changed.clear();
  stack.use(await openDoor(path));
  await expect.poll(() => health.at(-1), { timeout: 10_000 }).toBeUndefined();
  expect([kept, ended, removed, added].map(phase)).toEqual(['running', 'exited', undefined, 'running']);
  expect(changed).toEqual(new Set(['uid-kept', 'uid-ended', 'uid-removed', 'uid-added']));
});

test('sees every change as it happens', async () => {
  const changed: string[] = [];
  const healthy = Promise.withResolvers<void>();
  const watch = stack.use(
    new RuntimeWatch({
      runtime,
      clock: systemClock,
      log: lineLog(() => undefined, Date.now),
      onChange: (uid) => void changed.push(uid),
      onHealth: () => healthy.resolve(),
    }),
  );
  watch.start();
  await healthy.promise;
  const box = await runtime.runSandbox(spec('busy', 4));
  const view = () => watch.view(box.pod.uid).sandboxes[0];
  await expect.poll(() => view()?.phase).toBe('running');
  await runtime.stop(box.id, 0);
  await expect.poll(() => view()?.phase).toBe('exited');
  // Our own late knowledge does not undo an end.
  watch.put(box);
  expect(view()?.phase).toBe('exited');
  await runtime.remove(box.id);
  await expect.poll(view).toBeUndefined();
  expect(watch.podUids()).not.toContain(box.pod.uid);
  expect(changed).toContain(box.pod.uid);
});
