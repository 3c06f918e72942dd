/**
 * What the cluster says about a name: pure. The Kubernetes DNS specification (https://github.com/kubernetes/dns/blob/master/docs/specification.md),
 * and where that is silent CoreDNS' kubernetes plugin as kubeadm sets it up (`pods insecure`).
 */
import { isIPv4 } from 'node:net';
import type { Answer } from 'dns-packet';
import type { Service } from '../../api/types.gen.ts';
import type { ClusterNames } from './cluster-names.ts';
import { type EndpointName, endpointsOf, hostOf, isReady } from './endpoints.ts';
import { srvRecords } from './srv.ts';
import { address, addressOfReverse, isWithin, soa, ttl, type Zone } from './zone.ts';

export interface DnsQuestion {
  /** As it was asked, without the last dot; answers repeat it so. */
  readonly name: string;
  readonly type: string;
}
export type Resolution =
  /** No answers: the name exists, but has nothing of this type. */
  | { readonly kind: 'found'; readonly answers: readonly Answer[]; readonly additionals?: readonly Answer[] }
  | { readonly kind: 'no-such-name' }
  /** The answers go on with what is known of `target`. */
  | { readonly kind: 'alias'; readonly answers: readonly Answer[]; readonly target: string }
  /** Not ours to know. */
  | { readonly kind: 'elsewhere' };

const noSuchName: Resolution = { kind: 'no-such-name' };
const protocols = ['_tcp', '_udp', '_sctp'];
const nothing: Resolution = { kind: 'found', answers: [] };
const found = (answers: readonly Answer[], additionals: readonly Answer[] = []): Resolution => ({ kind: 'found', answers, additionals });

export function resolve(question: DnsQuestion, zone: Zone, names: ClusterNames): Resolution {
  const name = question.name.toLowerCase();
  const host = zone.hosts.get(name);
  if (host !== undefined) return question.type === 'A' ? found([address(question.name, host)]) : nothing;
  const ip = addressOfReverse(name);
  if (ip !== undefined) return resolveAddress(ip, question, zone, names);
  if (name !== zone.domain && !name.endsWith(`.${zone.domain}`)) return { kind: 'elsewhere' };
  const labels = name.slice(0, -zone.domain.length).split('.').filter(Boolean);
  return resolveInZone(labels, question, zone, names);
}

function resolveInZone(labels: readonly string[], question: DnsQuestion, zone: Zone, names: ClusterNames): Resolution {
  const [namespace, ...rest] = labels.slice(0, -1).reverse();
  const branch = labels.at(-1);
  if (branch !== 'svc' && branch !== 'pod') return resolveApex(labels.join('.'), question, zone);
  if (namespace === undefined) return nothing;
  if (!names.hasNamespace(namespace)) return noSuchName;
  const [name, ...inner] = rest;
  if (name === undefined) return nothing;
  if (branch === 'pod') return inner.length === 0 ? resolvePod(name, question, zone) : noSuchName;
  const service = names.service(namespace, name);
  if (!service) return noSuchName;
  return resolveService(service, inner, { question, zone, names });
}

/** What is no Service and no pod: the zone itself. */
function resolveApex(name: string, question: DnsQuestion, { domain, dnsIp }: Zone): Resolution {
  if (name === '') {
    if (question.type === 'SOA') return found([soa(domain)]);
    if (question.type === 'NS') return found([{ type: 'NS', name: question.name, ttl, data: `ns.dns.${domain}` }]);
    return nothing;
  }
  if (name === 'dns-version') return question.type === 'TXT' ? found([{ type: 'TXT', name: question.name, ttl, data: '1.1.0' }]) : nothing;
  if (name === 'ns.dns') return question.type === 'A' ? found([address(question.name, dnsIp)]) : nothing;
  return name === 'dns' ? nothing : noSuchName;
}

/** Of any address in the cluster's ranges, whether a pod has it or not: nothing is learnt that the name does not say already. */
function resolvePod(label: string, question: DnsQuestion, { ranges }: Zone): Resolution {
  const ip = label.replaceAll('-', '.');
  if (!isIPv4(ip) || !ranges.some((range) => isWithin(ip, range))) return noSuchName;
  return question.type === 'A' ? found([address(question.name, ip)]) : nothing;
}

