/** Base64 without a platform's own: this room runs in the window and on nodes alike. */
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function utf8Bytes(text: string): number[] {
  return Array.from(text).flatMap((character) => {
    const code = character.codePointAt(0) ?? 0;
    const rest = (shift: number): number => 0x80 | ((code >> shift) & 0x3f);
    if (code < 0x80) return [code];
    if (code < 0x800) return [0xc0 | (code >> 6), rest(0)];
    // A lone surrogate is no character: it becomes the replacement character, as in every encoder.
    if (code >= 0xd800 && code < 0xe000) return [0xef, 0xbf, 0xbd];
    return code < 0x1_0000 ? [0xe0 | (code >> 12), rest(6), rest(0)] : [0xf0 | (code >> 18), rest(12), rest(6), rest(0)];
  });
}

/** The base64 of the UTF-8 bytes of `text`. */
export function base64Of(text: string): string {
  const bytes = utf8Bytes(text);
  let encoded = '';
  for (let index = 0; index < bytes.length; index += 3) {
    const [first = 0, second, third] = bytes.slice(index, index + 3);
    const digits = [
      first >> 2,
      ((first & 3) << 4) | ((second ?? 0) >> 4),
      second === undefined ? undefined : ((second & 15) << 2) | ((third ?? 0) >> 6),
      third === undefined ? undefined : third & 63,
    ];
    for (const digit of digits) encoded += digit === undefined ? '=' : alphabet[digit];
  }
  return encoded;
}

/** How many bytes a base64 text stands for. */
export function base64Length(text: string): number {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  return (text.length / 4) * 3 - padding;
}
