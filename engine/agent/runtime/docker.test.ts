/** The Docker runtime against the machine's real engine. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestNetwork, testNetwork } from '../../testing/docker-network.ts';
import { ensureTestImage } from '../../testing/test-image.ts';
import { DockerRuntime } from './docker.ts';
import type { ContainerSpec, PodIdentity, RuntimeContainer, RuntimeEvent } from './runtime.ts';

let network: TestNetwork;
let image: string;
let imageId: string;
let runtime: DockerRuntime;
beforeAll(async () => {
  image = await ensureTestImage();
  network = await testNetwork();
  runtime = new DockerRuntime({
    socketPath: '/var/run/docker.sock',
    cluster: network.cluster,
    node: 'node-1',
    networkName: network.networkName,
    sandboxImage: image,
  });
  imageId = (await runtime.imageStatus(image))?.id ?? '';
});
afterAll(async () => {
  runtime[Symbol.dispose]();
  await network[Symbol.asyncDispose]();
});

let pods = 0;
const podIp = (): string => network.cidr.replace('.0.0/16', `.0.${10 + pods}`);
async function sandbox(): Promise<RuntimeContainer> {
  pods++;
  const pod: PodIdentity = { name: `pod-${pods}`, namespace: 'default', uid: `uid-${pods}` };
  return runtime.runSandbox({
    pod,
    attempt: 0,
    ip: podIp(),
    hostname: pod.name,
    environment: {},
    hostPid: false,
    hostIpc: false,
    sysctls: {},
    memoryVolumes: [],
  });
}
function containerIn(box: RuntimeContainer, script: string, over: Partial<ContainerSpec> = {}): ContainerSpec {
  return {
    pod: box.pod,
    name: 'main',
    attempt: 0,
    sandboxId: box.id,
    image,
    imageId,
    command: ['sh', '-c', script],
    environment: ['GREETING=hello'],
    tty: false,
    stdin: false,
    stdinOnce: false,
    mounts: [],
    resources: { oomScoreAdjust: 1000 },
    security: {
      groups: [],
      privileged: false,
      addCapabilities: [],
      dropCapabilities: [],
      readOnlyRoot: false,
      noNewPrivileges: false,
      unconfinedSeccomp: false,
    },
    sharePid: false,
    hostPid: false,
    hostIpc: false,
    ...over,
  };
}
const output = (id: string): Promise<string> => read(id, true);
const outputSoFar = (id: string): Promise<string> => read(id, false);
async function read(id: string, follow: boolean): Promise<string> {
  const query = { follow, timestamps: false, stdout: true, stderr: true };
  let text = '';
  for await (const chunk of await runtime.logs(id, query, new AbortController().signal)) text += String(chunk);
  return text;
}

test('a container shares its sandbox’s address and host name, and leaves its output', async () => {
  const box = await sandbox();
  const { id } = await runtime.createContainer(
    containerIn(box, 'hostname; echo $GREETING; ip -4 -o addr show eth0 | grep -o "inet [0-9.]*"'),
  );
  await runtime.start(id);
  expect(await output(id)).toBe(`pod-${pods}\nhello\ninet ${podIp()}\n`);
  await expect.poll(async () => (await runtime.inspect(id))?.phase).toBe('exited');
  expect(await runtime.list()).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ id: box.id, role: 'sandbox', phase: 'running', ip: podIp(), pod: box.pod }),
      expect.objectContaining({ id, role: 'container', phase: 'exited', exitCode: 0, name: 'main', sandboxId: box.id, image }),
    ]),
  );
});

test('the event stream tells of starts and ends, and of nothing from other nodes', async () => {
  const ending = new AbortController();
  const seen: RuntimeEvent[] = [];
  const events = runtime.events(ending.signal);
  expect((await events.next()).value).toBe('listening');
  const box = await sandbox();
  const { id } = await runtime.createContainer(containerIn(box, 'exit 3'));
  await runtime.start(id);
  for await (const event of events) {
    if (event !== 'listening') seen.push(event);
    if (seen.some((each) => each.id === id && each.action === 'die')) break;
  }
  ending.abort();
  expect(seen).toEqual([
    { id: box.id, action: 'start' },
    { id, action: 'start' },
    { id, action: 'die' },
  ]);
  expect(await runtime.inspect(id)).toMatchObject({ phase: 'exited', exitCode: 3 });
});

test('exec returns output and exit code, and gives up after its time', async () => {
  const box = await sandbox();
  const { id } = await runtime.createContainer(containerIn(box, 'sleep 60'));
  await runtime.start(id);
  expect(await runtime.exec(id, ['sh', '-c', 'echo out; echo err >&2; exit 4'], { timeoutMs: 5000 })).toEqual({
    exitCode: 4,
    output: expect.stringMatching(/out\n|err\n/),
  });
  await expect(runtime.exec(id, ['sleep', '30'], { timeoutMs: 200 })).rejects.toMatchObject({ kind: 'timeout' });
});

test('a command that does not exist is told in the engine’s words', async () => {
  const box = await sandbox();
  const { id } = await runtime.createContainer(containerIn(box, '', { command: ['/no/such'] }));
  await expect(runtime.start(id)).rejects.toThrow('no such file or directory');
  expect(await runtime.inspect(id)).toMatchObject({ phase: 'exited', exitCode: 127, error: expect.stringContaining('/no/such') });
});

test('stop sends the stop signal, then kills; what is gone is no error', async () => {
  const box = await sandbox();
  const { id } = await runtime.createContainer(containerIn(box, 'trap "exit 7" TERM; echo trapped; while :; do sleep 0.05; done'));
  await runtime.start(id);
  // Before its trap is set, a first process has no action for SIGTERM, and the kernel drops it.
  await expect.poll(() => outputSoFar(id)).toBe('trapped\n');
  await runtime.stop(id, 10);
  expect(await runtime.inspect(id)).toMatchObject({ phase: 'exited', exitCode: 7 });
  await runtime.remove(id);
  await runtime.remove(id);
  await runtime.stop(id, 0);
  expect(await runtime.inspect(id)).toBeUndefined();
});

test('a container of the same name left from a crash gives way', async () => {
  const box = await sandbox();
  const first = await runtime.createContainer(containerIn(box, 'true'));
  const second = await runtime.createContainer(containerIn(box, 'true'));
  expect(await runtime.inspect(first.id)).toBeUndefined();
  await runtime.start(second.id);
});

test('an engine that is not there is “unavailable”', async () => {
  using nowhere = new DockerRuntime({ socketPath: '/nonexistent.sock', cluster: 'x', node: 'y', networkName: 'z', sandboxImage: image });
  await expect(nowhere.info()).rejects.toMatchObject({ kind: 'unavailable' });
});
