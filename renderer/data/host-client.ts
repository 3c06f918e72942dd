/**
 * The window's end of the host contract: calls that resolve once, subscriptions that outlive a broken carrier. After a reconnect every
 * subscription is sent again, and each begins anew with everything it has to say, so listeners only ever replace what they knew.
 */
import { messageOf } from '../../engine/api/message-of.ts';
import type {
  CallName,
  CallParams,
  CallResult,
  ClientMessage,
  HostMessage,
  SubscriptionEvent,
  SubscriptionName,
  SubscriptionParams,
  WireError,
} from '../../engine/host/contract.ts';
import type { Carrier } from './carrier.ts';

/** A call that the host refused, or could not be asked. */
export class HostCallError extends Error {
  readonly wire: WireError;
  constructor(wire: WireError) {
    super(wire.message);
    this.name = 'HostCallError';
    this.wire = wire;
  }
}
export function wireErrorOf(error: unknown): WireError {
  if (error instanceof HostCallError) return error.wire;
  return { code: 'internal', params: {}, message: messageOf(error) };
}

export interface Listener<N extends SubscriptionName> {
  readonly onEvent: (event: SubscriptionEvent<N>) => void;
  /** The host has nothing more to say; with an error, why. */
  readonly onEnd?: (error: WireError | undefined) => void;
}
export interface Host {
  call<N extends CallName>(name: N, params: CallParams<N>): Promise<CallResult<N>>;
  /** The result ends it; nothing is delivered after that. */
  subscribe<N extends SubscriptionName>(name: N, params: SubscriptionParams<N>, listener: Listener<N>): () => void;
}

interface PendingCall {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: HostCallError) => void;
}
interface Subscription {
  readonly message: ClientMessage;
  readonly onEvent: (event: unknown) => void;
  readonly onEnd: (error: WireError | undefined) => void;
}
const disconnected: WireError = { code: 'disconnected', params: {}, message: 'The connection to Minato is lost.' };

export class HostClient implements Host {
  readonly #carrier: Carrier;
  readonly #calls = new Map<number, PendingCall>();
  readonly #subscriptions = new Map<number, Subscription>();
  readonly #openListeners = new Set<() => void>();
  #lastId = 0;
  #isOpen = false;
  /** Calls made before the carrier opened for the first time. */
  #early: ClientMessage[] = [];
  #wasOpen = false;

  constructor(carrier: Carrier) {
    this.#carrier = carrier;
    carrier.onMessage((message) => this.#receive(message));
    carrier.onOpen((isOpen) => this.#setOpen(isOpen));
  }

  call<N extends CallName>(name: N, params: CallParams<N>): Promise<CallResult<N>> {
    const id = ++this.#lastId;
    const { promise, resolve, reject } = Promise.withResolvers<CallResult<N>>();
    // The contract types the answer to `name`; the map holds answers of all names.
    this.#calls.set(id, { resolve: (result) => resolve(result as CallResult<N>), reject });
    this.#post({ type: 'call', id, call: name, params });
    return promise;
  }

  subscribe<N extends SubscriptionName>(name: N, params: SubscriptionParams<N>, { onEvent, onEnd }: Listener<N>): () => void {
    const id = ++this.#lastId;
    const message: ClientMessage = { type: 'subscribe', id, name, params };
    this.#subscriptions.set(id, {
      message,
      onEvent: (event) => onEvent(event as SubscriptionEvent<N>),
      onEnd: (error) => onEnd?.(error),
    });
    if (this.#isOpen) this.#carrier.postMessage(message);
    return () => {
      if (this.#subscriptions.delete(id) && this.#isOpen) this.#carrier.postMessage({ type: 'unsubscribe', id });
    };
  }

  /** False while the host cannot be reached, once it was. */
  get isConnected(): boolean {
    return this.#isOpen || !this.#wasOpen;
  }
  onConnection(listener: () => void): () => void {
    this.#openListeners.add(listener);
    return () => this.#openListeners.delete(listener);
  }

  #post(message: ClientMessage): void {
    if (this.#isOpen) this.#carrier.postMessage(message);
    else if (!this.#wasOpen) this.#early.push(message);
    else this.#receive({ type: 'result', id: message.id, ok: false, error: disconnected });
  }

  #setOpen(isOpen: boolean): void {
    if (isOpen === this.#isOpen) return;
    this.#isOpen = isOpen;
    if (isOpen) {
      for (const { message } of this.#subscriptions.values()) this.#carrier.postMessage(message);
      for (const message of this.#early) this.#carrier.postMessage(message);
      this.#early = [];
      this.#wasOpen = true;
    } else {
      for (const id of [...this.#calls.keys()]) this.#receive({ type: 'result', id, ok: false, error: disconnected });
    }
    for (const listener of this.#openListeners) listener();
  }

  #receive(message: HostMessage): void {
    if (message.type === 'result') {
      const call = this.#calls.get(message.id);
      this.#calls.delete(message.id);
      if (message.ok) call?.resolve(message.result);
      else call?.reject(new HostCallError(message.error));
      return;
    }
    const subscription = this.#subscriptions.get(message.id);
    if (message.type === 'event') subscription?.onEvent(message.event);
    else {
      this.#subscriptions.delete(message.id);
      subscription?.onEnd(message.error);
    }
  }
}
