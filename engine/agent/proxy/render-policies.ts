/**
 * NetworkPolicies as nftables: after the destination of a Service is known and before a source is changed, so that pods are seen as themselves. What goes out is
 * judged on the sender's node, what comes in on the receiver's.
 */
import { isIPv4 } from 'node:net';
import type { PodPort } from '../../api/network-rules.ts';
import type { IPBlock } from '../../api/types.gen.ts';
import { chain, map, set } from './nft-text.ts';
import type { AllowedTraffic, NumberedPorts, PodPolicy } from './pod-policies.ts';

export interface Policies {
  readonly peers: readonly (readonly string[])[];
  readonly pods: readonly PodPolicy[];
}
type Side = 'saddr' | 'daddr';

/** No blocks where no pod is isolated. */
export function policyBlocks(nodeIp: string, { peers, pods }: Policies): readonly string[] {
  if (pods.length === 0) return [];
  const used = new Set(pods.flatMap(({ ingress = [], egress = [] }) => [...ingress, ...egress].map(({ ends }) => ends?.peers ?? -1)));
  const elements = (direction: 'ingress' | 'egress'): readonly string[] =>
    pods.filter((pod) => pod[direction]).map(({ ip }) => `${ip} : jump ${direction}/${ip}`);
  return [
    ...peers.flatMap((addresses, place) => (used.has(place) ? [set(peersName(place), 'ipv4_addr', addresses.filter(isIPv4Address))] : [])),
    ...pods.flatMap(podChains),
    map('ingress-policies', 'ipv4_addr', elements('ingress')),
    map('egress-policies', 'ipv4_addr', elements('egress')),
    chain('policies', [
      'type filter hook forward priority filter + 10; policy accept;',
      'ct state established,related accept',
      // A pod always reaches itself.
      'ip saddr . ip daddr @itself accept',
      'ip saddr vmap @egress-policies',
      'ip daddr vmap @ingress-policies',
    ]),
    // What the node itself sends to its pods is let through (probes of the kubelet); but who asks for a port of the node comes from outside.
    chain('own-policies', [
      'type filter hook output priority filter + 10; policy accept;',
      `ct state new ct status dnat ct original ip daddr ${nodeIp} ip daddr vmap @ingress-policies`,
    ]),
  ];
}

const isIPv4Address = (text: string): boolean => isIPv4(text);
const peersName = (place: number): string => `peers-${place}`;

function podChains({ ip, ingress, egress }: PodPolicy): readonly string[] {
  const chainOf = (name: string, allowed: readonly AllowedTraffic[], side: Side): string =>
    chain(name, [...new Set(allowed.flatMap((traffic) => returns(traffic, side))), 'drop']);
  return [...(ingress ? [chainOf(`ingress/${ip}`, ingress, 'saddr')] : []), ...(egress ? [chainOf(`egress/${ip}`, egress, 'daddr')] : [])];
}

function returns({ ends, ports, targets }: AllowedTraffic, side: Side): readonly string[] {
  const from = ends ? [`ip ${side} @${peersName(ends.peers)} `, ...ends.blocks.flatMap((block) => blockMatch(block, side))] : [''];
  const to = ports ? portMatches(ports) : [''];
  const byName = targets.length === 0 ? [] : [`ip daddr . meta l4proto . th dport { ${targets.map(targetKey).join(', ')} } return`];
  return [...from.flatMap((end) => to.map((port) => `${end}${port}return`)), ...byName];
}

/** Nodes and pods have IPv4 addresses only: other blocks match nobody. */
function blockMatch({ cidr, except = [] }: IPBlock, side: Side): readonly string[] {
  const range = network(cidr);
  if (range === undefined) return [];
  const excluded = except.flatMap((part) => network(part) ?? []);
  return [`ip ${side} ${range} ${excluded.map((part) => `ip ${side} != ${part} `).join('')}`];
}

/** Without the bits of a host, which nft would compare: `10.1.2.3/8` is `10.0.0.0/8`. */
function network(cidr: string): string | undefined {
  const [address = '', bits = ''] = cidr.split('/');
  if (!isIPv4(address)) return undefined;
  const number = address.split('.').reduce((value, octet) => value * 256 + Number(octet), 0);
  const size = 2 ** (32 - Number(bits));
  const first = number - (number % size);
  return `${[24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256).join('.')}/${bits}`;
}

function portMatches(ports: readonly NumberedPorts[]): readonly string[] {
  const protocols = [...new Set(ports.map(({ protocol }) => protocol))];
  return protocols.map((protocol) => {
    const of = ports.filter((one) => one.protocol === protocol);
    const name = protocol.toLowerCase();
    if (of.some(({ range }) => range === undefined)) return `meta l4proto ${name} `;
    const ranges = merged(of.flatMap(({ range }) => (range ? [range] : [])));
    return `meta l4proto ${name} th dport { ${ranges.map(([first, last]) => (first === last ? first : `${first}-${last}`)).join(', ')} } `;
  });
}

/** nft refuses ranges that overlap. */
function merged(ranges: readonly (readonly [number, number])[]): readonly (readonly [number, number])[] {
  const result: [number, number][] = [];
  for (const [first, last] of ranges.toSorted(([a], [b]) => a - b)) {
    const before = result.at(-1);
    if (before && first <= before[1] + 1) before[1] = Math.max(before[1], last);
    else result.push([first, last]);
  }
  return result;
}

function targetKey({ ip, protocol, port }: PodPort): string {
  return `${ip} . ${protocol.toLowerCase()} . ${port}`;
}
