/** The zone's own facts, and small pure things about names and addresses. */
import type { SoaAnswer, StringAnswer } from 'dns-packet';

export interface Zone {
  /** `cluster.local` */
  readonly domain: string;
  readonly dnsIp: string;
  /** `10.96.0.0/16`, `10.244.0.0/16`: whose addresses have no names but ours. */
  readonly ranges: readonly string[];
  /** Names of the computer outside, with its address as seen from here. */
  readonly hosts: ReadonlyMap<string, string>;
}

/** Seconds; the default of CoreDNS' kubernetes plugin, for what is not there as well. */
export const ttl = 5;

/** Tells how long "there is no such thing" holds (RFC 2308). Numbers as CoreDNS has them. */
export function soa(domain: string): SoaAnswer {
  const data = {
    mname: `ns.dns.${domain}`,
    rname: `hostmaster.${domain}`,
    serial: 1,
    refresh: 7200,
    retry: 1800,
    expire: 86_400,
    minimum: ttl,
  };
  return { type: 'SOA', name: domain, ttl, data };
}

export function address(name: string, ip: string): StringAnswer {
  return { type: 'A', name, ttl, data: ip };
}

/** `10.1.2.3` of `3.2.1.10.in-addr.arpa`; undefined for anything else. */
export function addressOfReverse(name: string): string | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.in-addr\.arpa$/.exec(name);
  return match?.slice(1).reverse().join('.');
}

export function isWithin(ip: string, cidr: string): boolean {
  const [base = '', bits = '32'] = cidr.split('/');
  const size = 2 ** (32 - Number(bits));
  return Math.floor(toNumber(ip) / size) === Math.floor(toNumber(base) / size);
}
function toNumber(ip: string): number {
  return ip.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}
