/** SPDY frames: whatever goes in comes out, however it is cut; what is no SPDY ends the reading and nothing else. */
import { createDeflate, constants as zlib } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dictionary } from './dictionary.ts';
import { encodeFrame, type Frame, FrameReader, SpdyProtocolError } from './frames.ts';
import { encodeHeaderBlock, HeaderBlockDecoder } from './header-blocks.ts';

const streamId = fc.integer({ min: 1, max: 0x7fff_ffff });
const block = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));
const frames = fc.array(
  fc.oneof(
    fc.record({ type: fc.constant('syn-stream' as const), streamId, block, isLast: fc.boolean() }),
    fc.record({ type: fc.constant('syn-reply' as const), streamId, block, isLast: fc.boolean() }),
    fc.record({ type: fc.constant('rst-stream' as const), streamId, status: fc.nat() }),
    fc.record({ type: fc.constant('ping' as const), id: fc.nat() }),
    fc.record({ type: fc.constant('go-away' as const), lastStreamId: streamId, status: fc.nat() }),
    fc.record({ type: fc.constant('data' as const), streamId, bytes: block, isLast: fc.boolean() }),
  ),
);

/** Pieces of one data frame put together again. */
function whole(read: readonly Frame[]): readonly object[] {
  const bytes = new Map<number, string>();
  return read.map((frame, index) => {
    if (frame.type !== 'data') return frame;
    bytes.set(index, frame.bytes.toString('hex'));
    return { ...frame, bytes: bytes.get(index) };
  });
}

describe('frames', () => {
  test('come out as they went in', () => {
    fc.assert(
      fc.property(frames, (given) => {
        const read = new FrameReader().push(Buffer.concat(given.map(encodeFrame)));
        expect(whole(read)).toEqual(whole(given));
      }),
    );
  });

  test('may be cut anywhere', () => {
    fc.assert(
      fc.property(frames, fc.integer({ min: 1, max: 17 }), (given, size) => {
        const reader = new FrameReader();
        const bytes = Buffer.concat(given.map(encodeFrame));
        const read: Frame[] = [];
        for (let at = 0; at < bytes.length; at += size) read.push(...reader.push(bytes.subarray(at, at + size)));
        const controls = (all: readonly Frame[]) => all.filter(({ type }) => type !== 'data');
        const payload = (all: readonly Frame[]) => Buffer.concat(all.flatMap((frame) => (frame.type === 'data' ? [frame.bytes] : [])));
        expect(controls(read)).toEqual(controls(given));
        expect(payload(read)).toEqual(payload(given));
        expect(reader.isBetweenFrames).toBe(true);
      }),
    );
  });

  test('that are none are refused, and nothing is kept for them', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        try {
          new FrameReader().push(Buffer.from(bytes));
        } catch (error) {
          expect(error).toBeInstanceOf(SpdyProtocolError);
        }
      }),
    );
    expect(() => new FrameReader().push(Buffer.from('8003000100ffffff', 'hex'))).toThrow(SpdyProtocolError);
  });
});

describe('header blocks', () => {
  test("of kubectl's are read, one behind the other", async () => {
    using decoder = new HeaderBlockDecoder();
    const first = Buffer.from('78f9e3c6a7c26260606004a7b392a2d4c45c6851c29a0a0a6800000000ffff', 'hex');
    expect(await decoder.decode(first)).toEqual(new Map([['streamtype', 'error']]));
    expect(await decoder.decode(Buffer.from('c22ac5565c92925f5a02000000ffff', 'hex'))).toEqual(new Map([['streamtype', 'stdout']]));
  });

  test('of ours are read, one behind the other, and each ends with the flush that Go waits for', async () => {
    using decoder = new HeaderBlockDecoder();
    const headers = new Map([['port', '80']]);
    for (const isFirst of [true, false, false]) {
      const encoded = encodeHeaderBlock(headers, isFirst);
      expect(encoded.subarray(-5).toString('hex')).toBe('000000ffff');
      expect(await decoder.decode(encoded)).toEqual(headers);
    }
  });

  test('that would grow without bound, or are damaged, are refused', async () => {
    const deflate = createDeflate({ dictionary, flush: zlib.Z_SYNC_FLUSH });
    const bomb = await new Promise<Buffer>((resolve) => {
      const pieces: Buffer[] = [];
      deflate.on('data', (piece: Buffer) => pieces.push(piece));
      deflate.write(Buffer.alloc(16 * 1024 * 1024), () => resolve(Buffer.concat(pieces)));
    });
    deflate.destroy();
    for (const bytes of [bomb, Buffer.from('nonsense')]) {
      using decoder = new HeaderBlockDecoder();
      await expect(decoder.decode(bytes)).rejects.toBeInstanceOf(SpdyProtocolError);
      await expect(decoder.decode(bytes)).rejects.toBeInstanceOf(SpdyProtocolError);
    }
  });
});
