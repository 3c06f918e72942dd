/** The carrier of the browser: a WebSocket to the page's own origin, opened again whenever it closes. */
import type { ClientMessage, HostMessage } from '../../engine/host/contract.ts';
import type { Carrier } from './carrier.ts';

const firstDelayMs = 300;
const longestDelayMs = 5000;

export function webSocketCarrier(url: string): Carrier {
  let socket: WebSocket | undefined;
  let delayMs = firstDelayMs;
  let deliver: (message: HostMessage) => void = () => undefined;
  let report: (isOpen: boolean) => void = () => undefined;
  const open = (): void => {
    socket = new WebSocket(url);
    socket.addEventListener('open', () => {
      delayMs = firstDelayMs;
      report(true);
    });
    // The page's policy lets only our own host answer here; what it sends has the contract's type.
    socket.addEventListener('message', ({ data }) => deliver(JSON.parse(String(data)) as HostMessage));
    socket.addEventListener('close', () => {
      report(false);
      setTimeout(open, delayMs);
      delayMs = Math.min(delayMs * 2, longestDelayMs);
    });
  };
  open();
  return {
    postMessage: (message: ClientMessage) => {
      if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
    },
    onMessage: (listener) => {
      deliver = listener;
    },
    onOpen: (listener) => {
      report = listener;
      listener(socket?.readyState === WebSocket.OPEN);
    },
  };
}
