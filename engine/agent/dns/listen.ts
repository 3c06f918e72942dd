/** Questions over UDP and TCP on one address (RFC 1035, 4.2; RFC 7766). */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { Clock } from '../../api/clock.ts';
import type { Transport } from './forward.ts';

export interface ListenOptions {
  readonly address: string;
  /** 0 takes one that is free in both protocols' eyes. */
  readonly port: number;
  readonly clock: Clock;
  /** Undefined: no answer. Must not reject. */
  readonly answer: (query: Buffer, transport: Transport) => Promise<Buffer | undefined>;
}
const idleMs = 10_000;
const lengthBytes = 2;

/** Resolves once both listen; rejects with the system's error. */
export async function listenDns(options: ListenOptions): Promise<AsyncDisposable & { readonly port: number }> {
  const { address, answer } = options;
  const sockets = new Set<Socket>();
  // A client may end its side before it has its answers.
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    void converse(socket, answer);
  });
  server.listen(options.port, address);
  await once(server, 'listening');
  const bound = server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : options.port;
  const datagrams = createSocket({ type: 'udp4' });
  datagrams.on('message', (query, { address: from, port: fromPort }) => {
    void answer(query, 'udp').then((bytes) => {
      // A client that has gone, or a socket that is closed by now, needs no answer.
      if (bytes && !isClosed) datagrams.send(bytes, fromPort, from, () => undefined);
    });
  });
  let isClosed = false;
  datagrams.bind(port, address);
  await once(datagrams, 'listening');
  // Later errors are of single datagrams.
  datagrams.on('error', () => undefined);
  return {
    port,
    async [Symbol.asyncDispose]() {
      isClosed = true;
      datagrams.close();
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Messages with their length in front; answered in the order they came. */
async function converse(socket: Socket, answer: ListenOptions['answer']): Promise<void> {
  socket.setTimeout(idleMs, () => socket.destroy());
  let bytes = Buffer.alloc(0);
  try {
    // Not destroyed at the end of what is read: answers may still be on their way.
    for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
      bytes = Buffer.concat([bytes, chunk as Buffer]);
      while (bytes.length >= lengthBytes && bytes.length >= lengthBytes + bytes.readUInt16BE(0)) {
        const end = lengthBytes + bytes.readUInt16BE(0);
        const reply = await answer(bytes.subarray(lengthBytes, end), 'tcp');
        bytes = bytes.subarray(end);
        if (reply && !socket.destroyed) socket.write(framed(reply));
      }
    }
    socket.end();
  } catch {
    // Cut off by the client; there is nobody to tell.
    socket.destroy();
  }
}

function framed(message: Buffer): Buffer {
  const length = Buffer.alloc(lengthBytes);
  length.writeUInt16BE(message.length);
  return Buffer.concat([length, message]);
}
