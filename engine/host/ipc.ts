/** The carrier for Electron: a MessagePort each window. The sender was checked when it asked for the port (`electron/main.ts`). */
import type { Handlers } from './handler-types.ts';
import { serveConnection } from './router.ts';

/** What Electron's MessagePortMain and Node's MessagePort have in common. */
export interface PortLike {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  start(): void;
  close(): void;
}

export function servePort(port: PortLike, handlers: Handlers): void {
  let closed = false;
  serveConnection(
    {
      send: (message) => {
        if (!closed) port.postMessage(message);
      },
      onMessage: (listener) => port.on('message', ({ data }) => listener(data)),
      onClose: (listener) =>
        port.on('close', () => {
          closed = true;
          listener();
        }),
      close: () => port.close(),
    },
    handlers,
  );
  port.start();
}
