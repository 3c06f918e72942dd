/** UTF-8, for a room that knows neither Node nor the browser. */
import { CelError } from '../values.ts';

export function encodeUtf8(text: string): Uint8Array {
  return Uint8Array.from([...text].flatMap((character) => bytesOf(character.codePointAt(0) ?? 0)));
}
function bytesOf(point: number): readonly number[] {
  if (point < 0x80) return [point];
  if (point < 0x800) return [0xc0 | (point >> 6), tail(point)];
  if (point < 0x10000) return [0xe0 | (point >> 12), tail(point >> 6), tail(point)];
  return [0xf0 | (point >> 18), tail(point >> 12), tail(point >> 6), tail(point)];
}
const tail = (bits: number): number => 0x80 | (bits & 0x3f);

/** Throws a CelError where the bytes are no text. */
export function decodeUtf8(bytes: Uint8Array): string {
  const escaped = Array.from(bytes, (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
  try {
    return decodeURIComponent(escaped);
  } catch {
    throw new CelError('invalid UTF-8 in bytes, cannot convert to string');
  }
}
