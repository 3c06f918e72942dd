/**
 * Exec and attach at a kubelet: takes the upgrade in whichever form the client speaks and gives one session. Upstream: k8s.io/kubelet's
 * cri/streaming/remotecommand (SPDY and v4 WebSockets) and the API server's stream translator (v5).
 */
import type { Readable, Writable } from 'node:stream';
import type { Status } from '../../api/types.gen.ts';
import { type ChannelForm, Channels } from './channels.ts';
import { ended, type RemoteSession, Resizes, type StreamOptions } from './session.ts';
import { SpdyConnection, type SpdyStream } from './spdy/connection.ts';
import { statusText } from './status.ts';
import { acceptSpdy, refuseUpgrade, type Upgrade } from './upgrade.ts';
import { acceptWebSocket, chooseProtocol } from './websockets.ts';

const spdyProtocols = ['v4.channel.k8s.io', 'v3.channel.k8s.io', 'v2.channel.k8s.io', 'channel.k8s.io'];
interface Dialect extends ChannelForm {
  /** Whether the last word is JSON; plain text before v4. */
  readonly hasStatus: boolean;
  /** Whether the client awaits what a kubelet refuses on the error channel, behind the upgrade. */
  readonly isTranslated: boolean;
}
const plain = { isText: false, canEnd: false, hasStatus: true, isTranslated: false };
const webSocketDialects: Readonly<Record<string, Dialect>> = {
  'v5.channel.k8s.io': { ...plain, canEnd: true, isTranslated: true },
  'v4.channel.k8s.io': plain,
  'v4.base64.channel.k8s.io': { ...plain, isText: true },
  'channel.k8s.io': { ...plain, hasStatus: false },
  'base64.channel.k8s.io': { ...plain, isText: true, hasStatus: false },
  // A client that names none gets the oldest.
  '': { ...plain, hasStatus: false },
};
/** Until all streams that the options ask for are there. */
const streamsWithinMs = 30_000;

export interface Refusal {
  readonly code: number;
  readonly message: string;
}
export interface RemoteCommandRequest {
  readonly upgrade: Upgrade;
  readonly options: StreamOptions;
  /** Why there will be no session; the client is told in its own way. */
  readonly refusal: Refusal | undefined;
}

/** Undefined when there will be no session; the client was told then. */
export function openSession(request: RemoteCommandRequest, spdyStatus: (message: string) => Status): Promise<RemoteSession | undefined> {
  const { upgrade, options, refusal } = request;
  if (!options.stdin && !options.stdout && !options.stderr)
    return refuse(upgrade, { code: 400, message: 'you must specify at least 1 of stdin, stdout, stderr' });
  if ((upgrade.request.headers.upgrade ?? '').toLowerCase() !== 'websocket')
    return refusal ? refuse(upgrade, refusal) : spdySession(request);
  const protocol = chooseProtocol(
    upgrade,
    Object.keys(webSocketDialects).filter((name) => name !== ''),
  );
  const dialect = protocol === undefined ? undefined : webSocketDialects[protocol];
  if (protocol === undefined || !dialect)
    return refuse(upgrade, { code: 400, message: 'the client supports none of the protocols of this server' });
  if (refusal && !dialect.isTranslated) return refuse(upgrade, refusal);
  return webSocketSession(request, protocol, { dialect, refused: spdyStatus });
}

async function refuse(upgrade: Upgrade, { code, message }: Refusal): Promise<undefined> {
  refuseUpgrade(upgrade, code, message);
  return undefined;
}

interface WebSocketForm {
  readonly dialect: Dialect;
  readonly refused: (message: string) => Status;
}
const channelIds = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4 } as const;

function webSocketSession(
  { upgrade, options, refusal }: RemoteCommandRequest,
  protocol: string,
  { dialect, refused }: WebSocketForm,
): Promise<RemoteSession | undefined> {
  return new Promise((resolve) => {
    // A handshake that `ws` refuses never opens.
    upgrade.socket.once('close', () => resolve(undefined));
    acceptWebSocket(upgrade, protocol, (socket) => {
      const channels = new Channels(socket, dialect, 5);
      const session = sessionOver(options, {
        stream: (name) => channels.channel(channelIds[name]),
        gone: channels.gone,
        hasStatus: dialect.hasStatus,
        close: () => channels.close(),
      });
      const first = options.stdout ? channelIds.stdout : options.stderr ? channelIds.stderr : channelIds.error;
      // Tells the client that the server is ready to be written to.
      channels.send(first, Buffer.alloc(0), () => {});
      if (!refusal) return resolve(session);
      void session.finish(refused(`unable to upgrade connection: ${refusal.message}`));
      resolve(undefined);
    });
  });
}

