/**
 * Asks the node's own resolvers what the cluster does not know, in the protocol it was asked in, bytes as they are. One socket per question: its port is as
 * random as its id, and an answer can only come from the resolver.
 */
import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import type { Clock } from '../../api/clock.ts';

export interface ForwardOptions {
  /** Addresses, in the order of /etc/resolv.conf. */
  readonly servers: readonly string[];
  readonly port?: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}
export type Transport = 'udp' | 'tcp';

/** Pods' resolvers give up after five seconds; there must be time for the second of ours. */
const timeoutMs = 2_000;
/** More at once than this is a program that has run wild. */
const maxAtOnce = 512;
const lengthBytes = 2;

export class Forwarder {
  readonly #options: ForwardOptions;
  #running = 0;
  constructor(options: ForwardOptions) {
    this.#options = options;
  }

  /** The answer's bytes, or undefined when no resolver gave one. */
  async ask(query: Buffer, transport: Transport): Promise<Buffer | undefined> {
    if (this.#running >= maxAtOnce) return undefined;
    this.#running++;
    try {
      for (const server of this.#options.servers) {
        const answer = await this.#askOne(server, query, transport);
        if (answer) return answer;
      }
      return undefined;
    } finally {
      this.#running--;
    }
  }

  #askOne(server: string, query: Buffer, transport: Transport): Promise<Buffer | undefined> {
    const { clock, signal, port = 53 } = this.#options;
    const ending = new AbortController();
    const cancel = clock.timer(timeoutMs, () => ending.abort());
    const exchange = transport === 'udp' ? askUdp : askTcp;
    return exchange({ server, port, query, signal: AbortSignal.any([signal, ending.signal]) }).finally(cancel);
  }
}

interface Exchange {
  readonly server: string;
  readonly port: number;
  readonly query: Buffer;
  readonly signal: AbortSignal;
}

function askUdp({ server, port, query, signal }: Exchange): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    const end = (answer?: Buffer): void => {
      signal.removeEventListener('abort', abort);
      socket.removeAllListeners('message');
      socket.close();
      resolve(answer);
    };
    const abort = (): void => end();
    if (signal.aborted) return end();
    signal.addEventListener('abort', abort, { once: true });
    // Connected: what others send never arrives, and a resolver that is not there is told at once.
    socket.once('error', () => end());
    socket.connect(port, server, () => {
      if (!signal.aborted) socket.send(query);
    });
    socket.on('message', (answer) => {
      if (answer.length > 1 && answer.readUInt16BE(0) === query.readUInt16BE(0)) end(answer);
    });
  });
}

async function askTcp({ server, port, query, signal }: Exchange): Promise<Buffer | undefined> {
  const socket = connect({ host: server, port, signal });
  const length = Buffer.alloc(lengthBytes);
  length.writeUInt16BE(query.length);
  socket.on('error', () => undefined).write(Buffer.concat([length, query]));
  let bytes = Buffer.alloc(0);
  try {
    for await (const chunk of socket) {
      bytes = Buffer.concat([bytes, chunk as Buffer]);
      if (bytes.length >= lengthBytes && bytes.length >= lengthBytes + bytes.readUInt16BE(0)) {
        return bytes.subarray(lengthBytes, lengthBytes + bytes.readUInt16BE(0));
      }
    }
    return undefined;
  } catch {
    // No connection, cut, or too late: the next resolver is asked.
    return undefined;
  } finally {
    socket.destroy();
  }
}
