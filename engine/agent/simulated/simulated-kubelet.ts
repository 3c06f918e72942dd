/** The kubelet API of simulated nodes, one for all of them, in the control plane's process: no port is opened for it. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { answerText } from '../server/plain-answer.ts';
import { isStreamPath, serveStream } from '../streams/serve.ts';
import { connectedPair, type SimulatedStreamOptions, simulatedStreams } from './simulated-streams.ts';

export interface SimulatedKubelet {
  /** A new connection to it, on which HTTP is spoken. */
  connect(): Duplex;
}

export function simulatedKubelet(options: SimulatedStreamOptions): SimulatedKubelet {
  const streams = simulatedStreams(options);
  const server = createServer({ shouldUpgradeCallback: ({ url = '' }) => isStreamPath(url) }, answer);
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => serveStream({ request, socket, head }, streams));
  return {
    connect() {
      const [ours, theirs] = connectedPair();
      server.emit('connection', theirs);
      return ours;
    },
  };
}

const log = 'This container is simulated: nothing runs in it, so it writes no log.\n';

function answer({ url = '/' }: IncomingMessage, response: ServerResponse): void {
  const { pathname } = new URL(url, 'http://node');
  if (pathname === '/healthz') answerText(response, 200, 'ok');
  else if (pathname.startsWith('/containerLogs/')) answerText(response, 200, log);
  else if (isStreamPath(pathname)) answerText(response, 400, 'Upgrade request required');
  else answerText(response, 404, '404 page not found\n');
}
