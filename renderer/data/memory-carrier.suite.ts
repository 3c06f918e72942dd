/** A carrier without a wire, for tests: what the window sends is kept, what the host would say is given by the test. */
import type { ClientMessage, HostMessage } from '../../engine/host/contract.ts';
import type { Carrier } from './carrier.ts';

export class MemoryCarrier implements Carrier {
  readonly sent: ClientMessage[] = [];
  #deliver: (message: HostMessage) => void = () => undefined;
  #report: (isOpen: boolean) => void = () => undefined;

  postMessage(message: ClientMessage): void {
    this.sent.push(message);
  }
  onMessage(listener: (message: HostMessage) => void): void {
    this.#deliver = listener;
  }
  onOpen(listener: (isOpen: boolean) => void): void {
    this.#report = listener;
    listener(false);
  }

  setOpen(isOpen: boolean): void {
    this.#report(isOpen);
  }
  /** The newest message that names the call or subscription. */
  last(name: string): ClientMessage & { readonly id: number } {
    const found = this.sent.findLast(
      (message) => (message.type === 'call' && message.call === name) || (message.type === 'subscribe' && message.name === name),
    );
    if (!found) throw new Error(`nothing was sent for ${name}`);
    return found;
  }
  answer(name: string, result: unknown): void {
    this.#deliver({ type: 'result', id: this.last(name).id, ok: true, result });
  }
  refuse(name: string, message: string): void {
    this.#deliver({ type: 'result', id: this.last(name).id, ok: false, error: { code: 'internal', params: {}, message } });
  }
  emit(name: string, event: unknown): void {
    this.#deliver({ type: 'event', id: this.last(name).id, event });
  }
  end(name: string, code: 'cluster-not-running'): void {
    this.#deliver({ type: 'end', id: this.last(name).id, error: { code, params: {}, message: 'The cluster has stopped.' } });
  }
}
