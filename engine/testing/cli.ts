/** The `minato` command as processes of its own, over one data folder, for tests of what only processes can do: be killed, meet each other. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ownHost } from './test-cluster.ts';

const execute = promisify(execFile);
const main = fileURLToPath(new URL('../host/cli/main.ts', import.meta.url));

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}
export interface CliEvent {
  readonly event: string;
  readonly [key: string]: unknown;
}
export interface RunningUp {
  /** All that was told until `ready`, which is the last. */
  readonly events: readonly CliEvent[];
  /** Sends the signal and resolves when the process has ended. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}
export interface Cli extends AsyncDisposable {
  readonly kubeconfig: string;
  run(...words: readonly string[]): Promise<CliResult>;
  /** `minato up --json` until it is ready; rejects with its last words when it ends before. */
  up(...words: readonly string[]): Promise<RunningUp>;
  kubectl(...words: readonly string[]): Promise<string>;
}

export interface CliOptions {
  readonly environment?: NodeJS.ProcessEnv;
  /** What each command is put behind: `nsenter …`, say. */
  readonly enter?: (command: readonly string[]) => readonly string[];
}

/** Disposing it kills what still runs and deletes the clusters named in `names`. */
export async function testCli(names: readonly string[], { environment = {}, enter = (command) => command }: CliOptions = {}): Promise<Cli> {
  const directory = await mkdtemp(join(tmpdir(), 'minato-cli-'));
  const kubeconfig = join(directory, 'kubeconfig');
  const shared = ['--data', join(directory, 'data'), '--kubeconfig', kubeconfig];
  const children = new Set<ChildProcess>();
  const host = ownHost();
  const start = (words: readonly string[]): ChildProcess => {
    const [command = '', ...rest] = enter([process.execPath, main, ...words, ...shared]);
    const child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, MINATO_HOST: host, ...environment } });
    children.add(child);
    child.once('exit', () => children.delete(child));
    return child;
  };
  const run = async (...words: readonly string[]): Promise<CliResult> => resultOf(start(words));
  return {
    kubeconfig,
    run,
    async up(...words) {
      const child = start(['up', '--json', ...words]);
      const ended = resultOf(child);
      const events = await readUntilReady(child);
      if (events === undefined) throw new Error(`minato up ended: ${JSON.stringify(await ended)}`);
      return {
        events,
        async end(signal) {
          child.kill(signal);
          return (await ended).code;
        },
      };
    },
    async kubectl(...words) {
      const [command = '', ...rest] = enter(['kubectl', '--kubeconfig', kubeconfig, ...words]);
      return (await execute(command, rest)).stdout;
    },
    async [Symbol.asyncDispose]() {
      for (const child of children) {
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
      for (const name of names) await run('delete', '--name', name);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function resultOf(child: ChildProcess): Promise<CliResult> {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk) => (stdout += String(chunk)));
  child.stderr?.on('data', (chunk) => (stderr += String(chunk)));
  const [code] = await once(child, 'close');
  return { code, stdout, stderr };
}

async function readUntilReady(child: ChildProcess): Promise<readonly CliEvent[] | undefined> {
  const events: CliEvent[] = [];
  if (!child.stdout) throw new Error('no output');
  const lines = createInterface({ input: child.stdout });
  for await (const line of lines) {
    const event = JSON.parse(line) as CliEvent;
    events.push(event);
    if (event.event === 'ready') {
      // Closed without ending the stream: others read on.
      child.stdout.resume();
      return events;
    }
  }
  return undefined;
}
