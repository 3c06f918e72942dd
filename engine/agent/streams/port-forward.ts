/**
 * Port-forward at a kubelet: many connections to ports of one pod in one upgrade. SPDY (`portforward.k8s.io`), the same inside of a WebSocket
 * (`SPDY/3.1+portforward.k8s.io`), and the older WebSockets with two channels for each port. Upstream: k8s.io/kubelet's cri/streaming/portforward and the API
 * server's stream tunnel.
 */
import { type Duplex, finished } from 'node:stream';
import { createWebSocketStream } from 'ws';
import { messageOf } from '../../api/message-of.ts';
import { type Channel, type ChannelForm, Channels } from './channels.ts';
import { SpdyConnection, type SpdyStream } from './spdy/connection.ts';
import { acceptSpdy, asksFor, refuseUpgrade, type Upgrade } from './upgrade.ts';
import { acceptWebSocket, chooseProtocol } from './websockets.ts';

export interface ForwardTarget {
  /** As the messages name the pod. */
  readonly pod: string;
  /** A connection to a port of the pod. Rejects with what the client is told. */
  dial(port: number, signal: AbortSignal): Promise<Duplex>;
}

const spdyProtocol = 'portforward.k8s.io';
const tunnelProtocol = `SPDY/3.1+${spdyProtocol}`;
const channelForms: Readonly<Record<string, ChannelForm>> = {
  'v4.channel.k8s.io': { isText: false, canEnd: false },
  'v4.base64.channel.k8s.io': { isText: true, canEnd: false },
  '': { isText: false, canEnd: false },
};
/** For the second stream of a connection. */
const pairWithinMs = 30_000;

/** Returns at once; the connection lives until the client ends it. `ports` are those of the query, for the older WebSockets. */
export function servePortForward(upgrade: Upgrade, target: ForwardTarget, ports: readonly string[]) {
  if (!asksFor(upgrade.request, 'websocket')) {
    if (acceptSpdy(upgrade, [spdyProtocol])) serveSpdy(upgrade.socket, target);
    return;
  }
  const protocol = chooseProtocol(upgrade, [tunnelProtocol, ...Object.keys(channelForms).filter((name) => name !== '')]);
  if (protocol === undefined) return refuseUpgrade(upgrade, 400, 'the client supports none of the protocols of this server');
  if (protocol === tunnelProtocol) return acceptWebSocket(upgrade, protocol, (socket) => serveSpdy(createWebSocketStream(socket), target));
  const numbers = ports.flatMap((one) => one.split(',')).map(portNumber);
  if (numbers.length === 0 || numbers.includes(undefined)) return refuseUpgrade(upgrade, 400, 'query parameter "port" is required');
  acceptWebSocket(upgrade, protocol, (socket) => {
    const channels = new Channels(socket, channelForms[protocol] ?? { isText: false, canEnd: false }, numbers.length * 2);
    serveChannels(channels, target, numbers as readonly number[]);
  });
}

function portNumber(text: string): number | undefined {
  const port = Number(text);
  return /^\d{1,5}$/.test(text) && port > 0 && port < 65_536 ? port : undefined;
}

interface Pair {
  readonly port: number;
  error?: SpdyStream;
  data?: SpdyStream;
  readonly late: NodeJS.Timeout;
}

function serveSpdy(transport: Duplex, target: ForwardTarget): void {
  const pairs = new Map<string, Pair>();
  const gone = new AbortController();
  const connection = new SpdyConnection(transport, {
    onStream(stream) {
      const { headers, id } = stream;
      const type = headers.get('streamtype');
      const port = portNumber(headers.get('port') ?? '');
      if (port === undefined || (type !== 'error' && type !== 'data')) return false;
      // Clients of old name no request: their error stream has the odd number before that of the data.
      const request = headers.get('requestid') ?? String(type === 'error' ? id : id - 2);
      const pair = pairs.get(request) ?? { port, late: setTimeout(() => giveUp(request), pairWithinMs) };
      if (pair[type]) return false;
      pair[type] = stream;
      pairs.set(request, pair);
      if (!pair.error || !pair.data) return true;
      clearTimeout(pair.late);
      pairs.delete(request);
      void forward(target, { port, error: pair.error, data: pair.data, signal: gone.signal });
      return true;
    },
  });
  const giveUp = (request: string): void => {
    const pair = pairs.get(request);
    pairs.delete(request);
    pair?.error?.destroy();
    pair?.data?.destroy();
  };
  void connection.closed.then(() => {
    gone.abort();
    for (const { late } of pairs.values()) clearTimeout(late);
  });
}

interface Connection {
  readonly port: number;
  readonly error: Duplex;
  readonly data: Duplex;
  readonly signal: AbortSignal;
}

/** One connection: it never ends the others. Never rejects. */
async function forward(target: ForwardTarget, { port, error, data, signal }: Connection): Promise<void> {
  error.resume();
  try {
    join(data, await target.dial(port, AbortSignal.any([signal, closing(data)])));
    error.end();
  } catch (cause) {
    if (signal.aborted) return;
    // No half of it can go on: kubectl reads the error first, and takes the end of the data for the end of the connection.
    error.end(`error forwarding port ${port} to pod ${target.pod}, uid : ${messageOf(cause)}`);
    data.resume();
    data.end();
  }
}

function closing(stream: Duplex): AbortSignal {
  const closed = new AbortController();
  stream.once('close', () => closed.abort());
  return closed.signal;
}

/** Each side may end its half; a side that breaks breaks the other. */
function join(a: Duplex, b: Duplex): void {
  a.pipe(b);
  b.pipe(a);
  for (const [one, other] of [
    [a, b],
    [b, a],
  ] as const)
    finished(one, (problem) => {
      if (problem) other.destroy();
    });
}

/** Each port has a channel for data and one for errors; on both the server says the port first, in two bytes. */
function serveChannels(channels: Channels, target: ForwardTarget, ports: readonly number[]): void {
  const end = { left: ports.length };
  for (const [index, port] of ports.entries()) {
    const data = channels.channel(2 * index);
    const error = channels.channel(2 * index + 1);
    const name = Buffer.alloc(2);
    name.writeUInt16LE(port);
    data.write(name);
    error.write(name);
    void forward(target, { port, error, data, signal: channels.gone }).then(() => whenOver(data, end, channels));
  }
}

/** The socket is for these connections only: it ends with the last of them. */
function whenOver(data: Channel, end: { left: number }, channels: Channels): void {
  finished(data, { readable: false }, () => {
    end.left--;
    if (end.left === 0) channels.close();
  });
}
