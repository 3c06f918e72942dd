/**
 * One SPDY/3.1 connection over a byte stream, as a server of kubectl sees it: the client opens streams, both sides write into them. There are no windows in
 * kubectl's SPDY (it sends no WINDOW_UPDATE and heeds none), so back-pressure is the byte stream's: a stream that nobody reads stops the reading of all.
 * Upstream counterpart: github.com/moby/spdystream.
 */
import { Duplex } from 'node:stream';
import { dataHeader, encodeFrame, type Frame, FrameReader, maxDataBytes, SpdyProtocolError } from './frames.ts';
import { encodeHeaderBlock, HeaderBlockDecoder, type Headers } from './header-blocks.ts';

export interface SpdyOptions {
  /** Called for each stream that the client opens, after it was answered. `false` refuses it. */
  readonly onStream: (stream: SpdyStream) => boolean;
}

/** Open at a time; more are refused. A port-forward has two for each connection. */
const maxStreams = 4_096;
const status = { refused: 3, cancel: 5 } as const;
/** A client that has gone while its streams are not read shows when something is written to it. */
const pingMs = 15_000;
/** How long the client gets to close after it was told that all is said. */
const closeWithinMs = 5_000;

export class SpdyConnection {
  readonly #transport: Duplex;
  readonly #options: SpdyOptions;
  readonly #streams = new Map<number, SpdyStream>();
  readonly #reader = new FrameReader();
  readonly #headers = new HeaderBlockDecoder();
  #hasSentBlock = false;
  #lastStreamId = 0;
  /** Resolves when the connection has ended, in whatever way. Never rejects. */
  readonly closed: Promise<void>;

