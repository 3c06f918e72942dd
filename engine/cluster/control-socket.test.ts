import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { askOwner, serveControlSocket } from './control-socket.ts';

async function folder(...deeper: readonly string[]) {
  const path = await mkdtemp(join(tmpdir(), 'minato-control-'));
  const directory = join(path, ...deeper);
  await mkdir(directory, { recursive: true });
  return { directory, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
const status = () => ({ state: 'running', server: 'https://127.0.0.1:6443' });
const never = { status, release: async () => undefined };

describe('the control socket of a cluster', () => {
  it('tells who runs the cluster', async () => {
    await using here = await folder();
    await using _server = await serveControlSocket({ directory: here.directory, ...never });
    expect(await askOwner(here.directory, 'status')).toEqual({ pid: process.pid, ...status() });
  });

  it('answers a release when it is done, though the socket is closed by it', async () => {
    await using here = await folder();
    let state = 'running';
    const server = await serveControlSocket({
      directory: here.directory,
      status: () => ({ state }),
      release: async () => {
        await server[Symbol.asyncDispose]();
        state = 'released';
      },
    });
    expect(await askOwner(here.directory, 'release')).toEqual({ pid: process.pid, state: 'released' });
    expect([await askOwner(here.directory, 'status'), await readdir(here.directory)]).toEqual([undefined, []]);
  });

  it('is nobody where there is no socket, and where a crash left one', async () => {
    await using here = await folder();
    const before = await askOwner(here.directory, 'status');
    await writeFile(join(here.directory, 'control.sock'), '');
    expect([before, await askOwner(here.directory, 'status')]).toEqual([undefined, undefined]);
  });

  it('replaces what a crash left', async () => {
    await using here = await folder();
    await writeFile(join(here.directory, 'control.sock'), '');
    await using _server = await serveControlSocket({ directory: here.directory, ...never });
    expect((await askOwner(here.directory, 'status'))?.state).toBe('running');
  });

  it.each([
    ['hangs up', (socket: Socket) => socket.once('data', () => socket.end())],
    ['breaks off', (socket: Socket) => socket.destroy()],
  ])('counts as nobody when its owner %s instead of answering', async (_what, act) => {
    await using here = await folder();
    const server = createServer(act);
    server.listen(join(here.directory, 'control.sock'));
    await once(server, 'listening');
    expect(await askOwner(here.directory, 'status')).toBeUndefined();
    server.close();
  });

  it('reaches a folder whose path is longer than a socket may have', async () => {
    await using here = await folder('a'.repeat(60), 'b'.repeat(60));
    await using _server = await serveControlSocket({ directory: here.directory, ...never });
    expect([(await askOwner(here.directory, 'status'))?.state, await readdir(here.directory)]).toEqual(['running', []]);
  });

  it.each(['nonsense\n', '{"command":"explode"}\n', '{}\n'])('hangs up on %j and goes on', async (line) => {
    await using here = await folder();
    await using _server = await serveControlSocket({ directory: here.directory, ...never });
    const socket = connect(join(here.directory, 'control.sock'));
    socket.write(line);
    await once(socket, 'close');
    expect((await askOwner(here.directory, 'status'))?.state).toBe('running');
  });

  it('does not wait, when it closes, for who never finished asking', async () => {
    await using here = await folder();
    const server = await serveControlSocket({ directory: here.directory, ...never });
    const sockets = [0, 1].map(() => connect(join(here.directory, 'control.sock')));
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    sockets[0]?.write('{"comm');
    // Answered after those two were let in.
    await askOwner(here.directory, 'status');
    const closed = Promise.all(sockets.map((socket) => once(socket, 'close')));
    await server[Symbol.asyncDispose]();
    await closed;
  });
});
