/** The kubelet API: HTTPS for the API server and the control plane, on the node's address. Upstream: pkg/kubelet/server/server.go. */
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { Duplex } from 'node:stream';
import type { AgentContext } from '../context.ts';
import type { Kubelet } from '../kubelet/kubelet.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { isStreamPath, serveStream } from '../streams/serve.ts';
import { refuseUpgrade } from '../streams/upgrade.ts';
import { admit } from './admission.ts';
import { openConnect, parseTarget, refuseConnect } from './connect.ts';
import { containerLogs } from './container-logs.ts';
import { dockerStreams } from './docker-streams.ts';
import { answerText } from './plain-answer.ts';

export interface ServerParts {
  readonly kubelet: Kubelet;
  readonly runtime: Runtime;
}
/** What an answer on its way gets when the agent stops. */
const graceMs = 500;

/** Resolves once it listens; rejects when the port cannot be had. */
export async function startServer(context: AgentContext, parts: ServerParts): Promise<AsyncDisposable & { readonly port: number }> {
  const { config, log } = context;
  const server = createServer({
    cert: config.server.certificatePem,
    key: config.server.keyPem,
    ca: config.apiServer.caPem,
    requestCert: true,
    // Who has no certificate, or a wrong one, is told so.
    rejectUnauthorized: false,
    minVersion: 'TLSv1.2',
    ALPNProtocols: ['http/1.1'],
    allowHalfOpen: true,
    shouldUpgradeCallback: ({ url = '' }) => isStreamPath(url),
  });
  const streams = dockerStreams({ ...parts, log });
  const tunnels = new Set<Duplex>();
  const hold = (socket: Duplex): void => {
    tunnels.add(socket);
    socket.on('close', () => tunnels.delete(socket));
    // The one who asked may be gone before it is answered.
    socket.on('error', () => socket.destroy());
  };
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    answer(context, parts, request, response).catch((error: unknown) => {
      log.warn(`${request.method} ${request.url} could not be answered`, error);
      if (response.headersSent) response.destroy();
      else answerText(response, 500, 'Internal Server Error');
    });
  });
  server.on('connect', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    hold(socket);
    connectTo(context, request, { socket, head });
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    hold(socket);
    const admission = admit(request.socket);
    if (admission.ok) serveStream({ request, socket, head }, streams);
    else refuseUpgrade({ request, socket, head }, admission.status, admission.message);
  });
  server.listen(config.server.port);
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : config.server.port;
  return { port, [Symbol.asyncDispose]: () => close(server, tunnels, context) };
}

async function answer(context: AgentContext, parts: ServerParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'https://node');
  // Asked by who watches from outside whether the agent lives.
  if (url.pathname === '/healthz') return answerText(response, 200, 'ok');
  const admission = admit(request.socket);
  if (!admission.ok) return answerText(response, admission.status, admission.message);
  if (request.method !== 'GET') return answerText(response, 405, '405: Method Not Allowed');
  const [, route, ...words] = url.pathname.split('/').map(decodeURIComponent);
  if (route === 'pods') {
    const list = { kind: 'PodList', apiVersion: 'v1', metadata: {}, items: parts.kubelet.pods() };
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(list));
    return;
  }
  const [namespace, pod, container] = words;
  if (route === 'containerLogs' && namespace && pod && container) {
    return containerLogs({ ...parts, clock: context.clock }, { namespace, pod, container }, url.searchParams, response);
  }
  answerText(response, 404, '404: Page Not Found');
}

function connectTo(context: AgentContext, { url }: IncomingMessage, { socket, head }: { readonly socket: Duplex; readonly head: Buffer }) {
  const admission = admit(socket);
  if (!admission.ok) return refuseConnect(socket, admission.status, admission.message);
  const target = parseTarget(url ?? '');
  if (!target) return refuseConnect(socket, 400, `no address of the form host:port: ${url}`);
  openConnect(socket, head, target, context.clock);
}

async function close(server: Server, tunnels: ReadonlySet<Duplex>, { clock }: AgentContext): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  for (const tunnel of tunnels) tunnel.destroy();
  const cancel = clock.timer(graceMs, () => server.closeAllConnections());
  await closed;
  cancel();
}
