/** Accepting a WebSocket, with the subprotocols that Kubernetes has. */
import { type WebSocket, WebSocketServer } from 'ws';
import { listed, type Upgrade } from './upgrade.ts';

/** kubectl's messages have 32 KiB; other clients send what they have. */
const maxMessageBytes = 16 * 1024 * 1024;
const header = 'sec-websocket-protocol';

const server = (protocol: string): WebSocketServer =>
  new WebSocketServer({
    noServer: true,
    clientTracking: false,
    // A pod's output is often compressed already, and kubectl does not ask for it.
    perMessageDeflate: false,
    maxPayload: maxMessageBytes,
    handleProtocols: () => protocol || false,
  });

/**
 * The first protocol of the client's that is supported; `''` where it names none. Undefined: none of its protocols is.
 */
export function chooseProtocol({ request }: Pick<Upgrade, 'request'>, supported: readonly string[]): string | undefined {
  const offered = listed(request, header);
  return offered.length === 0 ? '' : offered.find((one) => supported.includes(one));
}

/** Calls back with the open socket. A malformed handshake is answered by `ws` itself, and nobody is called. */
export function acceptWebSocket({ request, socket, head }: Upgrade, protocol: string, onOpen: (webSocket: WebSocket) => void): void {
  const accepting = server(protocol);
  // `SPDY/3.1+portforward.k8s.io` has a slash, which no token may have: `ws` is kept from seeing it, and it is answered all the same.
  delete request.headers[header];
  accepting.on('headers', (lines: string[]) => {
    if (protocol !== '') lines.push(`Sec-WebSocket-Protocol: ${protocol}`);
  });
  accepting.handleUpgrade(request, socket, head, onOpen);
}
