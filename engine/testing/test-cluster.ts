/** A whole cluster under the real manager, in a folder of its own, for tests of everything above the rooms. Disposing it deletes the cluster and checks that nothing is left. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Operation } from '../api/steps.ts';
import type { Client } from '../client/client.ts';
import type { ClusterManager } from '../cluster/cluster-manager.ts';
import { openClusterManager } from '../cluster/open-cluster-manager.ts';
import type { RunningOperation } from '../cluster/operation.ts';

const run = promisify(execFile);

/** A name that no computer has. */
export function ownHost(): string {
  return `test-${randomBytes(6).toString('hex')}.invalid`;
}

export interface TestManager extends AsyncDisposable {
  readonly manager: ClusterManager;
  readonly dataDirectory: string;
  readonly kubeconfig: string;
  /** What the manager logged: everything that went wrong on the side. */
  readonly log: readonly string[];
}

/** As on a computer of its own: what other tests have lost on the engine is not seen. */
export async function testManager(environment: NodeJS.ProcessEnv = process.env, host = ownHost()): Promise<TestManager> {
  const directory = await mkdtemp(join(tmpdir(), 'minato-cluster-'));
  const dataDirectory = join(directory, 'data');
  const kubeconfig = join(directory, 'kubeconfig');
  const log: string[] = [];
  const manager = await openClusterManager({
    dataDirectory,
    kubeconfig,
    environment,
    log: (line) => log.push(line),
    host,
  });
  return {
    manager,
    dataDirectory,
    kubeconfig,
    log,
    async [Symbol.asyncDispose]() {
      for (const { name } of await manager.list()) await finish(await manager.delete(name));
      await manager[Symbol.asyncDispose]();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** The operation's last value; throws what its failed step said. */
export async function finish(operation: RunningOperation): Promise<Operation> {
  const last = await operation.finished;
  const failed = last.steps.find(({ state }) => state === 'failed');
  if (failed) throw new Error(`${failed.title}: ${failed.failure?.message}\n${failed.log.join('\n')}`);
  return last;
}

export interface TestCluster extends TestManager {
  readonly name: string;
  readonly client: Client;
  kubectl(...words: readonly string[]): Promise<string>;
  stop(): Promise<Operation>;
  start(): Promise<Operation>;
}
export interface TestClusterOptions {
  readonly nodes?: number;
  readonly driver?: 'docker' | 'simulated';
}

export async function testCluster({ nodes = 1, driver = 'simulated' }: TestClusterOptions = {}): Promise<TestCluster> {
  const name = `test-${randomBytes(3).toString('hex')}`;
  await using stack = new AsyncDisposableStack();
  const base = stack.use(await testManager());
  const { manager, kubeconfig } = base;
  const start = async (): Promise<Operation> => finish(await manager.start({ name, nodes, driver }));
  await start();
  let cluster = await manager.running(name);
  const owned = stack.move();
  return {
    ...base,
    name,
    get client() {
      return cluster.client;
    },
    kubectl: (...words) => kubectl(kubeconfig, ...words),
    stop: async () => finish(await manager.stop(name)),
    async start() {
      const operation = await start();
      cluster = await manager.running(name);
      return operation;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** The stock kubectl of this machine; rejects with what it wrote on stderr. */
export async function kubectl(kubeconfig: string, ...words: readonly string[]): Promise<string> {
  const { stdout } = await run('kubectl', ['--kubeconfig', kubeconfig, ...words], { maxBuffer: 64 * 1024 * 1024 });
  return stdout;
}
