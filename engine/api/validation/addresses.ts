/** IP addresses and CIDRs. Upstream: k8s.io/apimachinery/pkg/util/validation/ip.go, ValidateNonSpecialIP in pkg/apis/core/validation. */
import { invalidValue, type Path } from '../field-error.ts';
import { type Errors, none } from './fields.ts';

const octet = /^[0-9]{1,3}$/;

/** The four numbers of an IPv4 address, leading zeros allowed; undefined when it is none. */
function ipv4Numbers(text: string): readonly number[] | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => octet.test(part) && Number(part) <= 255)) return undefined;
  return parts.map(Number);
}

/** The eight groups of an IPv6 address; undefined when it is none. */
function ipv6Groups(text: string): readonly number[] | undefined {
  const halves = text.split('::');
  if (halves.length > 2 || text.includes('%')) return undefined;
  const groups = halves.map((half) => (half === '' ? [] : half.split(':').map(groupNumbers)));
  if (groups.some((half) => half.some((numbers) => numbers === undefined))) return undefined;
  const [head = [], tail = []] = groups.map((half) => half.flatMap((numbers) => numbers ?? []));
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  return [...head, ...Array.from({ length: missing }, () => 0), ...tail];
}
/** `ffff` is one group, `1.2.3.4` two. */
function groupNumbers(text: string): readonly number[] | undefined {
  if (/^[0-9a-fA-F]{1,4}$/.test(text)) return [Number.parseInt(text, 16)];
  const v4 = ipv4Numbers(text);
  if (!v4) return undefined;
  const [a = 0, b = 0, c = 0, d = 0] = v4;
  return [a * 256 + b, c * 256 + d];
}

export function isIPv4(text: string): boolean {
  return ipv4Numbers(text) !== undefined;
}
export function isIPv6(text: string): boolean {
  return text.includes(':') && ipv6Groups(text) !== undefined;
}

export function validIP(path: Path, text: string): Errors {
  if (isIPv4(text) || isIPv6(text)) return none;
  return [invalidValue(path, text, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)')];
}

export function validCidr(path: Path, text: string): Errors {
  const [address = '', bits, ...rest] = text.split('/');
  const width = isIPv4(address) ? 32 : isIPv6(address) ? 128 : -1;
  const isNumber = bits !== undefined && /^[0-9]{1,3}$/.test(bits) && rest.length === 0;
  if (isNumber && Number(bits) <= width) return none;
  return [invalidValue(path, text, 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)')];
}

/** Whether a range lies in another and is smaller; both valid, of either family. */
export function isStrictSubset(part: string, whole: string): boolean {
  const [inner, outer] = [prefixOf(part), prefixOf(whole)];
  return inner.width === outer.width && inner.bits.length > outer.bits.length && inner.bits.startsWith(outer.bits);
}
/** The leading bits that all addresses of the range share, as a text of 0 and 1. */
function prefixOf(cidr: string): { readonly width: number; readonly bits: string } {
  const [address = '', length] = cidr.split('/');
  const v4 = ipv4Numbers(address);
  const [numbers, size] = v4 ? [v4, 8] : [ipv6Groups(address) ?? [], 16];
  const bits = numbers.map((number) => number.toString(2).padStart(size, '0')).join('');
  return { width: bits.length, bits: bits.slice(0, Number(length)) };
}

interface SpecialRange {
  readonly problem: (text: string) => string;
  readonly has4: (numbers: readonly number[]) => boolean;
  readonly has6: (groups: readonly number[]) => boolean;
}
const special: readonly SpecialRange[] = [
  {
    problem: (text) => `may not be unspecified (${text})`,
    has4: (numbers) => numbers.every((one) => one === 0),
    has6: (groups) => groups.every((one) => one === 0),
  },
  {
    problem: () => 'may not be in the loopback range (127.0.0.0/8, ::1/128)',
    has4: ([first]) => first === 127,
    has6: (groups) => groups.slice(0, 7).every((one) => one === 0) && groups[7] === 1,
  },
  {
    problem: () => 'may not be in the link-local range (169.254.0.0/16, fe80::/10)',
    has4: ([first, second]) => first === 169 && second === 254,
    has6: ([first = 0]) => (first & 0xffc0) === 0xfe80,
  },
  {
    problem: () => 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)',
    has4: ([first, second, third]) => first === 224 && second === 0 && third === 0,
    has6: ([first = 0]) => (first & 0xff0f) === 0xff02,
  },
];

/** Addresses that make no sense as somebody else's: unspecified, loopback, link-local. */
export function nonSpecialIP(path: Path, text: string): Errors {
  const v4 = ipv4Numbers(text);
  const v6 = v4 ? undefined : ipv6Groups(text);
  if (!v4 && !v6) return [invalidValue(path, text, 'must be a valid IP address')];
  const found = special.filter(({ has4, has6 }) => (v4 ? has4(v4) : has6(v6 ?? [])));
  return found.map(({ problem }) => invalidValue(path, text, problem(text)));
}
