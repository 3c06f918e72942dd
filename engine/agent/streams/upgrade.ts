/** A request that asks for another protocol, and how it is refused: in plain text, as a kubelet does. */
import type { IncomingMessage } from 'node:http';
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

export interface Upgrade {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  /** What came behind the request already. */
  readonly head: Buffer;
}

export function refuseUpgrade({ socket }: Upgrade, code: number, text: string, headers: Readonly<Record<string, string>> = {}): void {
  const body = text.endsWith('\n') ? text : `${text}\n`;
  const lines = Object.entries({
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': String(Buffer.byteLength(body)),
    Connection: 'close',
    ...headers,
  });
  socket.end(
    `HTTP/1.1 ${code} ${STATUS_CODES[code] ?? ''}\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`,
  );
}

/** All values of a header that lists: given several times, or with commas, or both. */
export function listed(request: IncomingMessage, header: string): readonly string[] {
  return (request.headersDistinct[header] ?? [])
    .flatMap((line) => line.split(','))
    .map((one) => one.trim())
    .filter((one) => one !== '');
}

export function asksFor({ headers }: IncomingMessage, protocol: string): boolean {
  return (headers.upgrade ?? '').toLowerCase() === protocol;
}

/**
 * Answers that SPDY is spoken from now on. False when there is no protocol that both sides know: that was told then. `undefined` in place of a name is the
 * oldest protocol, for clients that name none.
 */
export function acceptSpdy(upgrade: Upgrade, supported: readonly string[]): { readonly protocol: string } | undefined {
  const { request, socket, head } = upgrade;
  const offered = listed(request, 'x-stream-protocol-version');
  const protocol = offered.length === 0 ? '' : offered.find((one) => supported.includes(one));
  if (protocol === undefined) {
    const problem = `unable to upgrade: unable to negotiate protocol: client supports [${offered.join(' ')}], server supports [${supported.join(' ')}]`;
    refuseUpgrade(upgrade, 403, problem, { 'X-Accepted-Stream-Protocol-Versions': supported.join(', ') });
    return undefined;
  }
  const chosen = protocol === '' ? '' : `X-Stream-Protocol-Version: ${protocol}\r\n`;
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n${chosen}\r\n`);
  if (head.length > 0) socket.unshift(head);
  return { protocol };
}
