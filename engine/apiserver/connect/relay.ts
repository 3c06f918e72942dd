/**
 * A request that is carried on to a node, a pod or a Service: its body and the answer's flow as they come, and an upgrade becomes a connection of bytes that
 * nobody here looks into. So whatever is spoken in it (SPDY, WebSockets), the control plane's share of the work is copying. Upstream:
 * apimachinery's util/proxy (UpgradeAwareHandler).
 */
import { type ClientRequest, type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import { type Duplex, finished } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { badRequest, isApiError, serviceUnavailable } from '../../api/errors.ts';
import { messageOf } from '../../api/message-of.ts';
import type { Headers } from '../kubelets.ts';

export interface RelayRequest {
  readonly method: string;
  readonly headers: Headers;
  readonly signal: AbortSignal;
}
export interface Relay {
  /** Whether anything but an upgrade makes sense there. */
  readonly upgradeRequired: boolean;
  /** Where the client is sent in place of an answer: `…/proxy` has no relative links, `…/proxy/` has. */
  readonly redirect?: string;
  /** Sends the head; the body is still to come. */
  open(request: RelayRequest): Promise<ClientRequest>;
  /** Headers of the answer, where they lead back through this server. */
  readonly rewrite?: (headers: Headers) => Headers;
}
export interface UpgradeSocket {
  readonly socket: Duplex;
  readonly head: Buffer;
}
export interface RelayExchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Where the client asked for another protocol. */
  readonly upgrade: UpgradeSocket | undefined;
  readonly signal: AbortSignal;
}

/** Resolves when all was carried. Throws ApiErrors for what goes wrong before an answer is on its way. */
export async function relay(exchange: RelayExchange, { upgradeRequired, redirect, open, rewrite = asIs }: Relay): Promise<void> {
  const { request, response, upgrade, signal } = exchange;
  if (upgradeRequired && !upgrade) throw badRequest('Upgrade request required');
  if (redirect !== undefined && !upgrade) {
    response.writeHead(301, { Location: redirect }).end();
    return;
  }
  const method = request.method ?? 'GET';
  const outgoing = await reach(open({ method, headers: forwarded(request, upgrade !== undefined), signal }));
  const answered = answerOf(outgoing);
  if (upgrade) outgoing.end();
  else void pipeline(request, outgoing).catch(() => outgoing.destroy());
  const answer = await reach(answered);
  if (answer.socket) {
    if (!upgrade) throw badRequest('an upgrade was answered that nobody asked for');
    await join(exchange, upgrade, { ...answer, socket: answer.socket });
    return;
  }
  const { incoming } = answer;
  response.writeHead(incoming.statusCode ?? 502, rewrite(endToEnd(incoming)));
  if (method !== 'HEAD') response.flushHeaders();
  await pipeline(incoming, response);
}

function asIs(headers: Headers): Headers {
  return headers;
}

async function reach<T>(answering: Promise<T>): Promise<T> {
  try {
    return await answering;
  } catch (cause) {
    if (isApiError(cause)) throw cause;
    throw serviceUnavailable(`error trying to reach service: ${messageOf(cause)}`);
  }
}

interface Answer {
  readonly incoming: IncomingMessage;
  readonly socket?: Duplex;
  readonly head: Buffer;
}
function answerOf(outgoing: ClientRequest): Promise<Answer> {
  return new Promise((resolve, reject) => {
    outgoing
      .once('response', (incoming) => resolve({ incoming, head: Buffer.alloc(0) }))
      .once('upgrade', (incoming, socket, head) => resolve({ incoming, socket, head }))
      .on('error', reject);
  });
}

/** Both connections become one. It ends when both sides have said so, or one breaks. */
function join({ response, signal }: RelayExchange, { socket: client, head }: UpgradeSocket, answer: Required<Answer>): Promise<void> {
  const { socket: server, incoming } = answer;
  response.detachSocket(client as Parameters<ServerResponse['detachSocket']>[0]);
  const names = incoming.rawHeaders.filter((_, index) => index % 2 === 0);
  const lines = names.map((name, index) => `${name}: ${incoming.rawHeaders[2 * index + 1]}\r\n`);
  client.write(`HTTP/1.1 101 ${STATUS_CODES[101]}\r\n${lines.join('')}\r\n`, 'latin1');
  if (answer.head.length > 0) client.write(answer.head);
  if (head.length > 0) server.write(head);
  client.pipe(server);
  server.pipe(client);
  const cut = (): void => {
    client.destroy();
    server.destroy();
  };
  signal.addEventListener('abort', cut, { once: true });
  return new Promise((resolve) => {
    let left = 2;
    for (const side of [client, server])
      finished(side, (problem) => {
        if (problem) cut();
        left--;
        if (left > 0) return;
        signal.removeEventListener('abort', cut);
        resolve();
      });
  });
}

/** Between two neighbours only (RFC 9110, 7.6.1). */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'proxy-connection',
]);
/** Says who asks here; nobody behind may act as them. */
const credentials = /^(authorization|impersonate-.*)$/;

function forwarded({ headersDistinct, socket, method, url = '', headers }: IncomingMessage, isUpgrade: boolean): Headers {
  const kept = Object.entries(headersDistinct).filter(
    (entry): entry is [string, string[]] =>
      entry[1] !== undefined && !hopByHop.has(entry[0]) && !credentials.test(entry[0]) && entry[0] !== 'host',
  );
  const from = [...(headersDistinct['x-forwarded-for'] ?? []), socket.remoteAddress ?? ''].filter((one) => one !== '').join(', ');
  return {
    ...Object.fromEntries(kept),
    'x-forwarded-for': from,
    'x-forwarded-host': headers.host ?? '',
    'x-forwarded-proto': 'https',
    'x-forwarded-uri': url.split('?', 1)[0] ?? '',
    ...(isUpgrade ? { connection: 'Upgrade', upgrade: headers.upgrade ?? '', ...noBody(method) } : {}),
    // A body of unknown length stays one.
    ...(headers['transfer-encoding'] === undefined ? {} : { 'transfer-encoding': 'chunked' }),
  };
}

/** Without a length Node would send chunks, and the last of them would be taken for the new protocol's first bytes. */
function noBody(method: string | undefined): Headers {
  return method === 'GET' || method === 'HEAD' ? {} : { 'content-length': '0' };
}

function endToEnd({ headersDistinct }: IncomingMessage): Headers {
  return Object.fromEntries(
    Object.entries(headersDistinct).filter((entry): entry is [string, string[]] => entry[1] !== undefined && !hopByHop.has(entry[0])),
  );
}
