/**
 * The generic half of the contract: takes what a carrier brings, checks it with zod, calls the handler, sends what comes out. It knows no call by name.
 * A connection is one window; whether that window may speak at all was decided by the carrier before it came here.
 */
import { HostError } from '../api/host-error.ts';
import {
  type CallName,
  type ClientMessage,
  calls,
  clientMessage,
  type HostMessage,
  type SubscriptionName,
  subscriptions,
  type WireError,
} from './contract.ts';
import type { Handlers } from './handler-types.ts';
import { toWireError } from './handlers/wire-error.ts';

/** One window's end of a carrier. */
export interface Connection {
  readonly send: (message: HostMessage) => void;
  /** Messages as they came: not yet checked. */
  readonly onMessage: (listener: (message: unknown) => void) => void;
  readonly onClose: (listener: () => void) => void;
  /** Ends the connection of a window that does not keep to the contract. */
  readonly close: (reason: string) => void;
}

export function serveConnection(connection: Connection, handlers: Handlers): void {
  const open = new Map<number, AbortController>();
  connection.onClose(() => {
    for (const abort of open.values()) abort.abort();
    open.clear();
  });
  connection.onMessage((raw) => {
    const parsed = clientMessage.safeParse(raw);
    if (!parsed.success) connection.close('a message did not keep to the contract');
    else receive(parsed.data, { connection, handlers, open });
  });
}

interface Session {
  readonly connection: Connection;
  readonly handlers: Handlers;
  /** Subscriptions by id. */
  readonly open: Map<number, AbortController>;
}

function receive(message: ClientMessage, session: Session): void {
  if (message.type === 'call') void answerCall(message, session);
  else if (message.type === 'subscribe') void runSubscription(message, session);
  else {
    session.open.get(message.id)?.abort();
    session.open.delete(message.id);
  }
}

async function answerCall(
  { id, call, params }: ClientMessage & { readonly type: 'call' },
  { connection, handlers }: Session,
): Promise<void> {
  try {
    if (!isCall(call)) throw unknownName('call', call);
    const input = checked(calls[call].params.safeParse(params));
    // Name and handler come from the same entry of the contract, which the compiler cannot follow through the index.
    const handler = handlers.calls[call] as (input: unknown) => Promise<unknown>;
    connection.send({ type: 'result', id, ok: true, result: await handler(input) });
  } catch (error) {
    connection.send({ type: 'result', id, ok: false, error: wire(error) });
  }
}

async function runSubscription(
  { id, name, params }: ClientMessage & { readonly type: 'subscribe' },
  { connection, handlers, open }: Session,
): Promise<void> {
  if (open.has(id)) return connection.close(`subscription ${id} exists already`);
  const abort = new AbortController();
  open.set(id, abort);
  const emit = (event: unknown): void => {
    if (!abort.signal.aborted) connection.send({ type: 'event', id, event });
  };
  let failure: WireError | undefined;
  try {
    if (!isSubscription(name)) throw unknownName('subscription', name);
    const input = checked(subscriptions[name].params.safeParse(params));
    const handler = handlers.subscriptions[name] as (input: unknown, subscriber: object) => Promise<void>;
    await handler(input, { emit, signal: abort.signal });
  } catch (error) {
    failure = wire(error);
  }
  // After an unsubscribe the window has forgotten the id; nothing may be said of it any more.
  if (!abort.signal.aborted) connection.send({ type: 'end', id, ...(failure ? { error: failure } : {}) });
  abort.abort();
  open.delete(id);
}

class UnknownName extends Error {}
function unknownName(what: string, name: string): UnknownName {
  return new UnknownName(`there is no ${what} "${name}"`);
}
function wire(error: unknown): WireError {
  return error instanceof UnknownName ? { code: 'unknown-call', params: {}, message: error.message } : toWireError(error);
}
function isCall(name: string): name is CallName {
  return Object.hasOwn(calls, name);
}
function isSubscription(name: string): name is SubscriptionName {
  return Object.hasOwn(subscriptions, name);
}

type Parsed =
  | { readonly success: true; readonly data: unknown }
  | {
      readonly success: false;
      readonly error: { readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[] };
    };
/** All wrong fields at once, each with its path. */
function checked(parsed: Parsed): unknown {
  if (parsed.success) return parsed.data;
  const [first] = parsed.error.issues;
  const lines = parsed.error.issues.map(({ path, message }) => `${path.map(String).join('.') || 'params'}: ${message}`);
  throw new HostError('invalid-input', lines.join('; '), { params: { field: first?.path.map(String).join('.') ?? '', value: '' } });
}
