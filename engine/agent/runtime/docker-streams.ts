/** Exec and attach on a Docker Engine, over connections that are taken over whole. */
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EngineHttp } from './engine-http.ts';
import { outputPieces } from './output-pieces.ts';
import { type ProgramStreams, type RunningExec, RuntimeError, type StreamRequest, type TerminalSize } from './runtime.ts';

export interface DockerExecRequest {
  readonly id: string;
  readonly request: StreamRequest & { readonly command: readonly string[] };
  /** Of the helper that ends a program. */
  readonly labels: Readonly<Record<string, string>>;
  /** Has a shell. */
  readonly helperImage: string;
}

export async function openDockerExec(http: EngineHttp, { id, request, labels, helperImage }: DockerExecRequest): Promise<RunningExec> {
  const { command, stdin, stdout, stderr, tty } = request;
  const { Id } = (await http.json({
    method: 'POST',
    path: `/containers/${id}/exec`,
    body: { AttachStdin: stdin, AttachStdout: stdout, AttachStderr: stderr, Tty: tty, Cmd: command },
  })) as { readonly Id: string };
  const socket = await http.hijack({ path: `/exec/${Id}/start`, body: { Detach: false, Tty: tty } });
  return {
    ...streamsOf(socket, tty),
    resize: (size) => resize(http, `/exec/${Id}/resize`, size),
    exit: (signal) => whenEnded(http, Id, signal),
    kill: () => kill(http, { execId: Id, labels, helperImage }),
  };
}

export async function attachDocker(http: EngineHttp, id: string, { stdin, stdout, stderr }: StreamRequest): Promise<ProgramStreams> {
  const { Config } = (await http.json({ path: `/containers/${id}/json` })) as { readonly Config: { readonly Tty: boolean } };
  const socket = await http.hijack({ path: `/containers/${id}/attach`, query: { stream: true, stdin, stdout, stderr } });
  return { ...streamsOf(socket, Config.Tty), resize: (size) => resize(http, `/containers/${id}/resize`, size) };
}

function streamsOf(socket: Duplex, tty: boolean): Pick<ProgramStreams, 'input' | 'output' | 'close'> {
  // Told to whoever reads; a connection that is let go of breaks for nobody.
  socket.on('error', () => {});
  return { input: socket, output: outputPieces(socket.iterator({ destroyOnReturn: false }), tty), close: () => socket.destroy() };
}

async function resize(http: EngineHttp, path: string, { width, height }: TerminalSize): Promise<void> {
  await http.json({ method: 'POST', path, query: { w: width, h: height } });
}

interface ExecState {
  readonly Running: boolean;
  readonly ExitCode: number | null;
  /** On the engine's machine; 0 when it was never started. */
  readonly Pid: number;
}

async function inspectExec(http: EngineHttp, id: string): Promise<ExecState> {
  return (await http.json({ path: `/exec/${id}/json` })) as ExecState;
}

/** The engine ends the output a little before it knows the code, and a program may close its output long before it ends. */
async function whenEnded(
  http: EngineHttp,
  id: string,
  signal: AbortSignal,
): Promise<{ readonly code: number; readonly hasStarted: boolean }> {
  for (let waitMs = 2; ; waitMs = Math.min(waitMs * 2, 500)) {
    const { Running, ExitCode, Pid } = await inspectExec(http, id);
    if (!Running && ExitCode !== null) return { code: ExitCode, hasStarted: Pid !== 0 };
    await sleep(waitMs, undefined, { signal });
  }
}

interface Killing {
  readonly execId: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly helperImage: string;
}

/**
 * The engine's interface cannot end a program that it was asked to run, and its image may have no `kill`. So a container of a moment, which sees the processes of
 * the engine's machine, does it: hang up first, as a terminal would, then for good. The program leads a session of its own, so all of it is meant.
 */
async function kill(http: EngineHttp, { execId, labels, helperImage }: Killing): Promise<void> {
  const { Running, Pid } = await inspectExec(http, execId);
  if (!Running || Pid === 0) return;
  const script = `kill -HUP -- -${Pid} ${Pid}; sleep 0.3; kill -KILL -- -${Pid} ${Pid}`;
  const made = (await http.json({
    method: 'POST',
    path: '/containers/create',
    body: {
      Image: helperImage,
      Entrypoint: ['/bin/sh', '-c', script],
      Cmd: [],
      Labels: labels,
      HostConfig: { PidMode: 'host', NetworkMode: 'none', AutoRemove: true, CapDrop: ['ALL'], CapAdd: ['KILL'] },
    },
  })) as { readonly Id: string };
  const removed = http.json({ method: 'POST', path: `/containers/${made.Id}/wait`, query: { condition: 'removed' } });
  await http.json({ method: 'POST', path: `/containers/${made.Id}/start` });
  await removed.catch((error: unknown) => {
    // It was gone before the engine took up the question.
    if (!(error instanceof RuntimeError && error.kind === 'not-found')) throw error;
  });
}
