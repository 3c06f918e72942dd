/**
 * Keeps a listener on 127.0.0.1 for every NodePort, LoadBalancer port and hostPort and carries each connection through an agent to the node's port. The listeners
 * follow the Services; no command has to be run and no terminal kept open. A port that is taken gets a substitute, and says so.
 */
import { createServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { isDeepStrictEqual } from 'node:util';
import type { DesiredForward } from './desired-forwards.ts';

export interface Forward extends DesiredForward {
  /** The port that is open on 127.0.0.1; absent when none is. */
  readonly hostPort?: number;
  /** `substituted`: the expected port was taken and `hostPort` is another. `unsupported`: UDP and SCTP are not carried. */
  readonly state: 'listening' | 'substituted' | 'unsupported' | 'failed';
  /** For `failed`: the system's reason. */
  readonly reason?: string;
}

export interface PortForwarderOptions {
  /** Opens a stream to where a port leads. */
  readonly dial: (forward: DesiredForward, signal: AbortSignal) => Promise<Duplex>;
  readonly onChange: (forwards: readonly Forward[]) => void;
}

interface Listener {
  readonly server: Server;
  readonly port: number;
  readonly sockets: Set<Socket>;
}
interface Open {
  readonly forward: Forward;
  readonly listener?: Listener;
}

export class PortForwarder implements AsyncDisposable {
  readonly #options: PortForwarderOptions;
  readonly #open = new Map<string, Open>();
  readonly #abort = new AbortController();
  /** Changes are applied one after the other: a port must be closed before its next owner opens it. */
  #work: Promise<void> = Promise.resolve();

  constructor(options: PortForwarderOptions) {
    this.#options = options;
  }

  get forwards(): readonly Forward[] {
    return [...this.#open.values()].map(({ forward }) => forward);
  }

  /** Opens what is new, closes what is gone. */
  apply(desired: readonly DesiredForward[]): Promise<void> {
    this.#work = this.#work.then(() => this.#reconcile(desired));
    return this.#work;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#abort.abort();
    await this.#work;
    await Promise.all([...this.#open.values()].map(({ listener }) => closeListener(listener)));
    this.#open.clear();
  }

  async #reconcile(desired: readonly DesiredForward[]): Promise<void> {
    if (this.#abort.signal.aborted) return;
    const wanted = new Map(desired.map((forward) => [forward.id, forward]));
    const gone = [...this.#open].filter(([id]) => !wanted.has(id));
    for (const [id, { listener }] of gone) {
      await closeListener(listener);
      this.#open.delete(id);
    }
    const fresh = desired.filter(({ id }) => !this.#open.has(id));
    for (const forward of fresh) this.#open.set(forward.id, await this.#openOne(forward));
    const changed = desired.filter((forward) => this.#update(forward));
    if (gone.length + fresh.length + changed.length > 0) this.#options.onChange(this.forwards);
  }

  /** A port that stays may lead to other pods now. True when something is another. */
  #update(desired: DesiredForward): boolean {
    const open = this.#open.get(desired.id);
    if (!open) return false;
    const { hostPort, state, reason } = open.forward;
    const forward: Forward = {
      ...desired,
      state,
      ...(hostPort === undefined ? {} : { hostPort }),
      ...(reason === undefined ? {} : { reason }),
    };
    if (isDeepStrictEqual(forward, open.forward)) return false;
    this.#open.set(desired.id, { ...open, forward });
    return true;
  }

  async #openOne(desired: DesiredForward): Promise<Open> {
    if (desired.protocol !== 'TCP') return { forward: { ...desired, state: 'unsupported' } };
    try {
      const listener = await this.#listen(desired, desired.preferredHostPort);
      return { listener, forward: { ...desired, state: 'listening', hostPort: listener.port } };
    } catch (error) {
      // Taken by another program (EADDRINUSE), or a privileged port that this user may not open (EACCES).
      const reason = (error as NodeJS.ErrnoException).code ?? String(error);
      return this.#openSubstitute(desired, reason);
    }
  }

  async #openSubstitute(desired: DesiredForward, reason: string): Promise<Open> {
    try {
      const listener = await this.#listen(desired, 0);
      return { listener, forward: { ...desired, state: 'substituted', hostPort: listener.port, reason } };
    } catch (error) {
      return { forward: { ...desired, state: 'failed', reason: (error as NodeJS.ErrnoException).code ?? String(error) } };
    }
  }

  #listen(desired: DesiredForward, port: number): Promise<Listener> {
    const sockets = new Set<Socket>();
    const server = createServer({ pauseOnConnect: true, allowHalfOpen: true }, (socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      this.#carry(socket, this.#open.get(desired.id)?.forward ?? desired);
    });
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host: '127.0.0.1', port }, () => {
        server.off('error', reject);
        resolve({ server, port: portOf(server), sockets });
      });
    });
  }

  #carry(socket: Socket, forward: DesiredForward): void {
    // The caller may give up before the tunnel is open; without a listener that would end the process.
    socket.on('error', () => socket.destroy());
    this.#options.dial(forward, this.#abort.signal).then(
      (tunnel) => join(socket, tunnel),
      // Nothing answers there: the caller sees a reset, as it would from the node itself.
      () => socket.resetAndDestroy(),
    );
  }
}

function join(socket: Socket, tunnel: Duplex): void {
  if (socket.destroyed) {
    tunnel.destroy();
    return;
  }
  // Each direction ends by itself: `pipe` passes the end on and leaves the other direction open. An error, or a close, of either side ends both.
  for (const [one, other] of [
    [socket, tunnel],
    [tunnel, socket],
  ] as const) {
    one.on('error', () => other.destroy());
    one.on('close', () => closeAfter(one, other));
    one.pipe(other);
  }
}

/** `one` is closed: nothing more can go to it. What it sent before its end must still reach `other`. */
function closeAfter(one: Duplex, other: Duplex): void {
  if (one.readableEnded && !other.writableFinished) other.once('finish', () => other.destroy());
  else other.destroy();
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the listener has no port');
  return address.port;
}
function closeListener(listener: Listener | undefined): Promise<void> {
  if (listener === undefined) return Promise.resolve();
  for (const socket of listener.sockets) socket.destroy();
  return new Promise((resolve) => listener.server.close(() => resolve()));
}
