/**
 * HTTP CONNECT: a stream from whoever asked to any address this node reaches. It is how the computer's ports lead to Services and pods. Either side may
 * end its half of the stream and go on reading; a side that breaks breaks the other.
 */
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Clock } from '../../api/clock.ts';
import { dialReason } from '../probes/http-probe.ts';

export interface HostPort {
  readonly host: string;
  readonly port: number;
}
/** Below the ten seconds after which the other end gives up without having heard why. */
const dialMs = 8_000;

/** `10.244.0.5:80`; undefined when it is no such thing. */
export function parseTarget(target: string): HostPort | undefined {
  const match = /^\[?([^[\]]+)\]?:(\d{1,5})$/.exec(target);
  const [, host = '', digits = ''] = match ?? [];
  const port = Number(digits);
  return match && port > 0 && port < 65_536 ? { host, port } : undefined;
}

export function refuseConnect(socket: Duplex, status: number, reason: string): void {
  // A status line is one line of visible characters.
  const text = reason.replaceAll(/[^\x20-\x7e]+/g, ' ');
  socket.end(`HTTP/1.1 ${status} ${text}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
}

/** `head` is what came behind the request already. The tunnel lives until both sides have ended or one breaks. */
export function openConnect(client: Duplex, head: Buffer, { host, port }: HostPort, clock: Clock): void {
  const target = connect({ host, port, allowHalfOpen: true, noDelay: true });
  const cancel = clock.timer(dialMs, () => target.destroy(Object.assign(new Error('dial timeout'), { code: 'ETIMEDOUT' })));
  let isOpen = false;
  target.on('connect', () => {
    cancel();
    isOpen = true;
    client.write('HTTP/1.1 200 Connection established\r\n\r\n');
    if (head.length > 0) target.write(head);
    client.pipe(target);
    target.pipe(client);
  });
  target.on('error', (error: NodeJS.ErrnoException) => {
    cancel();
    if (isOpen) client.destroy();
    else refuseConnect(client, 502, dialReason(error, host, port));
  });
  client.on('error', () => target.destroy());
  // Each side closes by itself once both halves have ended; closing before that is a break.
  target.on('close', () => {
    if (isOpen && !target.readableEnded) client.destroy();
  });
  client.on('close', () => {
    cancel();
    target.destroy();
  });
}
