/** Every stock kubectl of this machine from 1.27 on gets into pods of simulated nodes: SPDY up to 1.29, WebSockets since. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { playedStatus } from '../agent/simulated/simulated-pod.ts';
import { pod as podKind } from '../api/kinds/core/pod.ts';
import type { Pod } from '../api/types.gen.ts';
import { Informer } from '../client/informer.ts';
import { systemClock } from '../client/system-clock.ts';
import { type KubectlOptions, type Printed, runKubectl, stockKubectls } from '../testing/kubectl.ts';
import { type SecureApiServer, secureApiServer } from '../testing/test-api-server.ts';
import { simulatedKubelets } from './kubelets.ts';

let api: SecureApiServer;
let options: KubectlOptions;
const log: string[] = [];
const stack = new AsyncDisposableStack();

beforeAll(async () => {
  let pods: Informer<Pod> | undefined;
  api = await secureApiServer({ kubelets: simulatedKubelets({ pods: () => pods?.cache, log: (line) => log.push(line) }) });
  stack.use(api);
  pods = stack.use(new Informer({ client: api.client, kind: podKind, clock: systemClock }));
  const home = await mkdtemp(join(tmpdir(), 'minato-streams-'));
  stack.defer(() => rm(home, { recursive: true, force: true }));
  options = { kubeconfig: await api.kubeconfig('admin', 'system:masters'), home };
  await play('web', { containers: [{ name: 'main', image: 'x', ports: [{ containerPort: 8080 }] }] });
  await play('two', {
    containers: [
      { name: 'a', image: 'x' },
      { name: 'b', image: 'x' },
    ],
  });
  await vi.waitFor(() => expect(pods?.cache.get('default/two')?.status?.phase).toBe('Running'));
});
afterAll(async () => {
  await stack.disposeAsync();
  expect(log).toEqual([]);
});

async function play(name: string, spec: Pod['spec']): Promise<void> {
  const made = await api.client.create(podKind, { metadata: { name, namespace: 'default' }, spec: { ...spec, nodeName: 'node-1' } });
  const status = playedStatus({ pod: made, hostIp: '10.0.0.1', podIp: '10.244.0.5', now: Date.now() });
  await api.client.update(podKind, { ...made, status }, { subresource: 'status' });
}

describe.each(stockKubectls(27))('kubectl 1.$minor', (kubectl) => {
  const run = (words: readonly string[], more: Partial<KubectlOptions> = {}): Promise<Printed> =>
    runKubectl(kubectl, words, { ...options, ...more });

  test('runs programs and ends with their code', async () => {
    const [output, code, both] = await Promise.all([
      run(['exec', 'web', '--', 'echo', 'hello']),
      run(['exec', 'web', '--', 'sh', '-c', 'exit 7']),
      run(['exec', 'web', '--', 'sh', '-c', 'echo out; echo err >&2; exit 3']),
    ]);
    expect(output).toEqual({ code: 0, stdout: 'hello\n', stderr: '' });
    expect(code).toEqual({ code: 7, stdout: '', stderr: 'command terminated with exit code 7\n' });
    expect(both).toEqual({ code: 3, stdout: 'out\n', stderr: 'err\ncommand terminated with exit code 3\n' });
  });

  test('sends input to its end, and reads output to its end', async () => {
    const lines = Array.from({ length: 10_000 }, (_, index) => `line ${index}\n`).join('');
    const [echoed, much] = await Promise.all([
      run(['exec', '-i', 'web', '--', 'cat'], { input: lines }),
      run(['exec', 'web', '--', 'yes', String(10 * 1024 * 1024)]),
    ]);
    expect(echoed).toEqual({ code: 0, stdout: lines, stderr: '' });
    expect({ code: much.code, size: much.stdout.length }).toEqual({ code: 0, size: 10 * 1024 * 1024 });
  });

  test('is told what is wrong as upstream tells it', async () => {
    const [missing, wrong, choice, none] = await Promise.all([
      run(['exec', 'web', '--', 'nope']),
      run(['exec', 'web', '-c', 'other', '--', 'true']),
      run(['exec', 'two', '--', 'hostname']),
      run(['exec', 'gone', '--', 'true']),
    ]);
    expect(missing.code).toBe(1);
    expect(missing.stderr).toContain('exec: "nope": executable file not found in $PATH');
    expect(wrong).toMatchObject({ code: 1, stderr: 'Error from server (BadRequest): container other is not valid for pod web\n' });
    expect(choice).toMatchObject({ code: 0, stdout: 'two\n', stderr: expect.stringContaining('Defaulted container "a" out of: a, b') });
    expect(none).toMatchObject({ code: 1, stderr: 'Error from server (NotFound): pods "gone" not found\n' });
  });

  test('attaches', async () => {
    const attached = await run(['attach', '-i', 'web'], { input: 'x' });
    expect(attached).toMatchObject({ code: 0, stdout: 'Container main of pod web is simulated: it runs, and writes nothing.\n' });
  });
});
