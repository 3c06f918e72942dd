/** What moves messages between the window and its host. Two implementations: `web-socket-carrier.ts` and `message-port-carrier.ts`. */
import type { ClientMessage, HostMessage } from '../../engine/host/contract.ts';

export interface Carrier {
  /** Messages posted while the carrier is closed are lost: the client sends again what still matters. */
  postMessage(message: ClientMessage): void;
  onMessage(listener: (message: HostMessage) => void): void;
  /** Called with the present state at once, and at each change. A carrier opens by itself and opens again. */
  onOpen(listener: (isOpen: boolean) => void): void;
}
