import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { deployment as deploymentKind } from '../api/kinds/apps/deployment.ts';
import { pod as podKind } from '../api/kinds/core/pod.ts';
import type { Deployment } from '../api/types.gen.ts';
import type { Client } from '../client/client.ts';
import { finish, kubectl, testCluster, testManager } from '../testing/test-cluster.ts';
import { watchUntil } from './samples/watch-until.ts';

const labels = { app: 'web' };
const web: Deployment = {
  metadata: { name: 'web', namespace: 'default' },
  spec: {
    replicas: 3,
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'nginx' }] } },
  },
};
async function deployed(client: Client): Promise<void> {
  await client.create(deploymentKind, web);
  await watchUntil<Deployment>(client, {
    kind: deploymentKind,
    key: { namespace: 'default', name: 'web' },
    signal: AbortSignal.timeout(20_000),
    accept: ({ status }) => status?.availableReplicas === 3,
  });
}
async function pods(client: Client): Promise<readonly string[]> {
  const { items } = await client.list(podKind, { namespace: 'default' });
  return items.map(({ metadata, status, spec }) => `${metadata.name} ${metadata.uid} ${status?.podIP} ${spec.nodeName}`).sort();
}

describe('a cluster of simulated nodes', () => {
  test('starts step by step, keeps its pods over a stop, and leaves nothing after a delete', async () => {
    await using cluster = await testCluster({ nodes: 3 });
    await deployed(cluster.client);
    const before = await pods(cluster.client);
    await cluster.stop();
    expect((await cluster.manager.list()).map(({ phase }) => phase)).toEqual(['stopped']);
    await expect(cluster.kubectl('get', 'pods')).rejects.toThrow(/connection refused|connection to the server/);
    const { steps } = await cluster.start();
    expect(steps.map(({ id, state }) => `${id} ${state}`)).toEqual([
      'engine done',
      'certificates done',
      'control-plane done',
      'simulated-nodes done',
      'ready done',
      'kubeconfig done',
    ]);
    expect(await pods(cluster.client)).toEqual(before);
    expect(await cluster.kubectl('get', 'nodes', '-o', 'name')).toBe(
      [0, 2, 3].map((number) => `node/${cluster.name}${number === 0 ? '' : `-m0${number}`}\n`).join(''),
    );
    await finish(await cluster.manager.delete(cluster.name));
    expect(await cluster.manager.list()).toEqual([]);
    const config = JSON.parse(await kubectl(cluster.kubeconfig, 'config', 'view', '-o', 'json')) as Record<string, unknown>;
    expect([config.clusters, config.users, config.contexts]).toEqual([null, null, null]);
    expect(cluster.log).toEqual([]);
  });

  test('gets another API port where the usual one is taken, and two clusters get along', async () => {
    const taken = createServer().listen(6443, '127.0.0.1');
    // Another program, or another cluster of this computer, has it already: just as well.
    await once(taken, 'listening').catch(() => undefined);
    try {
      await using one = await testCluster();
      await finish(await one.manager.start({ name: 'second', driver: 'simulated' }));
      const servers = (await one.manager.list()).map(({ server }) => server);
      expect(new Set(servers).size).toBe(2);
      expect(servers).not.toContain('https://127.0.0.1:6443');
      expect(await kubectl(one.kubeconfig, '--context', one.name, 'get', 'nodes', '-o', 'name')).toBe(`node/${one.name}\n`);
      expect(await kubectl(one.kubeconfig, '--context', 'second', 'get', 'nodes', '-o', 'name')).toBe('node/second\n');
    } finally {
      taken.close();
    }
  });

  test('moves to another API port when its own was taken meanwhile, and kubectl with it', async () => {
    await using cluster = await testCluster();
    const { apiPort } = (await cluster.manager.running(cluster.name)).state;
    await cluster.stop();
    const taken = createServer().listen(apiPort, '127.0.0.1');
    await once(taken, 'listening');
    try {
      await cluster.start();
      expect(await cluster.kubectl('get', 'nodes', '-o', 'name')).toBe(`node/${cluster.name}\n`);
      expect((await cluster.manager.running(cluster.name)).state.apiPort).not.toBe(apiPort);
      expect(cluster.log).toEqual([expect.stringMatching(`port ${apiPort} of this computer is taken; the API server is at \\d+ instead`)]);
    } finally {
      taken.close();
    }
  });

  test('is not started twice, nor changed into another', async () => {
    await using cluster = await testCluster();
    const { manager, name } = cluster;
    await expect(manager.start({ name })).rejects.toThrow(`Cluster "${name}" is running already.`);
    await cluster.stop();
    await expect(manager.start({ name, driver: 'docker' })).rejects.toThrow(
      `driver: cluster "${name}" was created with driver simulated and cannot change to docker.`,
    );
    await expect(manager.start({ name: 'Not_A_Name' })).rejects.toThrow('name: "Not_A_Name" is not a cluster name.');
    await expect(manager.start({ name: 'many', nodes: 0 })).rejects.toThrow('nodes: 0 is not a number of nodes.');
    await expect(manager.stop('nobody')).rejects.toThrow('There is no cluster "nobody". Create it with: minato up --name nobody');
  });

  test('grows by nodes at the next start', async () => {
    await using cluster = await testCluster();
    await cluster.stop();
    await finish(await cluster.manager.start({ name: cluster.name, nodes: 2 }));
    expect((await cluster.kubectl('get', 'nodes', '--no-headers')).trim().split('\n')).toHaveLength(2);
    await cluster.stop();
    await expect(cluster.manager.start({ name: cluster.name, nodes: 1 })).rejects.toThrow('has 2 nodes and cannot be started with 1');
  });
});