type StreamName = keyof typeof channelIds;
interface Carrier {
  readonly stream: (name: StreamName) => Readable & Writable;
  readonly gone: AbortSignal;
  readonly hasStatus: boolean;
  readonly close: () => void;
}

function sessionOver({ stdin, stdout, stderr, tty }: StreamOptions, carrier: Carrier): RemoteSession {
  const { stream, gone, hasStatus, close } = carrier;
  const error = stream('error');
  error.resume();
  const resizes = new Resizes();
  if (tty) readSizes(stream('resize'), resizes);
  const outputs = [...(stdout ? [stream('stdout')] : []), ...(stderr && !tty ? [stream('stderr')] : [])];
  for (const output of outputs) output.resume();
  return {
    ...(stdin ? { stdin: stream('stdin') } : {}),
    ...(stdout ? { stdout: stream('stdout') } : {}),
    ...(stderr && !tty ? { stderr: stream('stderr') } : {}),
    tty,
    onResize: (listener) => resizes.listen(listener),
    gone,
    async finish(status) {
      await Promise.all(outputs.map(ended));
      const last = hasStatus ? JSON.stringify(status) : statusText(status);
      if (last !== '' && !error.destroyed) error.write(last);
      await ended(error);
      close();
    },
  };
}

/** Sizes come as JSON values one behind the other, with or without line breaks between them. */
function readSizes(stream: Readable, resizes: Resizes): void {
  let rest = '';
  stream.on('data', (bytes: Buffer) => {
    rest += bytes.toString('utf8');
    for (let end = rest.indexOf('}'); end >= 0; end = rest.indexOf('}')) {
      resizes.take(rest.slice(0, end + 1));
      rest = rest.slice(end + 1);
    }
    // Longer than any size: not worth keeping.
    if (rest.length > 1024) rest = '';
  });
}

async function spdySession({ upgrade, options }: RemoteCommandRequest): Promise<RemoteSession | undefined> {
  const accepted = acceptSpdy(upgrade, spdyProtocols);
  if (!accepted) return undefined;
  const hasResize = accepted.protocol.startsWith('v4.') || accepted.protocol.startsWith('v3.');
  const wanted = new Set<string>([
    'error',
    ...(['stdin', 'stdout', 'stderr'] as const).filter((name) => options[name] && !(name === 'stderr' && options.tty)),
  ]);
  if (options.tty && hasResize) wanted.add('resize');
  const gone = new AbortController();
  const streams = new Map<string, SpdyStream>();
  const { promise: complete, resolve } = Promise.withResolvers<boolean>();
  const connection = new SpdyConnection(upgrade.socket, {
    onStream(stream) {
      const type = stream.headers.get('streamtype') ?? '';
      if (!(type in channelIds) || streams.has(type)) return false;
      streams.set(type, stream);
      if ([...wanted].every((name) => streams.has(name))) resolve(true);
      return true;
    },
  });
  const late = setTimeout(() => resolve(false), streamsWithinMs);
  void connection.closed.then(() => {
    gone.abort();
    resolve(false);
  });
  const isComplete = await complete;
  clearTimeout(late);
  if (!isComplete) {
    connection.destroy();
    return undefined;
  }
  const need = (name: string): SpdyStream => {
    const stream = streams.get(name);
    if (!stream) throw new Error(`there is no stream ${name}`);
    return stream;
  };
  return sessionOver(
    { ...options, stderr: wanted.has('stderr'), tty: options.tty },
    {
      // Before v3 a terminal had no sizes.
      stream: (name) => (name === 'resize' && !wanted.has('resize') ? need('error') : need(name)),
      gone: gone.signal,
      hasStatus: accepted.protocol === 'v4.channel.k8s.io',
      close: () => connection.close(),
    },
  );
}
