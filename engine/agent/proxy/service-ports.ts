/**
 * What a node does with each port of each Service: Services and EndpointSlices become plain values, sorted, so that equal inputs give equal rules.
 * Upstream: pkg/proxy (ServicePortMap, EndpointsMap, CategorizeEndpoints).
 */
import { isIPv4 } from 'node:net';
import type { Endpoint, EndpointSlice, Service, ServicePort } from '../../api/types.gen.ts';

export interface Target {
  readonly ip: string;
  readonly port: number;
  /** On this node. */
  readonly isLocal: boolean;
}

export interface ServicePortRules {
  /** `default/vote/tcp/8080`: unique, and readable in `nft list ruleset`. */
  readonly id: string;
  readonly protocol: 'tcp' | 'udp' | 'sctp';
  readonly port: number;
  readonly clusterIps: readonly string[];
  /** externalIPs and load balancers' addresses. */
  readonly externalIps: readonly string[];
  readonly nodePort: number | undefined;
  /** One client stays with one target. */
  readonly sticky: boolean;
  /** Where connections to the cluster IPs go. */
  readonly internal: readonly Target[];
  /** Where connections to node ports and external addresses go; the same list as `internal` unless a traffic policy says otherwise. */
  readonly external: readonly Target[];
}

export interface ServicePortsInput {
  readonly nodeName: string;
  /** Answered by the node itself, so not for the proxy: the cluster DNS. */
  readonly ownIps: ReadonlySet<string>;
  readonly services: readonly Service[];
  readonly slices: readonly EndpointSlice[];
  /** Where the API server is for this node; stands for the endpoints of default/kubernetes, which on other systems than Linux are not reachable as they are. */
  readonly apiServer: { readonly ip: string; readonly port: number } | undefined;
}

const serviceNameLabel = 'kubernetes.io/service-name';

export function servicePorts(input: ServicePortsInput): readonly ServicePortRules[] {
  const slices = Map.groupBy(
    input.slices.filter(({ addressType }) => addressType === 'IPv4'),
    ({ metadata }) => `${metadata.namespace}/${metadata.labels?.[serviceNameLabel] ?? ''}`,
  );
  return input.services
    .filter(isProxied)
    .flatMap((service) => {
      const name = `${service.metadata.namespace}/${service.metadata.name}`;
      return (service.spec.ports ?? []).flatMap((port) => rulesOf(name, { service, port, slices: slices.get(name) ?? [] }, input) ?? []);
    })
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

function isProxied({ metadata, spec }: Service): boolean {
  const clusterIp = spec.clusterIP;
  // A name that another proxy was asked to serve (upstream: LabelServiceProxyName) is not ours.
  const forAnother = metadata.labels?.['service.kubernetes.io/service-proxy-name'] !== undefined;
  return spec.type !== 'ExternalName' && clusterIp !== undefined && clusterIp !== '' && clusterIp !== 'None' && !forAnother;
}

interface PortOfService {
  readonly service: Service;
  readonly port: ServicePort;
  readonly slices: readonly EndpointSlice[];
}

function rulesOf(name: string, { service, port, slices }: PortOfService, input: ServicePortsInput): ServicePortRules | undefined {
  const { spec, status } = service;
  const protocol = (port.protocol ?? 'TCP').toLowerCase();
  if (protocol !== 'tcp' && protocol !== 'udp' && protocol !== 'sctp') return undefined;
  const clusterIps = [...new Set([spec.clusterIP ?? '', ...(spec.clusterIPs ?? [])])].filter((ip) => isIPv4(ip) && !input.ownIps.has(ip));
  const balancers = (status?.loadBalancer?.ingress ?? []).filter(({ ipMode }) => ipMode !== 'Proxy').map(({ ip }) => ip ?? '');
  const externalIps = [...new Set([...(spec.externalIPs ?? []), ...balancers])].filter((ip) => isIPv4(ip)).sort();
  const nodePort = port.nodePort === undefined || port.nodePort === 0 ? undefined : port.nodePort;
  if (clusterIps.length === 0 && externalIps.length === 0 && nodePort === undefined) return undefined;
  const all = name === 'default/kubernetes' && input.apiServer ? [{ ...input.apiServer, isLocal: false }] : undefined;
  const internalOnlyLocal = spec.internalTrafficPolicy === 'Local';
  const externalOnlyLocal = spec.externalTrafficPolicy === 'Local';
  return {
    id: `${name}/${protocol}/${port.port}`,
    protocol,
    port: port.port,
    clusterIps,
    externalIps,
    nodePort,
    sticky: spec.sessionAffinity === 'ClientIP',
    internal: all ?? targets(slices, port, { nodeName: input.nodeName, onlyLocal: internalOnlyLocal }),
    external: all ?? targets(slices, port, { nodeName: input.nodeName, onlyLocal: externalOnlyLocal }),
  };
}

interface Choice {
  readonly nodeName: string;
  readonly onlyLocal: boolean;
}

/** The ready ones; where there are none, those that end but still serve, so that a rollout of a single pod loses no connection. */
function targets(slices: readonly EndpointSlice[], port: ServicePort, { nodeName, onlyLocal }: Choice): readonly Target[] {
  const ready = new Map<string, Target>();
  const ending = new Map<string, Target>();
  for (const slice of slices) {
    const number = portIn(slice, port);
    if (number === undefined) continue;
    for (const endpoint of slice.endpoints ?? []) {
      const isLocal = endpoint.nodeName === nodeName;
      const [ip] = endpoint.addresses;
      if (ip === undefined || !isIPv4(ip) || (onlyLocal && !isLocal)) continue;
      // The same address in two slices is one target: a slice is filled before another is emptied.
      if (isReady(endpoint)) ready.set(`${ip}:${number}`, { ip, port: number, isLocal });
      else if (isEndingButServing(endpoint)) ending.set(`${ip}:${number}`, { ip, port: number, isLocal });
    }
  }
  const chosen = ready.size > 0 ? ready : ending;
  return [...chosen.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, target]) => target);
}

/** A slice's port belongs to the Service's port of the same name. */
function portIn({ ports }: EndpointSlice, wanted: ServicePort): number | undefined {
  const protocol = wanted.protocol ?? 'TCP';
  return ports?.find((port) => (port.name ?? '') === (wanted.name ?? '') && (port.protocol ?? 'TCP') === protocol)?.port;
}

/** Unknown counts as ready (discovery/v1). */
function isReady({ conditions }: Endpoint): boolean {
  return conditions?.ready ?? true;
}
function isEndingButServing({ conditions }: Endpoint): boolean {
  return conditions?.terminating === true && (conditions.serving ?? false);
}
