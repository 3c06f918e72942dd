/** Streams into the pods of a node on an engine: exec and attach by the engine, connections to ports by the node's own network. */
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Pod, Status } from '../../api/types.gen.ts';
import type { Log } from '../context.ts';
import type { Kubelet } from '../kubelet/kubelet.ts';
import type { OutputPiece } from '../runtime/output-pieces.ts';
import type { ProgramStreams, RunningExec, Runtime } from '../runtime/runtime.ts';
import { aborted, feed, write } from '../streams/copy.ts';
import type { RemoteSession } from '../streams/session.ts';
import { exitStatus, success } from '../streams/status.ts';
import type { ContainerTarget, StreamHost } from '../streams/stream-host.ts';
import { dialPod } from './dial-pod.ts';

export interface DockerStreamParts {
  readonly kubelet: Kubelet;
  readonly runtime: Runtime;
  readonly log: Log;
}

export function dockerStreams({ kubelet, runtime, log }: DockerStreamParts): StreamHost {
  return {
    find: (namespace, name) => kubelet.find(namespace, name),
    onError: (what, error) => log.warn(`${what} could not be carried`, error),
    exec: (target, command, session) => exec({ runtime, log }, { target, command, session }),
    attach: (target, session) => attach({ runtime, log }, target, session),
    dial: (pod: Pod, port: number, signal: AbortSignal): Promise<Duplex> => dialPod({ kubelet, runtime }, { pod, port, signal }),
  };
}

type Parts = Pick<DockerStreamParts, 'runtime' | 'log'>;
interface Execution {
  readonly target: ContainerTarget;
  readonly command: readonly string[];
  readonly session: RemoteSession;
}
/** What a program gets to end by itself once its input has ended and nobody listens. */
const partingMs = 500;

async function exec({ runtime, log }: Parts, { target, command, session }: Execution): Promise<Status> {
  const streams = await runtime.openExec(target.id, { ...wanted(session), command });
  const over = carry(streams, session, log);
  const outcome = await Promise.race([over, aborted(session.gone)]);
  if (outcome === 'gone') {
    await part(streams).catch((error: unknown) => log.warn(`a program in pod ${target.pod.metadata.name} could not be ended`, error));
    return success;
  }
  const ended = await Promise.race([streams.exit(session.gone).catch(() => 'gone' as const), aborted(session.gone)]);
  streams.close();
  if (ended === 'gone') {
    await part(streams).catch((error: unknown) => log.warn(`a program in pod ${target.pod.metadata.name} could not be ended`, error));
    return success;
  }
  if (!ended.hasStarted && outcome.refusal) throw new Error(`failed to exec in container: failed to start exec: ${outcome.refusal}`);
  return exitStatus(ended.code);
}

/** The client has gone: the input ends, the output is heard by nobody, and what does not end of that is ended. */
async function part(streams: RunningExec): Promise<void> {
  streams.close();
  const soon = await Promise.race([streams.exit(AbortSignal.timeout(partingMs)).catch(() => undefined), sleep(partingMs, undefined)]);
  if (!soon) await streams.kill();
}

async function attach({ runtime, log }: Parts, target: ContainerTarget, session: RemoteSession): Promise<Status> {
  const streams = await runtime.attach(target.id, wanted(session));
  await Promise.race([carry(streams, session, log), aborted(session.gone)]);
  streams.close();
  return success;
}

function wanted({ stdin, stdout, stderr, tty }: RemoteSession) {
  return { stdin: stdin !== undefined, stdout: stdout !== undefined, stderr: stderr !== undefined, tty };
}

/** How the engine begins to say that a program could not be run, in place of its output. */
const refusalStart = /^OCI runtime exec failed: /;

/** Resolves when the output has ended; what the engine wrote in place of output is not shown but told. */
async function carry(streams: ProgramStreams, session: RemoteSession, log: Log): Promise<{ readonly refusal?: string }> {
  if (session.stdin) feed(session.stdin, streams.input);
  session.onResize((size) => {
    // It may have ended meanwhile; a terminal of the wrong size is no reason to end.
    streams.resize(size).catch((error: unknown) => log.info(`a terminal could not be resized: ${String(error)}`));
  });
  let refusal: string | undefined;
  let isFirst = true;
  const output = streams.output[Symbol.asyncIterator]();
  for (let next = await read(output); next; next = await read(output)) {
    if (refusal !== undefined) refusal += next.bytes.toString('utf8');
    else if (isFirst && refusalStart.test(next.bytes.toString('utf8', 0, 40))) refusal = next.bytes.toString('utf8');
    else {
      const to = next.stream === 'stderr' ? session.stderr : session.stdout;
      if (to && !(await write(to, next.bytes))) break;
    }
    isFirst = false;
  }
  return refusal === undefined ? {} : { refusal: refusal.trim() };
}

/** A connection to the engine that breaks ends the output. */
async function read(output: AsyncIterator<OutputPiece>): Promise<OutputPiece | undefined> {
  try {
    const { done, value } = await output.next();
    return done ? undefined : value;
  } catch {
    return undefined;
  }
}
