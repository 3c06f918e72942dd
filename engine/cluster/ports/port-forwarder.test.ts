import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { Service } from '../../api/types.gen.ts';
import { desiredForwards } from './desired-forwards.ts';
import { PortForwarder } from './port-forwarder.ts';

const service = (type: string, ports: NonNullable<Service['spec']['ports']>): Service => ({
  metadata: { name: 'vote', namespace: 'default' },
  spec: { type, ports },
});

/** A server that echoes, standing for the node's port; dialled directly because the tunnel has its own test. */
async function echoServer() {
  const server = createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const dial = async (): Promise<Socket> => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    await once(socket, 'connect');
    return socket;
  };
  return { dial, port, [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())) };
}
async function exchange(port: number, text: string): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  socket.end(text);
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
};

describe('desired forwards', () => {
  it('are the nodePorts of NodePort Services and also the ports of LoadBalancer Services', () => {
    const ports = [{ port: 8080, nodePort: 31000 }];
    const summary = (type: string) =>
      desiredForwards([service(type, ports)]).map(({ preferredHostPort, nodePort }) => [preferredHostPort, nodePort]);
    expect({ node: summary('NodePort'), balancer: summary('LoadBalancer'), cluster: summary('ClusterIP') }).toEqual({
      node: [[31000, 31000]],
      balancer: [
        [31000, 31000],
        [8080, 31000],
      ],
      cluster: [],
    });
  });
});

describe('the port forwarder', () => {
  it('carries bytes both ways, half-close included', async () => {
    await using echo = await echoServer();
    await using forwarder = new PortForwarder({ dial: echo.dial, onChange: () => undefined });
    const port = await freePort();
    await forwarder.apply(desiredForwards([service('NodePort', [{ port: 80, nodePort: port }])]));
    expect(forwarder.forwards.map(({ state, hostPort }) => ({ state, hostPort }))).toEqual([{ state: 'listening', hostPort: port }]);
    expect(await exchange(port, 'x'.repeat(200_000))).toHaveLength(200_000);
  });

  it('takes another port, and says so, when the expected one is taken', async () => {
    await using echo = await echoServer();
    await using forwarder = new PortForwarder({ dial: echo.dial, onChange: () => undefined });
    await forwarder.apply(desiredForwards([service('NodePort', [{ port: 80, nodePort: echo.port }])]));
    const [forward] = forwarder.forwards;
    expect(forward).toMatchObject({ state: 'substituted', reason: 'EADDRINUSE' });
    expect(await exchange(forward?.hostPort ?? 0, 'hello')).toBe('hello');
  });

  it('closes the port and its open connections when the Service goes', async () => {
    await using echo = await echoServer();
    await using forwarder = new PortForwarder({ dial: echo.dial, onChange: () => undefined });
    const port = await freePort();
    await forwarder.apply(desiredForwards([service('NodePort', [{ port: 80, nodePort: port }])]));
    const idle = connect(port, '127.0.0.1');
    await once(idle, 'connect');
    const closed = once(idle, 'close');
    await forwarder.apply([]);
    await closed;
    const refused = connect(port, '127.0.0.1');
    expect((await once(refused, 'error'))[0]).toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('resets the caller when nothing answers behind the node', async () => {
    await using forwarder = new PortForwarder({ dial: () => Promise.reject(new Error('refused')), onChange: () => undefined });
    const port = await freePort();
    await forwarder.apply(desiredForwards([service('NodePort', [{ port: 80, nodePort: port }])]));
    const socket = connect(port, '127.0.0.1');
    const error = await once(socket, 'error');
    expect(error[0]).toMatchObject({ code: 'ECONNRESET' });
  });

  it('says that UDP is not carried', async () => {
    await using forwarder = new PortForwarder({ dial: () => Promise.reject(new Error('unused')), onChange: () => undefined });
    await forwarder.apply(desiredForwards([service('NodePort', [{ port: 53, nodePort: 30053, protocol: 'UDP' }])]));
    expect(forwarder.forwards.map(({ state }) => state)).toEqual(['unsupported']);
  });
});
