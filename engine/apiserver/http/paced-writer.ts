/**
 * Writes an answer at the pace of whoever reads it: what one client has buffered here is bounded, whatever is written, and a client that takes
 * nothing for long is dropped. Upstream: Go's server blocks in Write, and --request-timeout ends it.
 */
import type { ServerResponse } from 'node:http';
import type { Clock } from '../../api/clock.ts';

/** The most that is handed to a connection before it has taken what was there. */
export const pieceBytes = 32 * 1024;
/** A client that does not take a piece in this time is gone. */
export const stallMs = 30_000;

export class PacedWriter {
  readonly #response: ServerResponse;
  readonly #clock: Clock;

  constructor(response: ServerResponse, clock: Clock) {
    this.#response = response;
    this.#clock = clock;
  }

  /** False when the client is gone. Large buffers are written in pieces and not copied as a whole: many can be told the same one. */
  async write(bytes: Uint8Array): Promise<boolean> {
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      if (this.#response.destroyed) return false;
      const piece = bytes.subarray(at, at + pieceBytes);
      const isRoomy = this.#response.writableLength + piece.length < pieceBytes;
      if (isRoomy) this.#response.write(piece);
      else if (!(await this.#flushed(piece))) return false;
    }
    return !this.#response.destroyed;
  }

  async writeAll(parts: readonly Uint8Array[]): Promise<boolean> {
    for (const piece of joined(parts)) if (!(await this.write(piece))) return false;
    return !this.#response.destroyed;
  }

  /** The last of the answer. Small ones go out in one go with the head: one packet where they fit. */
  async end(bytes: Uint8Array): Promise<void> {
    const last = bytes.length - (bytes.length % pieceBytes || Math.min(bytes.length, pieceBytes));
    if (last > 0 && !(await this.write(bytes.subarray(0, last)))) return;
    this.#response.end(bytes.subarray(last));
  }

  #flushed(piece: Uint8Array): Promise<boolean> {
    const response = this.#response;
    return new Promise((resolve) => {
      const settle = (isThere: boolean): void => {
        cancel();
        response.off('close', close);
        resolve(isThere);
      };
      const close = (): void => settle(false);
      const cancel = this.#clock.timer(stallMs, () => response.destroy());
      response.on('close', close);
      response.write(piece, (error) => settle(!error));
    });
  }
}

/** Small ones together; large ones as they are, since others write them too. */
function joined(parts: readonly Uint8Array[]): readonly Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let small: Uint8Array[] = [];
  const flush = (): void => {
    if (small.length > 0) pieces.push(Buffer.concat(small));
    small = [];
  };
  for (const part of parts) {
    if (part.length < pieceBytes) {
      small.push(part);
      continue;
    }
    flush();
    pieces.push(part);
  }
  flush();
  return pieces;
}
