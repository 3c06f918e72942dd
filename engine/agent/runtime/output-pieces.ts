/**
 * What a container or a program in it writes, piece by piece as it comes, with the stream that each piece is of. Nothing is held back: a frame may be larger
 * than memory should be. https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerAttach
 */
export interface OutputPiece {
  readonly stream: 'stdout' | 'stderr';
  readonly bytes: Buffer;
}

const headerBytes = 8;
const stderrCode = 2;

/** With a terminal there are no frames, and all is output. */
export async function* outputPieces(source: AsyncIterable<unknown>, tty: boolean): AsyncGenerator<OutputPiece> {
  const reader = new PieceReader();
  for await (const chunk of source) {
    if (tty) yield { stream: 'stdout', bytes: chunk as Buffer };
    else yield* reader.push(chunk as Buffer);
  }
}

class PieceReader {
  #held: Buffer = Buffer.alloc(0);
  #stream: OutputPiece['stream'] = 'stdout';
  #left = 0;

  *push(chunk: Buffer): Generator<OutputPiece> {
    let rest = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    for (;;) {
      if (this.#left > 0) {
        if (rest.length === 0) break;
        const bytes = rest.subarray(0, this.#left);
        this.#left -= bytes.length;
        rest = rest.subarray(bytes.length);
        yield { stream: this.#stream, bytes };
      } else {
        if (rest.length < headerBytes) break;
        this.#stream = rest.readUInt8(0) === stderrCode ? 'stderr' : 'stdout';
        this.#left = rest.readUInt32BE(4);
        rest = rest.subarray(headerBytes);
      }
    }
    this.#held = rest;
  }
}
