/**
 * The carrier for a browser: serves the window's files and the contract over a WebSocket, on 127.0.0.1 only. Who may speak: whoever has opened the printed
 * URL with its one-time token, which is exchanged for a cookie; and only pages of this origin (no DNS rebinding, no other site's scripts).
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { hostPath } from './contract.ts';
import type { Handlers } from './handler-types.ts';
import { readPage } from './page.ts';
import { type Connection, serveConnection } from './router.ts';

export interface HttpHost extends AsyncDisposable {
  readonly port: number;
  /** With a token that opens the window once. Each reading gives a new one. */
  url(): string;
}

/** More than the largest manifest the API server takes (3 MiB), in one message. */
const maxMessageBytes = 4 * 1024 * 1024;
/** A window that reads slower than this lets pile up is cut off; it connects again and lists anew. */
const maxBacklogBytes = 64 * 1024 * 1024;
const headers = { 'X-Content-Type-Options': 'nosniff', 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' };

export async function serveHttp({ handlers, port }: { readonly handlers: Handlers; readonly port: number }): Promise<HttpHost> {
  const gate = new Gate();
  const server = createServer((request, response) => void answer(request, response, gate));
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxMessageBytes });
  server.on('upgrade', (request, socket, head) => {
    if (!mayUpgrade(request, gate)) return refuseUpgrade(socket);
    sockets.handleUpgrade(request, socket, head, (webSocket) => serveConnection(connectionOf(webSocket), handlers));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  gate.port = portOf(server);
  return {
    port: gate.port,
    url: () => `http://127.0.0.1:${gate.port}/?token=${gate.issueToken()}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Decides who may speak. */
class Gate {
  port = 0;
  readonly #tokens = new Set<string>();
  readonly #session = randomBytes(32).toString('base64url');

  issueToken(): string {
    const token = randomBytes(32).toString('base64url');
    this.#tokens.add(token);
    return token;
  }
  /** The cookie for a token, which is used up by it. */
  exchange(token: string): string | undefined {
    if (!this.#tokens.delete(token)) return undefined;
    return `${this.#cookieName}=${this.#session}; HttpOnly; SameSite=Strict; Path=/`;
  }
  isOwnHost({ headers: { host } }: IncomingMessage): boolean {
    return host === `127.0.0.1:${this.port}` || host === `localhost:${this.port}`;
  }
  isOwnOrigin({ headers: { origin } }: IncomingMessage): boolean {
    return origin === `http://127.0.0.1:${this.port}` || origin === `http://localhost:${this.port}`;
  }
  hasCookie({ headers: { cookie = '' } }: IncomingMessage): boolean {
    const prefix = `${this.#cookieName}=`;
    return cookie.split('; ').some((pair) => pair.startsWith(prefix) && isEqual(pair.slice(prefix.length), this.#session));
  }
  /** Cookies do not tell ports apart: two windows on this computer need two names. */
  get #cookieName(): string {
    return `minato-${this.port}`;
  }
}
function isEqual(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

async function answer(request: IncomingMessage, response: ServerResponse, gate: Gate): Promise<void> {
  if (!gate.isOwnHost(request)) return end(response, 403, 'Minato answers to 127.0.0.1 and localhost only.\n');
  if (request.method !== 'GET' && request.method !== 'HEAD') return end(response, 405, 'Only GET.\n');
  const url = URL.parse(request.url ?? '/', 'http://127.0.0.1');
  if (!url) return end(response, 400, 'This is no address.\n');
  const token = url.searchParams.get('token');
  if (token !== null) return admit({ response, gate, token, request });
  if (!gate.hasCookie(request))
    return end(
      response,
      401,
      'Open the address that Minato printed: it carries a token that lets you in once. For a new one, run the command again.\n',
    );
  const page = await readPage(url.pathname, `'self' ws://127.0.0.1:${gate.port} ws://localhost:${gate.port}`);
  response.writeHead(page.status, { ...page.headers }).end(request.method === 'HEAD' ? undefined : page.body);
}

/** Trades the token for a cookie and sends the browser on to an address without it, so that it stays in no history. */
function admit({
  request,
  response,
  gate,
  token,
}: {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly gate: Gate;
  readonly token: string;
}): void {
  const cookie = gate.exchange(token);
  if (cookie !== undefined) response.writeHead(303, { Location: '/', 'Set-Cookie': cookie, ...headers }).end();
  // Reloading the printed address in the same browser is no attack.
  else if (gate.hasCookie(request)) response.writeHead(303, { Location: '/', ...headers }).end();
  else end(response, 401, 'This address has been used already. Run the command again for a new one.\n');
}
function end(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, headers).end(text);
}

function mayUpgrade(request: IncomingMessage, gate: Gate): boolean {
  return request.url === hostPath && gate.isOwnHost(request) && gate.isOwnOrigin(request) && gate.hasCookie(request);
}
function refuseUpgrade(socket: Duplex): void {
  socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
}

function connectionOf(socket: WebSocket): Connection {
  // A socket that fails is closed by the library right after; the close is what counts.
  socket.on('error', () => undefined);
  return {
    send: (message) => {
      if (socket.readyState !== socket.OPEN) return;
      if (socket.bufferedAmount > maxBacklogBytes) socket.close(1013, 'the window reads too slowly');
      else socket.send(JSON.stringify(message));
    },
    onMessage: (listener) => socket.on('message', (data, isBinary) => listener(isBinary ? undefined : parse(String(data)))),
    onClose: (listener) => socket.on('close', listener),
    close: (reason) => socket.close(1008, reason),
  };
}
/** What is no JSON is no message; the router closes the connection over it. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the listener has no port');
  return address.port;
}