describe('what goes wrong at the start', () => {
  test('without an engine, says so, and how to go on', async () => {
    await using base = await testManager({ ...process.env, DOCKER_HOST: 'unix:///nowhere/docker.sock' });
    const last = await (await base.manager.start({ name: 'lost', driver: 'docker' })).finished;
    const [engine, ...rest] = last.steps;
    expect([last.state, engine?.state, engine?.failure?.code]).toEqual(['failed', 'failed', 'engine-unreachable']);
    expect(engine?.failure?.message).toMatch(/\/nowhere\/docker\.sock/);
    expect(rest.every(({ state }) => state === 'skipped')).toBe(true);
    // Nothing was made, so nothing is left: neither a cluster nor a context.
    expect(await base.manager.list()).toEqual([]);
  });

  test('with a kubeconfig that is malformed, leaves it as it is and ends with that step', async () => {
    await using base = await testManager();
    await mkdir(dirname(base.kubeconfig), { recursive: true });
    await writeFile(base.kubeconfig, 'apiVersion: v1\nclusters: [}\n');
    const last = await (await base.manager.start({ name: 'here', driver: 'simulated' })).finished;
    const failed = last.steps.find(({ state }) => state === 'failed');
    expect([failed?.id, failed?.failure?.code]).toEqual(['kubeconfig', 'kubeconfig-malformed']);
    await writeFile(base.kubeconfig, '');
    await finish(await base.manager.start({ name: 'here' }));
    expect(await kubectl(base.kubeconfig, 'get', 'nodes', '-o', 'name')).toBe('node/here\n');
  });

  test('can be cancelled, and started again', async () => {
    await using base = await testManager();
    const operation = await base.manager.start({ name: 'halted', driver: 'simulated', nodes: 50 });
    expect(await base.manager.list()).toMatchObject([{ name: 'halted', phase: 'starting' }]);
    operation.cancel();
    expect((await operation.finished).state).toBe('cancelled');
    await finish(await base.manager.start({ name: 'halted', driver: 'simulated', nodes: 50 }));
    expect(await base.manager.list()).toMatchObject([{ name: 'halted', phase: 'running' }]);
  });

  test('of a cluster whose state is damaged names the file; the others are not touched by it, and it can be deleted', async () => {
    // What was damaged may have had nodes: its deletion asks this computer's engine.
    vi.stubEnv('DOCKER_HOST', undefined);
    onTestFinished(() => void vi.unstubAllEnvs());
    await using cluster = await testCluster();
    const { manager, dataDirectory } = cluster;
    const file = join(dataDirectory, 'clusters', 'damaged', 'cluster.json');
    await mkdir(dirname(file), { recursive: true });
    for (const text of ['{', JSON.stringify({ version: 1 })]) {
      await writeFile(file, text);
      await expect(manager.start({ name: 'damaged' })).rejects.toThrow(`${file} cannot be read`);
    }
    expect((await manager.list()).map(({ name, phase }) => `${name} ${phase}`)).toEqual(['damaged failed', `${cluster.name} running`]);
    await finish(await manager.start({ name: 'another', driver: 'simulated' }));
    await finish(await manager.delete('damaged'));
    expect((await manager.list()).map(({ name }) => name)).toEqual(['another', cluster.name]);
  });
});
