/** IPv4 ranges: which overlap, and which this computer already routes somewhere. */
import { readFile } from 'node:fs/promises';
import { isIPv4 } from 'node:net';
import { networkInterfaces } from 'node:os';

export interface Range {
  /** As unsigned 32-bit numbers, both inclusive. */
  readonly first: number;
  readonly last: number;
}

/** `10.244.0.0/16`; undefined for anything that is not an IPv4 range (IPv6, say). */
export function parseRange(cidr: string): Range | undefined {
  const [address = '', bits = '32'] = cidr.split('/');
  const prefix = Number(bits);
  if (!isIPv4(address) || !Number.isInteger(prefix) || prefix < 0 || prefix > 32) return undefined;
  const size = 2 ** (32 - prefix);
  const first = Math.floor(addressNumber(address) / size) * size;
  return { first, last: first + size - 1 };
}

export function addressNumber(address: string): number {
  return address.split('.').reduce((number, part) => number * 256 + Number(part), 0);
}

export function overlap(a: Range, b: Range): boolean {
  return a.first <= b.last && b.first <= a.last;
}

/** The ranges this computer reaches by a route of its own; the default route is none. */
export async function routedRanges(): Promise<readonly Range[]> {
  const interfaces = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .flatMap(({ cidr }) => parseRange(cidr ?? '') ?? []);
  return [...interfaces, ...parseRoutes(await readRoutes())];
}

async function readRoutes(): Promise<string> {
  // Linux only; elsewhere the interfaces are what can be known without a command.
  return readFile('/proc/net/route', 'utf8').catch(() => '');
}

/** The kernel's table: destination and mask in columns 1 and 7, hexadecimal in the byte order of the machine (little endian). */
export function parseRoutes(table: string): readonly Range[] {
  return table
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const columns = line.trim().split(/\s+/);
      const [destination, mask] = [columns[1], columns[7]].map((hex) => Buffer.from(hex ?? '', 'hex'));
      if (destination?.length !== 4 || mask?.length !== 4) return [];
      const size = 2 ** 32 - mask.readUInt32LE();
      const first = destination.readUInt32LE();
      return size === 2 ** 32 ? [] : [{ first, last: first + size - 1 }];
    });
}
