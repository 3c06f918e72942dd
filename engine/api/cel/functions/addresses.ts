/** IP addresses as bytes. */
import { isIPv4, isIPv6 } from '../../validation/addresses.ts';

export interface Address {
  /** Four or sixteen. */
  readonly bytes: readonly number[];
}
export interface Network {
  readonly address: Address;
  readonly bits: number;
}

export function parseAddress(text: string): Address | undefined {
  if (/^\d/.test(text) && !text.includes(':')) {
    const isPlain = text.split('.').every((part) => part === '0' || !part.startsWith('0'));
    return isPlain && isIPv4(text) ? { bytes: text.split('.').map(Number) } : undefined;
  }
  // An IPv4 address in IPv6's clothes is taken for neither.
  if (!isIPv6(text) || text.includes('.')) return undefined;
  const [head = '', tail] = text.split('::');
  const groups = (part: string): readonly number[] => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)));
  const [first, last] = [groups(head), groups(tail ?? '')];
  const all = [...first, ...Array.from({ length: 8 - first.length - last.length }, () => 0), ...last];
  return { bytes: all.flatMap((group) => [group >> 8, group & 0xff]) };
}
export function parseNetwork(text: string): Network | undefined {
  const [address, bits = '', ...rest] = text.split('/');
  const parsed = parseAddress(address ?? '');
  if (!parsed || rest.length > 0 || !/^(?:0|[1-9]\d{0,2})$/.test(bits) || Number(bits) > parsed.bytes.length * 8) return undefined;
  return { address: parsed, bits: Number(bits) };
}

export function inNetwork({ bytes }: Address, { address, bits }: Network): boolean {
  if (bytes.length !== address.bytes.length) return false;
  return bytes.every((byte, index) => {
    const left = Math.min(8, Math.max(0, bits - index * 8));
    const mask = (0xff << (8 - left)) & 0xff;
    return (byte & mask) === ((address.bytes[index] ?? 0) & mask);
  });
}

/** RFC 5952: lower case, the longest run of zeros shortened. */
export function canonical({ bytes }: Address): string {
  if (bytes.length === 4) return bytes.join('.');
  const groups = Array.from({ length: 8 }, (_, index) => ((bytes[index * 2] ?? 0) << 8) | (bytes[index * 2 + 1] ?? 0));
  let best = { at: -1, length: 1 };
  for (let at = 0; at < 8; at++) {
    let length = 0;
    while (at + length < 8 && groups[at + length] === 0) length++;
    if (length > best.length) best = { at, length };
  }
  const hex = groups.map((group) => group.toString(16));
  if (best.at < 0) return hex.join(':');
  return `${hex.slice(0, best.at).join(':')}::${hex.slice(best.at + best.length).join(':')}`;
}
