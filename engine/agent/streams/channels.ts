/**
 * A WebSocket with channels: the first byte of each message says which. `v5.channel.k8s.io` can end one (255, channel), the older ones cannot; the base64 forms
 * carry text. Upstream: k8s.io/apiserver/pkg/util/proxy/websocket.go and k8s.io/kubelet's wsstream.
 */
import { Duplex } from 'node:stream';
import type { RawData, WebSocket } from 'ws';

export interface ChannelForm {
  readonly isText: boolean;
  /** Whether a channel can be ended by itself. */
  readonly canEnd: boolean;
}
const closeSignal = 255;
/** A client that has gone while its channels are not read shows when something is written to it. */
const pingMs = 15_000;

/** One channel: what came is read, what is written is sent. Ending it ends the writing half only, and says nothing: no protocol has a way to say it. */
export class Channel extends Duplex {
  readonly #id: number;
  readonly #owner: Channels;
  #wanted: (() => void) | undefined;
  #hasAll = false;

  constructor(owner: Channels, id: number) {
    super({ allowHalfOpen: true });
    this.#owner = owner;
    this.#id = id;
    this.on('error', () => {});
  }
  /** False: no more until `resumed`. */
  receive(bytes: Buffer, resumed: () => void): boolean {
    if (this.destroyed || this.#hasAll || bytes.length === 0 || this.push(bytes)) return true;
    this.#wanted = resumed;
    return false;
  }
  receiveEnd(): void {
    if (this.#hasAll || this.destroyed) return;
    this.#hasAll = true;
    this.push(null);
  }
  override _read(): void {
    const wanted = this.#wanted;
    this.#wanted = undefined;
    wanted?.();
  }
  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#owner.send(this.#id, chunk, done);
  }
  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this._read();
    done(error);
  }
}

export class Channels {
  readonly #socket: WebSocket;
  readonly #form: ChannelForm;
  readonly #channels: readonly Channel[];
  readonly #gone = new AbortController();
  /** Channels whose reader is behind. */
  #waiting = 0;

  constructor(socket: WebSocket, form: ChannelForm, count: number) {
    this.#socket = socket;
    this.#form = form;
    this.#channels = Array.from({ length: count }, (_, id) => new Channel(this, id));
    socket.on('message', (data, isBinary) => this.#take(bytesOf(data), isBinary));
    socket.on('error', () => socket.terminate());
    const pinging = setInterval(() => socket.ping(), pingMs);
    socket.on('close', () => {
      clearInterval(pinging);
      this.#end();
    });
  }

  /** Aborted when the socket has closed. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }
  channel(id: number): Channel {
    const found = this.#channels[id];
    if (!found) throw new Error(`there is no channel ${id}`);
    return found;
  }

  send(id: number, chunk: Buffer, done: (error?: Error | null) => void) {
    if (this.#socket.readyState !== this.#socket.OPEN) return done(new Error('the connection has ended'));
    if (this.#form.isText) this.#socket.send(`${id}${chunk.toString('base64')}`, done);
    else this.#socket.send(Buffer.concat([Buffer.from([id]), chunk]), { binary: true }, done);
  }

  /** The client is told that all is said; its own closing is waited for a moment. */
  close(): void {
    this.#socket.close(1000);
  }

  #take(message: Buffer, isBinary: boolean) {
    if (isBinary === this.#form.isText) return this.#socket.close(1003, 'a message of the wrong type');
    const [first] = message;
    if (first === undefined) return;
    if (first === closeSignal && this.#form.canEnd) {
      this.#channels[message[1] ?? -1]?.receiveEnd();
      return;
    }
    const channel = this.#channels[this.#form.isText ? first - 0x30 : first];
    if (!channel) return;
    const rest = message.subarray(1);
    const bytes = this.#form.isText ? Buffer.from(rest.toString('latin1'), 'base64') : rest;
    const goesOn = channel.receive(bytes, () => {
      this.#waiting--;
      if (this.#waiting === 0) this.#socket.resume();
    });
    if (goesOn) return;
    this.#waiting++;
    this.#socket.pause();
  }

  #end(): void {
    for (const channel of this.#channels) {
      channel.receiveEnd();
      channel.destroy();
    }
    this.#gone.abort();
  }
}

function bytesOf(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? Buffer.from(data) : data;
}
