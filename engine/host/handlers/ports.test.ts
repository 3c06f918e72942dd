/** Ports of this computer as the window sees and probes them, over the real forwarder and programs that answer in their own ways. */
import { EventEmitter, once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { Service } from '../../api/types.gen.ts';
import type { ClusterManager, ManagerEvent } from '../../cluster/cluster-manager.ts';
import { desiredForwards } from '../../cluster/ports/desired-forwards.ts';
import { type Forward, PortForwarder } from '../../cluster/ports/port-forwarder.ts';
import type { HostPort } from '../contract.ts';
import { portsArea } from './ports.ts';

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as { readonly port: number }).port;
}
async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listening(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The manager's part: one running cluster whose Service leads to that program, through a forwarder that dials it as a tunnel would. */
async function serve(program: Server | undefined) {
  const target = program ? await listening(program) : await freePort();
  const nodePort = await freePort();
  const changes = new EventEmitter();
  const dial = async (): Promise<Socket> => {
    const socket = connect({ port: target, host: '127.0.0.1', allowHalfOpen: true });
    await once(socket, 'connect');
    return socket;
  };
  const tell = (forwards: readonly Forward[]): void => void changes.emit('event', { type: 'forwards', cluster: 'c', forwards });
  const forwarder = new PortForwarder({ dial, onChange: tell });
  const service: Service = { metadata: { name: 'web', namespace: 'default' }, spec: { type: 'NodePort', ports: [{ port: 80, nodePort }] } };
  await forwarder.apply(desiredForwards([service]));
  const manager = {
    running: async () => ({
      get forwards() {
        return forwarder.forwards;
      },
    }),
    subscribe: (listener: (event: ManagerEvent) => void) => {
      changes.on('event', listener);
      return () => changes.off('event', listener);
    },
  };
  return {
    // Only what is asked is there.
    area: portsArea(manager as unknown as ClusterManager),
    id: forwarder.forwards[0]?.id ?? '',
    forwarder,
    nodePort,
    changes,
    async [Symbol.asyncDispose]() {
      await forwarder[Symbol.asyncDispose]();
      await new Promise((resolve) => (program ? program.close(resolve) : resolve(undefined)));
    },
  };
}

describe('a probe of a port', () => {
  it.each([200, 404, 500])('takes HTTP %i for an answer', async (status) => {
    await using port = await serve(createHttpServer((_request, response) => response.writeHead(status).end()));
    expect(await port.area.calls['ports.probe']({ cluster: 'c', id: port.id })).toEqual({
      ok: true,
      elapsedMs: expect.any(Number),
      httpStatus: status,
    });
  });

  it.each([
    ['redis', (socket: Socket) => socket.once('data', () => socket.end("-ERR unknown command 'GET'\r\n"))],
    ['postgres', (socket: Socket) => socket.once('data', () => socket.end())],
    ['mysql', (socket: Socket) => socket.resume().end('J\0\0\0\n8.0.36\0')],
  ])('knows that %s listens, though it speaks no HTTP', async (_what, answer) => {
    await using port = await serve(createServer(answer));
    expect(await port.area.calls['ports.probe']({ cluster: 'c', id: port.id })).toEqual({ ok: true, elapsedMs: expect.any(Number) });
  });

  it('tells that nobody listens behind it', async () => {
    await using port = await serve(undefined);
    expect(await port.area.calls['ports.probe']({ cluster: 'c', id: port.id })).toMatchObject({ ok: false, reason: 'reset' });
  });

  it('gives up on who says nothing', async () => {
    const sockets: Socket[] = [];
    await using port = await serve(createServer((socket) => sockets.push(socket)));
    expect(await port.area.calls['ports.probe']({ cluster: 'c', id: port.id })).toMatchObject({ ok: false, reason: 'timeout' });
    for (const socket of sockets) socket.destroy();
  });

  it('says so when no port is open', async () => {
    await using port = await serve(undefined);
    expect(await port.area.calls['ports.probe']({ cluster: 'c', id: 'nothing' })).toEqual({
      ok: false,
      elapsedMs: 0,
      reason: 'not-listening',
      message: 'no port is open',
    });
  });
});

describe('the ports of a cluster', () => {
  it('are told with their address, and again when they change, until the window goes', async () => {
    await using port = await serve(undefined);
    const seen: (readonly HostPort[])[] = [];
    const end = new AbortController();
    const begun = Promise.withResolvers<void>();
    const emit = (ports: readonly HostPort[]): void => {
      seen.push(ports);
      begun.resolve();
    };
    const watching = port.area.subscriptions['ports.watch']({ cluster: 'c' }, { emit, signal: end.signal });
    await begun.promise;
    await port.forwarder.apply([]);
    port.changes.emit('event', { type: 'forwards', cluster: 'another', forwards: [{}] });
    end.abort();
    await watching;
    expect(seen.map((ports) => ports.map(({ url, state, service }) => ({ url, state, service })))).toEqual([
      [{ url: `http://localhost:${port.nodePort}`, state: 'listening', service: 'web' }],
      [],
    ]);
    expect(port.changes.listenerCount('event')).toBe(0);
  });
});
