/**
 * Writes an answer at the pace of whoever reads it: what one client has buffered here is bounded, whatever is written, and a client that takes
 * nothing for long is dropped. Upstream: Go's server blocks in Write, and --request-timeout ends it.
 */
import type { ServerResponse } from 'node:http';
import type { Clock } from '../../api/clock.ts';

/** The most that is handed to a connection before it has taken what was there. */
export const pieceBytes = 64 * 1024;
/** A client that does not take a piece in this time is gone. */
export const stallMs = 30_000;

export class PacedWriter {
  readonly #response: ServerResponse;
  readonly #clock: Clock;

  constructor(response: ServerResponse, clock: Clock) {
    this.#response = response;
    this.#clock = clock;
  }

  /** False when the client is gone. Large pieces are shared by all who write them, and not copied as a whole. */
  async write(bytes: Uint8Array): Promise<boolean> {
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      if (this.#response.destroyed) return false;
      if (!this.#response.write(bytes.subarray(at, at + pieceBytes)) && !(await this.#drained())) return false;
    }
    return !this.#response.destroyed;
  }

  /** The last of the answer. Small ones go out in one go with the head: one packet where they fit. */
  async end(bytes: Uint8Array): Promise<void> {
    const last = bytes.length - (bytes.length % pieceBytes || Math.min(bytes.length, pieceBytes));
    if (last > 0 && !(await this.write(bytes.subarray(0, last)))) return;
    this.#response.end(bytes.subarray(last));
  }

  #drained(): Promise<boolean> {
    const response = this.#response;
    if (response.destroyed) return Promise.resolve(false);
    if (!response.writableNeedDrain) return Promise.resolve(true);
    return new Promise((resolve) => {
      const settle = (isThere: boolean): void => {
        cancel();
        response.off('drain', drain);
        response.off('close', close);
        resolve(isThere);
      };
      const drain = (): void => settle(true);
      const close = (): void => settle(false);
      const cancel = this.#clock.timer(stallMs, () => response.destroy());
      response.on('drain', drain);
      response.on('close', close);
    });
  }
}
