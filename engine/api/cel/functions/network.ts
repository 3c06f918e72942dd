/** URLs, IP addresses, CIDRs and named formats. Upstream: apiserver's cel/library/{urls,ip,cidr,format}.go. */

import { hasFormat, knownFormat } from '../../custom/formats.ts';
import { labelValueProblems } from '../../label-syntax.ts';
import { dns1035LabelProblems, dns1123LabelProblems, dns1123SubdomainProblems, qualifiedNameProblems } from '../../validation/names.ts';
import { t } from '../types.ts';
import { CelError, CelMap, listOf, Opaque, Optional } from '../values.ts';
import { type Address, canonical, inNetwork, type Network, parseAddress, parseNetwork } from './addresses.ts';
import { type FunctionTable, global, member } from './overload.ts';

interface Url {
  readonly scheme: string;
  readonly host: string;
  readonly path: string;
  readonly query: string;
}
const urlText = /^(?:([a-zA-Z][a-zA-Z0-9+.-]*):)?(?:\/\/(?:[^/?#@]*@)?([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#.*)?$/;
function parseUrl(text: string): Url | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what Go refuses.
  if (/[\x00-\x20\x7f]/.test(text) || /%(?![0-9a-fA-F]{2})/.test(text)) return undefined;
  const match = urlText.exec(text);
  if (!match || !(match[1] || text.startsWith('/'))) return undefined;
  const [, scheme = '', host = '', path = '', query = ''] = match;
  return { scheme: scheme.toLowerCase(), host, path, query };
}
const urlIn = ({ content }: Opaque): Url => content as Url;
function hostname({ host }: Url): string {
  return /^\[([^\]]*)\]/.exec(host)?.[1] ?? host.replace(/:\d*$/, '');
}
function queryOf({ query }: Url): CelMap {
  const pairs = query.split('&').flatMap((pair): [string, string][] => {
    const [name = '', ...rest] = pair.split('=');
    return pair === '' ? [] : [[decoded(name), decoded(rest.join('='))]];
  });
  const byName = new Map<string, string[]>();
  for (const [name, value] of pairs) byName.set(name, [...(byName.get(name) ?? []), value]);
  return new CelMap([...byName].map(([name, values]) => [name, listOf(values)]));
}
function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

type One = readonly [Opaque];
const addressIn = ({ content }: Opaque): Address => content as Address;
const networkIn = ({ content }: Opaque): Network => content as Network;
function toIp(text: string): Opaque {
  const address = parseAddress(text);
  if (!address) throw new CelError(`IP Address ${JSON.stringify(text)} parse error during conversion from string`);
  return new Opaque('net.IP', canonical(address), address);
}
function toCidr(text: string): Opaque {
  const network = parseNetwork(text);
  if (!network) throw new CelError('network address parse error during conversion from string');
  return new Opaque('net.CIDR', `${canonical(network.address)}/${network.bits}`, network);
}
const ipTest = (test: (address: Address) => boolean) => [member([t.ip], t.bool, ([a]: One) => test(addressIn(a)))];
const startsWith = (address: Address, network: string): boolean => {
  const parsed = parseNetwork(network);
  return parsed !== undefined && inNetwork(address, parsed);
};
const isV4 = ({ bytes }: Address): boolean => bytes.length === 4;

const prefixed = (problemsOf: (name: string) => readonly string[]) => (text: string) =>
  problemsOf(text.length > 1 && text.endsWith('-') ? `${text.slice(0, -2)}a` : text);
const named: Readonly<Record<string, (text: string) => readonly string[]>> = {
  dns1123Label: dns1123LabelProblems,
  dns1123Subdomain: dns1123SubdomainProblems,
  dns1035Label: dns1035LabelProblems,
  qualifiedName: qualifiedNameProblems,
  dns1123LabelPrefix: prefixed(dns1123LabelProblems),
  dns1123SubdomainPrefix: prefixed(dns1123SubdomainProblems),
  dns1035LabelPrefix: prefixed(dns1035LabelProblems),
  labelValue: labelValueProblems,
  uri: (text) => (parseUrl(text) ? [] : [`parse ${JSON.stringify(text)}: invalid URI for request`]),
  uuid: (text) => (hasFormat(text, 'uuid') ? [] : ['does not match the UUID format']),
  byte: (text) => (hasFormat(text, 'byte') ? [] : ['invalid base64']),
  date: (text) => (hasFormat(text, 'date') ? [] : ['invalid date']),
  datetime: (text) => (hasFormat(text, 'date-time') ? [] : ['invalid datetime']),
};
const toFormat = (name: string): Opaque => new Opaque('format', name, name);

export const networkFunctions: FunctionTable = {
  url: [
    global(
      [t.string],
      t.url,
      ([text]) => {
        const url = parseUrl(text);
        if (!url)
          throw new CelError(`URL parse error during conversion from string: parse ${JSON.stringify(text)}: invalid URI for request`);
        return new Opaque('net.URL', text, url);
      },
      'text',
    ),
  ],
  isURL: [global([t.string], t.bool, ([text]) => parseUrl(text) !== undefined, 'text')],
  getScheme: [member([t.url], t.string, ([a]: One) => urlIn(a).scheme)],
  getHost: [member([t.url], t.string, ([a]: One) => urlIn(a).host)],
  getHostname: [member([t.url], t.string, ([a]: One) => hostname(urlIn(a)))],
  getPort: [member([t.url], t.string, ([a]: One) => /:(\d*)$/.exec(urlIn(a).host)?.[1] ?? '')],
  getEscapedPath: [member([t.url], t.string, ([a]: One) => urlIn(a).path)],
  getQuery: [member([t.url], t.map(t.string, t.list(t.string)), ([a]: One) => queryOf(urlIn(a)))],
  ip: [
    global([t.string], t.ip, ([text]) => toIp(text), 'text'),
    member([t.cidr], t.ip, ([a]: One) => toIp(canonical(networkIn(a).address))),
  ],
  isIP: [global([t.string], t.bool, ([text]) => parseAddress(text) !== undefined, 'text')],
  'ip.isCanonical': [global([t.string], t.bool, ([text]) => toIp(text).text === text, 'text')],
  family: [member([t.ip], t.int, ([a]: One) => (isV4(addressIn(a)) ? 4n : 6n))],
  isUnspecified: ipTest(({ bytes }) => bytes.every((byte) => byte === 0)),
  isLoopback: ipTest((address) => startsWith(address, '127.0.0.0/8') || startsWith(address, '::1/128')),
  isLinkLocalMulticast: ipTest((address) => startsWith(address, '224.0.0.0/24') || startsWith(address, 'ff02::/16')),
  isLinkLocalUnicast: ipTest((address) => startsWith(address, '169.254.0.0/16') || startsWith(address, 'fe80::/10')),
  isGlobalUnicast: ipTest(
    (address) =>
      ![
        '127.0.0.0/8',
        '::1/128',
        '224.0.0.0/4',
        'ff00::/8',
        '169.254.0.0/16',
        'fe80::/10',
        '0.0.0.0/32',
        '::/128',
        '255.255.255.255/32',
      ].some((network) => startsWith(address, network)),
  ),
  cidr: [global([t.string], t.cidr, ([text]) => toCidr(text), 'text')],
  isCIDR: [global([t.string], t.bool, ([text]) => parseNetwork(text) !== undefined, 'text')],
  containsIP: [
    member([t.cidr, t.ip], t.bool, ([a, b]: readonly [Opaque, Opaque]) => inNetwork(addressIn(b), networkIn(a))),
    member([t.cidr, t.string], t.bool, ([a, b]: readonly [Opaque, string]) => inNetwork(addressIn(toIp(b)), networkIn(a))),
  ],
  containsCIDR: [
    member([t.cidr, t.cidr], t.bool, ([a, b]: readonly [Opaque, Opaque]) => holds(networkIn(a), networkIn(b))),
    member([t.cidr, t.string], t.bool, ([a, b]: readonly [Opaque, string]) => holds(networkIn(a), networkIn(toCidr(b)))),
  ],
  masked: [
    member([t.cidr], t.cidr, ([a]: One) => {
      const { address, bits } = networkIn(a);
      const bytes = address.bytes.map((byte, index) => byte & (0xff << Math.max(0, 8 - Math.max(0, bits - index * 8))) & 0xff);
      return toCidr(`${canonical({ bytes })}/${bits}`);
    }),
  ],
  prefixLength: [member([t.cidr], t.int, ([a]: One) => BigInt(networkIn(a).bits))],
  ...Object.fromEntries(Object.keys(named).map((name) => [`format.${name}`, [global([], t.format, () => toFormat(name))]])),
  'format.named': [
    global([t.string], t.optional(t.format), ([name]) => (Object.hasOwn(named, name) ? new Optional(toFormat(name)) : new Optional())),
  ],
  validate: [
    member(
      [t.format, t.string],
      t.optional(t.list(t.string)),
      ([format, text]: readonly [Opaque, string]) => {
        const problems = named[format.text]?.(text) ?? (knownFormat('string', format.text) ? [] : []);
        return problems.length === 0 ? new Optional() : new Optional(listOf(problems));
      },
      'text',
    ),
  ],
};

function holds(outer: Network, inner: Network): boolean {
  return inner.bits >= outer.bits && inNetwork(inner.address, outer);
}
