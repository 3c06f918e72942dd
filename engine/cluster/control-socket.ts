/**
 * How `minato status|stop|delete` in one process talk to the process that runs a cluster's control plane: a socket in the cluster's folder, one JSON line
 * each way. Only the user who owns the folder can reach it.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';

/** `release`: stop the control plane, leave the pods, let go of the store; the answer comes when that is done. */
const requestSchema = z.object({ command: z.enum(['status', 'release']) });
const answerSchema = z.object({ pid: z.number(), state: z.string(), server: z.string().optional() });
export type ControlAnswer = z.infer<typeof answerSchema>;

/** Unix socket paths end at about 104 bytes (macOS); a deep data folder gets a short one among the temporary files instead. */
function socketPath(directory: string): string {
  const path = join(directory, 'control.sock');
  if (Buffer.byteLength(path) < 100) return path;
  return join(tmpdir(), `minato-${createHash('sha256').update(directory).digest('hex').slice(0, 24)}.sock`);
}

export interface ControlServerOptions {
  readonly directory: string;
  readonly status: () => Omit<ControlAnswer, 'pid'>;
  readonly release: () => Promise<void>;
}

/** The caller must hold the cluster's lock: whatever socket file lies there is a dead process' and is replaced. */
export async function serveControlSocket({ directory, status, release }: ControlServerOptions): Promise<AsyncDisposable> {
  const path = socketPath(directory);
  await rm(path, { force: true });
  /** Those that have asked nothing yet, or have been answered. */
  const idle = new Set<Socket>();
  const server = createServer((socket) => {
    idle.add(socket);
    socket.on('close', () => idle.delete(socket)).on('error', () => socket.destroy());
    createInterface({ input: socket }).once('line', (line) => {
      idle.delete(socket);
      answer(line, { status, release }).then(
        (text) => {
          idle.add(socket);
          socket.end(text);
        },
        () => socket.destroy(),
      );
    });
  });
  server.listen(path);
  await once(server, 'listening');
  return {
    async [Symbol.asyncDispose]() {
      // Nobody new gets in. Whoever asked for the release still waits for its answer, which comes after this, and ends its connection itself.
      server.close();
      for (const socket of idle) socket.destroy();
      await rm(path, { force: true });
    },
  };
}

async function answer(line: string, { status, release }: Omit<ControlServerOptions, 'directory'>): Promise<string> {
  const { command } = requestSchema.parse(JSON.parse(line));
  if (command === 'release') await release();
  return `${JSON.stringify({ pid: process.pid, ...status() })}\n`;
}

/** The owner's answer, or `undefined` when no process runs the cluster, or none any more. */
export async function askOwner(directory: string, command: 'status' | 'release'): Promise<ControlAnswer | undefined> {
  const socket = connect(socketPath(directory));
  try {
    await once(socket, 'connect');
  } catch {
    // No socket (ENOENT) or nobody behind it (ECONNREFUSED): the cluster has no owner.
    return undefined;
  }
  socket.write(`${JSON.stringify({ command })}\n`);
  const line = await firstLine(socket);
  socket.destroy();
  return line === undefined ? undefined : answerSchema.parse(JSON.parse(line));
}

async function firstLine(socket: Socket): Promise<string | undefined> {
  try {
    for await (const line of createInterface({ input: socket })) return line;
  } catch {
    // An owner that dies meanwhile leaves a broken connection, which counts as what it is: no answer.
  }
  return undefined;
}
