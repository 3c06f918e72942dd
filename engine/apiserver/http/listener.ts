/** The HTTPS side: one listener for each address, all answering the same. HTTP/1.1 only: connections are few and near. */

import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';

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

/** Longer than clients keep a connection that they do not use (90 s): who closes first cannot lose a request. */
const keepAliveMs = 120_000;

/** Rejects with the system's error when the address cannot be had. */
export async function startListener(
  { host, port, tls }: ListenOptions,
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<Listener> {
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
  });
  server.on('request', (request, response) => {
    // A watch that ends with the server leaves its connection idle: nothing is waited for on it.
    response.once('close', () => !server.listening && setImmediate(() => server.closeIdleConnections()));
    // The handler answers whatever goes wrong; what reaches here is a bug, and breaks this one answer.
    void handle(request, response).catch(() => response.destroy());
  });
  server.listen(port, host);
  await once(server, 'listening');
  return { host, port: portOf(server), [Symbol.asyncDispose]: () => close(server) };
}

function portOf(server: Server): number {
  const address: string | AddressInfo | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('the listener has no port');
  return address.port;
}

/** How long an answer that is on its way gets before its connection is cut. */
const graceMs = 2000;

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  const cut = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearTimeout(cut);
}
