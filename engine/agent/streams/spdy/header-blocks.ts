/**
 * Header blocks of SPDY/3: one zlib stream a direction and connection, begun with a dictionary that the specification gives, flushed after each block.
 * https://www.chromium.org/spdy/spdy-protocol/spdy-protocol-draft3-1/#TOC-2.6.10-Name-Value-Header-Block
 */
import { createInflate, type Inflate, constants as zlib } from 'node:zlib';
import { dictionary } from './dictionary.ts';
import { SpdyProtocolError } from './frames.ts';

export type Headers = ReadonlyMap<string, string>;

/** Expanded. kubectl's are some 100 bytes; a few kilobytes of zeros must not become gigabytes here. */
const maxBlockBytes = 64 * 1024;

/** Decodes the blocks of one direction, in the order in which they came; the next one only when the last is done. */
export class HeaderBlockDecoder implements Disposable {
  readonly #inflate: Inflate = createInflate({ dictionary, finishFlush: zlib.Z_SYNC_FLUSH, flush: zlib.Z_SYNC_FLUSH });
  #failed: Error | undefined;

  constructor() {
    this.#inflate.on('error', (error) => {
      this.#failed ??= error;
    });
  }

  /** Rejects with SpdyProtocolError. */
  async decode(block: Buffer): Promise<Headers> {
    return parseHeaders(await this.#expand(block));
  }

  #expand(block: Buffer): Promise<Buffer> {
    const pieces: Buffer[] = [];
    let size = 0;
    return new Promise((resolve, reject) => {
      const end = (error?: Error | null): void => {
        this.#inflate.off('data', take).off('error', end).off('close', end);
        if (this.#failed || error) reject(new SpdyProtocolError('a header block cannot be expanded', { cause: error ?? this.#failed }));
        else resolve(Buffer.concat(pieces));
      };
      const take = (piece: Buffer): void => {
        pieces.push(piece);
        size += piece.length;
        if (size <= maxBlockBytes) return;
        this.#failed = new Error('a header block is too long');
        this.#inflate.destroy(this.#failed);
      };
      if (this.#failed || this.#inflate.destroyed) return end(new Error('closed'));
      this.#inflate.on('data', take).once('error', end).once('close', end);
      this.#inflate.write(block, (error) => end(error));
    });
  }

  [Symbol.dispose](): void {
    this.#inflate.destroy();
  }
}

export function parseHeaders(bytes: Buffer): Headers {
  let at = 0;
  const word = (): number => {
    if (at + 4 > bytes.length) throw new SpdyProtocolError('a header block is cut off');
    at += 4;
    return bytes.readUInt32BE(at - 4);
  };
  const text = (): string => {
    const length = word();
    if (at + length > bytes.length) throw new SpdyProtocolError('a header block is cut off');
    at += length;
    return bytes.toString('latin1', at - length, at);
  };
  const headers = new Map<string, string>();
  for (let left = word(); left > 0; left--) headers.set(text().toLowerCase(), text());
  return headers;
}

function formatHeaders(headers: Headers): Buffer {
  const word = (value: number): Buffer => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return bytes;
  };
  const text = (value: string): readonly Buffer[] => [word(Buffer.byteLength(value, 'latin1')), Buffer.from(value, 'latin1')];
  return Buffer.concat([word(headers.size), ...[...headers].flatMap(([name, value]) => [...text(name), ...text(value)])]);
}

/** A zlib stream's first two bytes: deflate, 32 KiB window, no preset dictionary. */
const zlibHeader = Buffer.from([0x78, 0x01]);
const maxStoredBytes = 0xffff;
/** An empty stored block, as a flush writes it: Go's reader hands on what it has only when it sees one. */
const flush = Buffer.from([0, 0, 0, 0xff, 0xff]);

/**
 * Encodes the blocks of one direction without compressing them (deflate's stored blocks): what is sent are a few bytes, and no state is kept.
 * `isFirst`: the stream begins with this block.
 */
export function encodeHeaderBlock(headers: Headers, isFirst: boolean): Buffer {
  const bytes = formatHeaders(headers);
  if (bytes.length > maxStoredBytes) throw new SpdyProtocolError('a header block is too long');
  const stored = Buffer.alloc(5);
  stored.writeUInt16LE(bytes.length, 1);
  stored.writeUInt16LE(bytes.length ^ 0xffff, 3);
  return Buffer.concat([...(isFirst ? [zlibHeader] : []), stored, bytes, flush]);
}
