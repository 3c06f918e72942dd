/** Requests to an API server as they come over the network, without a client that knows how they should look. */
import { once } from 'node:events';
import type { IncomingHttpHeaders } from 'node:http';
import { Agent, request } from 'node:https';
import { text } from 'node:stream/consumers';
import { connect, type TLSSocket } from 'node:tls';
import type { KeyPair } from '../cluster/certificates.ts';
import type { SecureApiServer } from './test-api-server.ts';

export interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Buffer | object;
  readonly identity?: KeyPair;
}
export interface Answer {
  readonly code: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The body where it is JSON, else undefined. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look at whatever came.
  readonly json: any;
}

/** One request on a connection of its own. Objects are sent as JSON. */
export async function ask(
  api: SecureApiServer,
  path: string,
  { method = 'GET', headers = {}, body, identity }: Asked = {},
): Promise<Answer> {
  const isObject = typeof body === 'object' && !Buffer.isBuffer(body);
  const sent = isObject ? JSON.stringify(body) : body;
  const isChunked = 'Transfer-Encoding' in headers;
  const length = sent === undefined || isChunked ? {} : { 'Content-Length': String(Buffer.byteLength(sent)) };
  const agent = new Agent({ keepAlive: false });
  const outgoing = request(`${api.url}${path}`, {
    method,
    agent,
    ca: api.authority.certificatePem,
    headers: { ...(isObject ? { 'Content-Type': 'application/json' } : {}), ...length, ...headers } as Record<string, string | string[]>,
    ...(identity ? { cert: identity.certificatePem, key: identity.keyPem } : {}),
  });
  outgoing.end(sent);
  const [response] = await once(outgoing, 'response');
  const answered = await text(response);
  const isJson = String(response.headers['content-type'] ?? '').includes('json');
  agent.destroy();
  return { code: response.statusCode ?? 0, headers: response.headers, text: answered, json: isJson ? parse(answered) : undefined };
}

/** Streams are several JSON values, and no JSON. */
function parse(answered: string): unknown {
  try {
    return JSON.parse(answered);
  } catch {
    return undefined;
  }
}

/** Sends bytes as they are, and gives what came until the server closed the connection. */
export async function sendRaw(api: SecureApiServer, bytes: string, { end = false } = {}): Promise<string> {
  const socket: TLSSocket = connect({ host: '127.0.0.1', port: api.port, ca: api.authority.certificatePem, servername: 'localhost' });
  await once(socket, 'secureConnect');
  if (end) socket.end(bytes);
  else socket.write(bytes);
  return text(socket);
}
