/** Streams into pods that are only played. Upstream has no counterpart; kwok answers with what it is told to. */
import { createServer } from 'node:http';
import { type Duplex, duplexPair } from 'node:stream';
import type { Pod } from '../../api/types.gen.ts';
import { aborted, write } from '../streams/copy.ts';
import type { RemoteSession } from '../streams/session.ts';
import { exitStatus, success } from '../streams/status.ts';
import type { ContainerTarget, StreamHost } from '../streams/stream-host.ts';
import { type PretendProcess, pretend } from './pretend-shell.ts';

export interface SimulatedStreamOptions {
  readonly find: StreamHost['find'];
  readonly onError: StreamHost['onError'];
}

export function simulatedStreams({ find, onError }: SimulatedStreamOptions): StreamHost {
  return {
    find,
    onError,
    async exec(target, command, session) {
      const outcome = await Promise.race([pretend(processOf(target, session), command), aborted(session.gone)]);
      return outcome === 'gone' ? success : exitStatus(outcome);
    },
    async attach(target, session) {
      const { out } = processOf(target, session);
      const end = session.tty ? '\r\n' : '\n';
      await out(`Container ${target.container} of pod ${target.pod.metadata.name} is simulated: it runs, and writes nothing.${end}`);
      // Its program never ends; where there is an input, that ending is the client's way to say that it has had enough.
      const { stdin } = session;
      stdin?.resume();
      await Promise.race([aborted(session.gone), ...(stdin ? [new Promise((resolve) => stdin.once('end', resolve))] : [])]);
      return success;
    },
    dial: async (pod, port) => dialSimulated(pod, port),
  };
}

function processOf({ pod, container }: ContainerTarget, { stdin, stdout, stderr, tty, gone }: RemoteSession): PretendProcess {
  return {
    ...{ pod, container, stdin, tty, gone },
    out: async (bytes) => (stdout ? write(stdout, Buffer.from(bytes)) : !gone.aborted),
    err: async (text) => {
      const to = tty ? stdout : stderr;
      return to ? write(to, Buffer.from(text)) : !gone.aborted;
    },
  };
}

/** On every port that a container declares a page is served; nothing listens on others. */
export function dialSimulated({ metadata, spec }: Pod, port: number): Duplex {
  const listens = spec.containers.some(({ ports = [] }) => ports.some(({ containerPort }) => containerPort === port));
  if (!listens)
    throw Object.assign(
      new Error(
        `failed to execute portforward in network namespace: failed to connect to localhost:${port} inside namespace, IPv4: dial tcp4 127.0.0.1:${port}: connect: connection refused IPv6 dial tcp6 [::1]:${port}: connect: connection refused`,
      ),
      { code: 'ECONNREFUSED' },
    );
  const page = createServer((request, response) => {
    request.resume();
    const text = `pod ${metadata.name} is simulated: ${request.method} ${request.url}\n`;
    response.writeHead(200, { 'Content-Type': 'text/plain', 'Content-Length': Buffer.byteLength(text) }).end(text);
  });
  const [ours, theirs] = connectedPair();
  page.emit('connection', theirs);
  return ours;
}

/** Two ends of a stream; one that breaks breaks the other. */
export function connectedPair(): readonly [Duplex, Duplex] {
  const [a, b] = duplexPair();
  for (const [one, other] of [
    [a, b],
    [b, a],
  ] as const)
    one
      .on('error', () => {})
      .once('close', () => {
        if (!one.writableFinished || !one.readableEnded) other.destroy();
      });
  return [a, b];
}
