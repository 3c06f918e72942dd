import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { testCli } from '../../testing/cli.ts';

/** 6443 goes to whichever suite's cluster asks first; with it held, a cluster gets a port that is still its own after a stop. */
async function hold6443(): Promise<AsyncDisposable> {
  const server = createServer().listen(6443, '127.0.0.1');
  // Somebody has it already, which will do.
  await once(server, 'listening').catch(() => undefined);
  return { [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())) };
}

const simulated = ['--driver', 'simulated'];

describe('the minato command', () => {
  test('up tells one event a line, the last one being ready; SIGTERM ends it cleanly and a later up finds everything again', async () => {
    await using cli = await testCli(['minato']);
    const held = await hold6443();
    const first = await cli.up(...simulated, '--nodes', '2');
    await held[Symbol.asyncDispose]();
    const ready = first.events.at(-1);
    expect(ready).toEqual({
      event: 'ready',
      server: expect.stringMatching(/^https:\/\/127\.0\.0\.1:\d+$/),
      kubeconfig: cli.kubeconfig,
      context: 'minato',
      ms: expect.any(Number),
    });
    const done = first.events.filter(({ state }) => state === 'done').map(({ id }) => id);
    expect(done).toEqual(['engine', 'certificates', 'control-plane', 'simulated-nodes', 'ready', 'kubeconfig']);
    await cli.kubectl('create', 'configmap', 'kept', '--from-literal=a=1');
    expect(await first.end('SIGTERM')).toBe(0);
    await expect(cli.kubectl('get', 'configmap', 'kept')).rejects.toThrow();

    const second = await cli.up();
    expect(second.events.at(-1)?.server).toBe(ready?.server);
    expect(await cli.kubectl('get', 'configmap', 'kept', '-o', 'jsonpath={.data.a}')).toBe('1');
    expect(await second.end('SIGINT')).toBe(0);
  });

  test('a control plane that is killed at any time comes up with what it had acknowledged', async () => {
    await using cli = await testCli(['minato']);
    let up = await cli.up(...simulated);
    await cli.kubectl('create', 'deployment', 'web', '--image=nginx', '--replicas=4');
    await cli.kubectl('rollout', 'status', 'deployment/web');
    const pods = () => cli.kubectl('get', 'pods', '-o', 'jsonpath={range .items[*]}{.metadata.uid} {.status.podIP}{"\\n"}{end}');
    const before = await pods();
    for (const round of [1, 2, 3]) {
      const creating = Array.from({ length: 10 }, (_, index) =>
        cli.kubectl('create', 'configmap', `round-${round}-${index}`, '-o', 'name').catch(() => ''),
      );
      // In the middle of the burst: when the first is acknowledged.
      await Promise.any(creating);
      await up.end('SIGKILL');
      const acknowledged = (await Promise.all(creating)).filter((name) => name !== '');
      up = await cli.up();
      const there = await cli.kubectl('get', 'configmaps', '-o', 'name');
      expect(acknowledged.length).toBeGreaterThan(0);
      expect(there.split('\n')).toEqual(expect.arrayContaining(acknowledged.map((name) => name.trim())));
      expect(await pods()).toBe(before);
    }
    expect(await up.end('SIGTERM')).toBe(0);
  });

  test('a second up of the same cluster is refused with the process that has it; stop and delete reach it', async () => {
    await using cli = await testCli(['one']);
    await cli.up(...simulated, '--name', 'one');
    const second = await cli.run('up', '--name', 'one');
    expect(second).toEqual({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(
        /^Cluster "one" is running already, in process \d+\. Use it as it is, or stop it first with: minato stop --name one\n$/,
      ),
    });
    expect((await cli.run('status')).stdout).toMatch(/^one +running +simulated +1 +https:\/\/127\.0\.0\.1:\d+ +one$/m);
    expect((await cli.run('stop', '--name', 'one')).code).toBe(0);
    expect(JSON.parse((await cli.run('status', '--json')).stdout)).toMatchObject([{ name: 'one', status: 'stopped', nodes: 1 }]);
    await cli.up('--name', 'one');
    expect((await cli.run('delete', '--name', 'one')).code).toBe(0);
    expect((await cli.run('status')).stdout).toBe('There is no cluster yet. Create one with: minato up\n');
    expect(await cli.run('stop', '--name', 'one')).toMatchObject({
      code: 1,
      stderr: 'There is no cluster "one". Create it with: minato up --name one\n',
    });
  });

  test.each(['SIGTERM', 'SIGINT', 'SIGKILL'] as const)('the control plane ends with the command that started it: %s', async (signal) => {
    const wrapper = fileURLToPath(new URL('../../../scripts/minato.mjs', import.meta.url));
    await using cli = await testCli(['fate'], { enter: ([node = '', , ...words]) => [node, wrapper, ...words] });
    const up = await cli.up(...simulated, '--name', 'fate');
    // Resolves when the last process that holds the output has ended: the control plane.
    expect(await up.end(signal)).toBe(signal === 'SIGKILL' ? null : 0);
    expect(JSON.parse((await cli.run('status', '--json')).stdout)).toMatchObject([{ name: 'fate', status: 'stopped' }]);
  });

  test('wrong use ends with 2 and names what is wrong', async () => {
    await using cli = await testCli([]);
    const cases = [
      [['up', '--nodes', 'three'], '--nodes: "three" is not a whole number from 1 to 5000.'],
      [['up', '--driver', 'podman'], '--driver: "podman" is not a driver. Use docker or simulated.'],
      [['up', '--name', 'Über'], 'name: "Über" is not a cluster name.'],
      [['fly'], 'There is no command "fly".'],
      [['up', '--wings'], "Unknown option '--wings'"],
    ] as const;
    const results = await Promise.all(cases.map(([words]) => cli.run(...words)));
    for (const [index, { code, stderr }] of results.entries()) {
      const [words, message] = cases[index] ?? [[], ''];
      expect([words, code, stderr.includes(message) || stderr]).toEqual([words, 2, true]);
    }
  });
});
