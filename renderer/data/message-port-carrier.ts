/** The carrier of Electron: one MessagePort, asked for through the preload script's only function. */
import type { HostMessage } from '../../engine/host/contract.ts';
import type { Carrier } from './carrier.ts';

export interface Preload {
  /** The port arrives as a `message` event of the window with data `minato:port`. */
  readonly connect: () => void;
}

export function messagePortCarrier(preload: Preload): Carrier {
  let port: MessagePort | undefined;
  let deliver: (message: HostMessage) => void = () => undefined;
  let report: (isOpen: boolean) => void = () => undefined;
  window.addEventListener('message', ({ source, data, ports: [received] }) => {
    if (source !== window || data !== 'minato:port' || !received) return;
    port = received;
    port.addEventListener('message', (event) => deliver(event.data as HostMessage));
    port.start();
    report(true);
  });
  preload.connect();
  return {
    postMessage: (message) => port?.postMessage(message),
    onMessage: (listener) => {
      deliver = listener;
    },
    onOpen: (listener) => {
      report = listener;
      listener(port !== undefined);
    },
  };
}
