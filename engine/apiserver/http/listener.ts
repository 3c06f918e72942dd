/** The HTTPS side: one listener for each address, all answering the same. HTTP/1.1 only: connections are few and near. */

import { once } from 'node:events';
import { type IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { RequestHandler } from './handler.ts';

export interface Tls {
  readonly certificatePem: string;
  readonly keyPem: string;
  /** Who signs the certificates of clients. */
  readonly clientCaPem: string;
}
export interface ListenOptions {
  readonly host: string;
  /** 0 takes any that is free. */
  readonly port: number;
  readonly tls: Tls;
}
export interface Listener extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
}

/** Parts of objects in which other protocols are spoken. */
const connectPath = /^\/api\/v1\/(namespaces\/[^/]+\/)?(pods|services|nodes)\/[^/]+\/(exec|attach|portforward|proxy)([/?]|$)/;

/** Longer than clients keep a connection that they do not use (90 s): who closes first cannot lose a request. */
const keepAliveMs = 120_000;

/** Rejects with the system's error when the address cannot be had. */
export async function startListener({ host, port, tls }: ListenOptions, handle: RequestHandler): Promise<Listener> {
  const server = createServer({
    cert: tls.certificatePem,
    key: tls.keyPem,
    ca: tls.clientCaPem,
    requestCert: true,
    // Who has no certificate, or a wrong one, is told so in a Status.
    rejectUnauthorized: false,
    minVersion: 'TLSv1.2',
    ALPNProtocols: ['http/1.1'],
    keepAliveTimeout: keepAliveMs,
    // Who only offers another HTTP (h2c) is answered in this one.
    shouldUpgradeCallback: ({ url = '' }) => connectPath.test(url),
    // A client of a stream may say that it sends no more, and go on reading.
    allowHalfOpen: true,
  });
  const upgraded = new Set<Duplex>();
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    upgraded.add(socket);
    socket.on('error', () => socket.destroy()).on('close', () => upgraded.delete(socket));
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    // Node's own connections, on which answers are written.
    response.assignSocket(socket as Socket);
    response.once('finish', () => socket.end());
    void handle(request, response, { socket, head }).catch(() => socket.destroy());
  });
  server.on('request', (request, response) => {
    // A watch that ends with the server leaves its connection idle: nothing is waited for on it.
    response.once('close', () => !server.listening && setImmediate(() => server.closeIdleConnections()));
    // The handler answers whatever goes wrong; what reaches here is a bug, and breaks this one answer.
    void handle(request, response).catch(() => response.destroy());
  });
  server.listen(port, host);
  await once(server, 'listening');
  return { host, port: portOf(server), [Symbol.asyncDispose]: () => close(server, upgraded) };
}

function portOf(server: Server): number {
  const address: string | AddressInfo | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('the listener has no port');
  return address.port;
}

/** How long an answer that is on its way gets before its connection is cut. */
const graceMs = 2000;

async function close(server: Server, upgraded: ReadonlySet<Duplex>): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  for (const socket of upgraded) socket.destroy();
  server.closeIdleConnections();
  const cut = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearTimeout(cut);
}
