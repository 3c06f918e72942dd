/** Drives the real command line for measurements: a cluster in its own folder with its own kubeconfig, gone afterwards. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const run = promisify(execFile);
const main = new URL('../engine/host/cli/main.ts', import.meta.url).pathname;

export interface BenchCluster extends AsyncDisposable {
  readonly pid: number;
  readonly name: string;
  readonly kubeconfig: string;
  /** Milliseconds from the start of the command to its `ready` event. */
  readonly startMs: number;
  kubectl(...words: readonly string[]): Promise<string>;
  /** Ends the control plane; the pods stay. */
  down(): Promise<void>;
  up(): Promise<number>;
}

export async function benchCluster(name: string, words: readonly string[] = []): Promise<BenchCluster> {
  const folder = await mkdtemp(join(tmpdir(), 'minato-bench-'));
  const kubeconfig = join(folder, 'kubeconfig');
  // As on a computer of its own: what was lost on the engine before does not matter.
  const env = { ...process.env, MINATO_HOST: `bench-${randomBytes(6).toString('hex')}.invalid` };
  const shared = ['--name', name, '--data', join(folder, 'data'), '--kubeconfig', kubeconfig];
  let child: ChildProcess | undefined;
  const up = async (): Promise<number> => {
    const began = performance.now();
    child = spawn(process.execPath, [main, 'up', ...shared, ...words, '--json'], { stdio: ['ignore', 'pipe', 'inherit'], env });
    await untilReady(child);
    return performance.now() - began;
  };
  const down = async (): Promise<void> => {
    if (!child || child.exitCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    await exited;
  };
  const startMs = await up();
  return {
    name,
    kubeconfig,
    startMs,
    up,
    down,
    get pid() {
      return child?.pid ?? 0;
    },
    kubectl: async (...args) => (await run('kubectl', ['--kubeconfig', kubeconfig, ...args], { maxBuffer: 256 * 1024 * 1024 })).stdout,
    async [Symbol.asyncDispose]() {
      await down();
      await run(process.execPath, [main, 'delete', ...shared], { env });
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function untilReady(child: ChildProcess): Promise<void> {
  if (!child.stdout) throw new Error('no output');
  for await (const line of createInterface({ input: child.stdout })) {
    const event = JSON.parse(line) as { event: string; state?: string; title?: string; failure?: { message: string } };
    if (event.event === 'ready') return;
    if (event.state === 'failed') throw new Error(`${event.title}: ${event.failure?.message}`);
  }
  throw new Error('the command ended before the cluster was ready');
}

/** Docker, as a person at a terminal uses it. */
export async function docker(...words: readonly string[]): Promise<string> {
  return (await run('docker', [...words])).stdout.trim();
}