  constructor(transport: Duplex, options: SpdyOptions) {
    this.#transport = transport;
    this.#options = options;
    // Seen by the reading loop; a write that fails ends the same way.
    transport.on('error', () => transport.destroy());
    let pings = 0;
    const pinging = setInterval(() => {
      pings += 2;
      if (!transport.writableEnded) transport.write(encodeFrame({ type: 'ping', id: pings }));
    }, pingMs);
    this.closed = this.#run().finally(() => {
      clearInterval(pinging);
      this.#end();
    });
  }

  /** All that was written before goes out first; then the client is asked to go, and cut if it does not. */
  close(): void {
    if (this.#transport.destroyed) return;
    this.#transport.write(encodeFrame({ type: 'go-away', lastStreamId: this.#lastStreamId, status: 0 }));
    this.#transport.end();
    const cut = setTimeout(() => this.#transport.destroy(), closeWithinMs);
    this.#transport.once('close', () => clearTimeout(cut));
  }
  destroy(): void {
    this.#transport.destroy();
  }

  /** Used by streams: the callback is called once the bytes are on their way, or cannot be. */
  send(bytes: readonly Buffer[], done: (error?: Error | null) => void) {
    if (this.#transport.destroyed || this.#transport.writableEnded) return done(new Error('the connection has ended'));
    this.#transport.cork();
    for (const piece of bytes.slice(0, -1)) this.#transport.write(piece);
    this.#transport.write(bytes.at(-1) ?? Buffer.alloc(0), done);
    this.#transport.uncork();
  }
  forget(stream: SpdyStream, isBroken: boolean): void {
    if (this.#streams.get(stream.id) !== stream) return;
    this.#streams.delete(stream.id);
    if (isBroken) this.#reset(stream.id, status.cancel);
  }

  /** One piece at a time: the next one is taken when all streams have taken what was in the last. */
  #run(): Promise<void> {
    const transport = this.#transport;
    return new Promise((resolve) => {
      transport.on('data', (chunk: Buffer) => {
        transport.pause();
        this.#takeAll(chunk).then(
          () => transport.resume(),
          // A client that does not speak SPDY: nothing more can be said to it.
          () => transport.destroy(),
        );
      });
      transport.once('end', resolve).once('close', resolve);
      if (transport.destroyed) resolve();
    });
  }
  async #takeAll(chunk: Buffer): Promise<void> {
    for (const frame of this.#reader.push(chunk)) await this.#take(frame);
  }

  #end(): void {
    this.#transport.destroy();
    this.#headers[Symbol.dispose]();
    for (const stream of [...this.#streams.values()]) stream.destroy();
    this.#streams.clear();
  }

  async #take(frame: Frame): Promise<void> {
    switch (frame.type) {
      case 'syn-stream':
        return this.#open(frame);
      case 'data':
        return this.#streams.get(frame.streamId)?.receive(frame.bytes, frame.isLast);
      case 'rst-stream':
        this.#streams.get(frame.streamId)?.resetByPeer();
        return;
      case 'ping':
        // Even ids are ours coming back.
        if (frame.id % 2 === 1 && !this.#transport.writableEnded) this.#transport.write(encodeFrame(frame));
        return;
      case 'headers':
      case 'syn-reply':
        // Nobody needs them, but the compression goes on through them.
        await this.#headers.decode(frame.block);
        return;
      case 'go-away':
      case 'ignored':
        return;
    }
  }

  async #open({ streamId, block, isLast }: Extract<Frame, { readonly type: 'syn-stream' }>): Promise<void> {
    const headers = await this.#headers.decode(block);
    if (streamId <= this.#lastStreamId || streamId % 2 === 0) throw new SpdyProtocolError(`stream ${streamId} may not be opened`);
    this.#lastStreamId = streamId;
    if (this.#streams.size >= maxStreams) return this.#reset(streamId, status.refused);
    const stream = new SpdyStream(this, streamId, headers);
    this.#streams.set(streamId, stream);
    if (!this.#options.onStream(stream)) {
      this.#streams.delete(streamId);
      stream.destroy();
      return this.#reset(streamId, status.refused);
    }
    const reply = encodeHeaderBlock(new Map(), !this.#hasSentBlock);
    this.#hasSentBlock = true;
    this.#transport.write(encodeFrame({ type: 'syn-reply', streamId, block: reply, isLast: false }));
    if (isLast) await stream.receive(Buffer.alloc(0), true);
  }

  #reset(streamId: number, reason: number): void {
    if (!this.#transport.destroyed) this.#transport.write(encodeFrame({ type: 'rst-stream', streamId, status: reason }));
  }
}

/** Either side may end its half and go on reading. Destroying it before both halves have ended resets it. */
export class SpdyStream extends Duplex {
  readonly id: number;
  readonly headers: Headers;
  readonly #connection: SpdyConnection;
  #wanted: (() => void) | undefined;
  #isReset = false;
  #hasAll = false;

  constructor(connection: SpdyConnection, id: number, headers: Headers) {
    super({ allowHalfOpen: true, emitClose: true });
    this.#connection = connection;
    this.id = id;
    this.headers = headers;
    // A stream that breaks is seen by whoever reads or writes it; where nobody does, nobody needs to know.
    this.on('error', () => {});
  }

  /** Resolves when more may come. What comes after the end or a reset is dropped. */
  async receive(bytes: Buffer, isLast: boolean): Promise<void> {
    if (this.destroyed || this.#hasAll) return;
    const goesOn = bytes.length === 0 || this.push(bytes);
    this.#hasAll = isLast;
    if (isLast) this.push(null);
    else if (!goesOn)
      await new Promise<void>((resolve) => {
        this.#wanted = resolve;
      });
  }

  /** The client wants no more of it: a normal end of a forwarded connection. */
  resetByPeer(): void {
    this.#isReset = true;
    this.destroy();
  }

  override _read(): void {
    this.#wanted?.();
    this.#wanted = undefined;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    const pieces: Buffer[] = [];
    for (let at = 0; at < chunk.length; at += maxDataBytes) {
      const bytes = chunk.subarray(at, at + maxDataBytes);
      pieces.push(dataHeader(this.id, bytes.length, false), bytes);
    }
    if (pieces.length === 0) done();
    else this.#connection.send(pieces, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#connection.send([dataHeader(this.id, 0, true)], done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this._read();
    const hasEnded = this.readableEnded && this.writableFinished;
    this.#connection.forget(this, !hasEnded && !this.#isReset);
    done(error);
  }
}
