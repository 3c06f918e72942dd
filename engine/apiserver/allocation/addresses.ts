/** IPv4 addresses as numbers, and the range of a CIDR. */
import { isIPv4 } from 'node:net';

export interface AddressRange {
  readonly cidr: string;
  /** The network's own address. */
  readonly base: number;
  readonly size: number;
}

export function parseRange(cidr: string): AddressRange {
  const [address = '', bits = ''] = cidr.split('/');
  const size = 2 ** (32 - Number(bits));
  const number = parseAddress(address);
  if (number === undefined || !Number.isInteger(size) || size < 1 || size > 2 ** 32) throw new Error(`${cidr} is not an IPv4 CIDR`);
  return { cidr, base: number - (number % size), size };
}

export function parseAddress(text: string): number | undefined {
  if (!isIPv4(text)) return undefined;
  return text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

export function formatAddress(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}

/** The `index`th address of the range: 10.96.0.1 is the first of 10.96.0.0/16. */
export function addressAt({ base }: AddressRange, index: number): string {
  return formatAddress(base + index);
}
