/**
 * SPDY/3.1 frames in and out, as kubectl's exec and port-forward use them: a pure codec over bytes. Header blocks stay compressed here. Data frames are handed
 * on in the pieces they arrive in, so that nothing is buffered for them. https://www.chromium.org/spdy/spdy-protocol/spdy-protocol-draft3-1/
 */
export type Frame =
  | { readonly type: 'syn-stream'; readonly streamId: number; readonly block: Buffer; readonly isLast: boolean }
  | { readonly type: 'syn-reply'; readonly streamId: number; readonly block: Buffer; readonly isLast: boolean }
  | { readonly type: 'rst-stream'; readonly streamId: number; readonly status: number }
  | { readonly type: 'ping'; readonly id: number }
  | { readonly type: 'go-away'; readonly lastStreamId: number; readonly status: number }
  | { readonly type: 'headers'; readonly streamId: number; readonly block: Buffer; readonly isLast: boolean }
  /** A piece of a data frame; `isLast` on the last piece of the last frame: the sender's half of the stream has ended. */
  | { readonly type: 'data'; readonly streamId: number; readonly bytes: Buffer; readonly isLast: boolean }
  /** SETTINGS, WINDOW_UPDATE and what else may come: nobody here heeds it. */
  | { readonly type: 'ignored'; readonly code: number };

/** The peer does not speak SPDY/3: the connection cannot go on. */
export class SpdyProtocolError extends Error {
  override readonly name = 'SpdyProtocolError';
}

const headerBytes = 8;
const version = 3;
const fin = 0x01;
/** Far more than a SYN_STREAM of kubectl's needs (some 100 bytes). */
const maxControlBytes = 32 * 1024;
/** Data leaves in frames of at most this many bytes, so that streams take turns. */
export const maxDataBytes = 32 * 1024;
const code = { synStream: 1, synReply: 2, rstStream: 3, settings: 4, ping: 6, goAway: 7, headers: 8, windowUpdate: 9 } as const;

/** Takes bytes as they come and gives the frames that are in them. Throws SpdyProtocolError; after that it must not be used again. */
export class FrameReader {
  #held: Buffer = Buffer.alloc(0);
  /** The data frame whose payload is arriving. */
  #data: { readonly streamId: number; readonly isLast: boolean; left: number } | undefined;

  push(chunk: Buffer): readonly Frame[] {
    const frames: Frame[] = [];
    let rest = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    for (;;) {
      const taken = this.#data ? this.#takeData(rest, frames) : this.#takeFrame(rest, frames);
      if (taken === 0) break;
      rest = rest.subarray(taken);
    }
    this.#held = rest;
    return frames;
  }

  /** Whether what came so far ends between two frames. */
  get isBetweenFrames(): boolean {
    return this.#held.length === 0 && this.#data === undefined;
  }

  /** How many bytes were read; 0 when more must come first. */
  #takeFrame(rest: Buffer, frames: Frame[]): number {
    if (rest.length < headerBytes) return 0;
    const first = rest.readUInt32BE(0);
    const flags = rest.readUInt8(4);
    const length = rest.readUIntBE(5, 3);
    if (first < 0x8000_0000) {
      if (length === 0) frames.push({ type: 'data', streamId: first, bytes: Buffer.alloc(0), isLast: (flags & fin) !== 0 });
      else this.#data = { streamId: first, isLast: (flags & fin) !== 0, left: length };
      return headerBytes;
    }
    if (((first >>> 16) & 0x7fff) !== version) throw new SpdyProtocolError(`version ${(first >>> 16) & 0x7fff} is not SPDY/3`);
    if (length > maxControlBytes) throw new SpdyProtocolError(`a control frame of ${length} bytes is too long`);
    if (rest.length < headerBytes + length) return 0;
    frames.push(control(first & 0xffff, flags, rest.subarray(headerBytes, headerBytes + length)));
    return headerBytes + length;
  }

  #takeData(rest: Buffer, frames: Frame[]): number {
    const data = this.#data;
    if (!data || rest.length === 0) return 0;
    const bytes = rest.subarray(0, data.left);
    data.left -= bytes.length;
    if (data.left === 0) this.#data = undefined;
    frames.push({ type: 'data', streamId: data.streamId, bytes, isLast: data.isLast && data.left === 0 });
    return bytes.length;
  }
}

function control(type: number, flags: number, payload: Buffer): Frame {
  const isLast = (flags & fin) !== 0;
  const need = (bytes: number): void => {
    if (payload.length < bytes) throw new SpdyProtocolError(`a control frame of type ${type} is too short`);
  };
  const word = (at: number): number => payload.readUInt32BE(at);
  const streamId = (): number => word(0) & 0x7fff_ffff;
  switch (type) {
    case code.synStream:
      need(10);
      return { type: 'syn-stream', streamId: streamId(), block: payload.subarray(10), isLast };
    case code.synReply:
      need(4);
      return { type: 'syn-reply', streamId: streamId(), block: payload.subarray(4), isLast };
    case code.headers:
      need(4);
      return { type: 'headers', streamId: streamId(), block: payload.subarray(4), isLast };
    case code.rstStream:
      need(8);
      return { type: 'rst-stream', streamId: streamId(), status: word(4) };
    case code.ping:
      need(4);
      return { type: 'ping', id: word(0) };
    case code.goAway:
      need(8);
      return { type: 'go-away', lastStreamId: streamId(), status: word(4) };
    default:
      return { type: 'ignored', code: type };
  }
}

/** The bytes of a frame. Data beyond `maxDataBytes` is the caller's to split. */
export function encodeFrame(frame: Exclude<Frame, { readonly type: 'ignored' }>): Buffer {
  switch (frame.type) {
    case 'data':
      return Buffer.concat([dataHeader(frame.streamId, frame.bytes.length, frame.isLast), frame.bytes]);
    case 'syn-stream':
      return encodeControl(code.synStream, frame.isLast, [words(frame.streamId, 0), Buffer.alloc(2), frame.block]);
    case 'syn-reply':
      return encodeControl(code.synReply, frame.isLast, [words(frame.streamId), frame.block]);
    case 'headers':
      return encodeControl(code.headers, frame.isLast, [words(frame.streamId), frame.block]);
    case 'rst-stream':
      return encodeControl(code.rstStream, false, [words(frame.streamId, frame.status)]);
    case 'ping':
      return encodeControl(code.ping, false, [words(frame.id)]);
    case 'go-away':
      return encodeControl(code.goAway, false, [words(frame.lastStreamId, frame.status)]);
  }
}

export function dataHeader(streamId: number, length: number, isLast: boolean): Buffer {
  const header = Buffer.alloc(headerBytes);
  header.writeUInt32BE(streamId, 0);
  header.writeUInt8(isLast ? fin : 0, 4);
  header.writeUIntBE(length, 5, 3);
  return header;
}

function encodeControl(type: number, isLast: boolean, parts: readonly Buffer[]): Buffer {
  const header = Buffer.alloc(headerBytes);
  header.writeUInt16BE(0x8000 | version, 0);
  header.writeUInt16BE(type, 2);
  header.writeUInt8(isLast ? fin : 0, 4);
  header.writeUIntBE(
    parts.reduce((sum, { length }) => sum + length, 0),
    5,
    3,
  );
  return Buffer.concat([header, ...parts]);
}

function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, 4 * index);
  return bytes;
}
