/**
 * Takes the framing off a container's output: without a terminal the engine sends frames of 8 header bytes (stream, length) and a payload.
 * https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerAttach
 */
import { Transform, type TransformCallback } from 'node:stream';

const headerBytes = 8;

export class Demultiplex extends Transform {
  #buffered: Buffer = Buffer.alloc(0);
  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    let rest = this.#buffered.length === 0 ? chunk : Buffer.concat([this.#buffered, chunk]);
    while (rest.length >= headerBytes) {
      const end = headerBytes + rest.readUInt32BE(4);
      if (rest.length < end) break;
      this.push(rest.subarray(headerBytes, end));
      rest = rest.subarray(end);
    }
    this.#buffered = rest;
    done();
  }
}
