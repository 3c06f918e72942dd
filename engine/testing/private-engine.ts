/**
 * A Docker Engine of a test's own, in a network namespace of its own, so that it can be ended and started without harm to anybody else. What must reach its
 * containers runs in the namespace, too (`enter`). Needs root on Linux, as the whole of these tests does.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, watch } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface PrivateEngine extends AsyncDisposable {
  readonly host: string;
  /** Puts a command into the engine's network namespace. */
  enter(command: readonly string[]): readonly string[];
  docker(...words: readonly string[]): Promise<string>;
  /** Ends the engine and with it all containers. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Copies images of this computer's own engine. */
  load(...images: readonly string[]): Promise<void>;
}

export async function privateEngine(): Promise<PrivateEngine> {
  const directory = await mkdtemp(join(tmpdir(), 'minato-engine-'));
  const namespace = `minato-${randomBytes(4).toString('hex')}`;
  const socket = join(directory, 'docker.sock');
  const host = `unix://${socket}`;
  const enter = (command: readonly string[]): readonly string[] => ['nsenter', `--net=/var/run/netns/${namespace}`, ...command];
  const inside = (...command: readonly string[]) => runIn(enter(command));
  await run('ip', ['netns', 'add', namespace]);
  await inside('ip', 'link', 'set', 'lo', 'up');
  let engine: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    const files = ['--data-root', join(directory, 'data'), '--exec-root', join(directory, 'exec'), '--pidfile', join(directory, 'pid')];
    engine = spawnIn(enter(['dockerd', '-H', host, ...files, '--bip', '172.31.250.1/24']));
    await untilAnswers(socket, directory, engine);
  };
  const stop = async (): Promise<void> => {
    if (!engine || engine.exitCode !== null) return;
    const ended = once(engine, 'exit');
    engine.kill('SIGTERM');
    await ended;
  };
  await start();
  return {
    host,
    enter,
    start,
    stop,
    docker: async (...words) => (await run('docker', ['-H', host, ...words], { maxBuffer: 16 * 1024 * 1024 })).stdout.trim(),
    async load(...images) {
      await run('sh', ['-c', `docker save ${images.join(' ')} | docker -H ${host} load`]);
    },
    async [Symbol.asyncDispose]() {
      await run('sh', ['-c', `docker -H ${host} ps -aq | xargs -r docker -H ${host} rm -f`]);
      await stop();
      await run('ip', ['netns', 'delete', namespace]);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function runIn([command = '', ...words]: readonly string[]) {
  return run(command, [...words]);
}
function spawnIn([command = '', ...words]: readonly string[]): ChildProcess {
  return spawn(command, [...words], { stdio: 'ignore' });
}

/** The socket appears in the folder, and a little later somebody answers on it. */
async function untilAnswers(socket: string, directory: string, engine: ChildProcess): Promise<void> {
  const timeout = AbortSignal.timeout(60_000);
  const ended = new AbortController();
  engine.once('exit', () => ended.abort(new Error('dockerd ended')));
  const changes = watch(directory, { signal: AbortSignal.any([timeout, ended.signal]) });
  if (await answers(socket)) return;
  for await (const _ of changes) if (await answers(socket)) return;
}
async function answers(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