interface InService {
  readonly question: DnsQuestion;
  readonly zone: Zone;
  readonly names: ClusterNames;
}
function resolveService(service: Service, inner: readonly string[], { question, zone, names }: InService): Resolution {
  const { spec, metadata } = service;
  const fqdn = `${metadata.name}.${metadata.namespace}.svc.${zone.domain}`;
  if (spec.type === 'ExternalName') return inner.length === 0 ? external(spec.externalName ?? '', question) : noSuchName;
  const endpoints = endpointsOf(names.slices(metadata.namespace ?? '', metadata.name ?? ''));
  const served = { service, endpoints, fqdn };
  const [first, second, ...more] = inner;
  if (first === undefined) return resolveOwnName(served, question);
  if (second === undefined) return resolveEndpoint(first, endpoints, question);
  const isPort = more.length === 0 && first.startsWith('_') && second.startsWith('_');
  return isPort ? srv({ protocol: first.slice(1), port: second.slice(1) }, served, question) : noSuchName;
}

function resolveOwnName(served: Served, question: DnsQuestion): Resolution {
  const { clusterIP = '' } = served.service.spec;
  const isHeadless = clusterIP === 'None';
  if (isHeadless && served.endpoints.length === 0) return noSuchName;
  if (question.type === 'SRV') return srv({}, served, question);
  if (question.type !== 'A') return nothing;
  const ips = isHeadless ? unique(served.endpoints.map(({ ip }) => ip)) : [clusterIP].filter((ip) => isIPv4(ip));
  return found(ips.map((ip) => address(question.name, ip)));
}

function resolveEndpoint(label: string, endpoints: readonly EndpointName[], question: DnsQuestion): Resolution {
  // There are names below it.
  if (protocols.includes(label)) return nothing;
  const ips = endpoints.filter(({ host }) => host === label).map(({ ip }) => ip);
  if (ips.length === 0) return noSuchName;
  return question.type === 'A' ? found(unique(ips).map((ip) => address(question.name, ip))) : nothing;
}

interface Served {
  readonly service: Service;
  readonly endpoints: readonly EndpointName[];
  readonly fqdn: string;
}
function srv(which: { readonly port?: string; readonly protocol?: string }, served: Served, question: DnsQuestion): Resolution {
  const { answers, additionals } = srvRecords(which, served, question.name);
  if (answers.length === 0) return which.port === undefined ? nothing : noSuchName;
  return question.type === 'SRV' ? found(answers, additionals) : nothing;
}

function external(target: string, question: DnsQuestion): Resolution {
  if (isIPv4(target)) return question.type === 'A' ? found([address(question.name, target)]) : nothing;
  const answers: readonly Answer[] = [{ type: 'CNAME', name: question.name, ttl, data: target }];
  return question.type === 'CNAME' ? found(answers) : { kind: 'alias', answers, target };
}

/** The Service with this address, or else the endpoints that have it. In the cluster's ranges nobody else knows more. */
function resolveAddress(ip: string, question: DnsQuestion, { domain, ranges }: Zone, names: ClusterNames): Resolution {
  if (!isIPv4(ip) || !ranges.some((range) => isWithin(ip, range))) return { kind: 'elsewhere' };
  const ofServices = names.servicesAt(ip).map(({ metadata }) => `${metadata.name}.${metadata.namespace}.svc.${domain}`);
  const targets = ofServices.length > 0 ? ofServices : endpointNames(ip, domain, names);
  if (targets.length === 0) return noSuchName;
  return question.type === 'PTR' ? found(targets.map((data): Answer => ({ type: 'PTR', name: question.name, ttl, data }))) : nothing;
}

function endpointNames(ip: string, domain: string, names: ClusterNames): readonly string[] {
  const all = names.slicesWith(ip).flatMap(({ metadata, endpoints = [] }) => {
    const service = `${metadata.labels?.['kubernetes.io/service-name']}.${metadata.namespace}.svc.${domain}`;
    return endpoints
      .filter((endpoint) => isReady(endpoint) && endpoint.addresses.includes(ip))
      .map((each) => `${hostOf(each, ip)}.${service}`);
  });
  return unique(all);
}

const unique = (texts: readonly string[]): readonly string[] => [...new Set(texts)];
