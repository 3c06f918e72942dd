/** What the cluster's DNS is answered from: the caches of Services, EndpointSlices and Namespaces, by name and by address. */
import type { EndpointSlice, Service } from '../../api/types.gen.ts';
import type { AgentInformers } from '../context.ts';
import { endpointSlices, namespaces, services } from '../kinds.ts';

export interface ClusterNames {
  hasNamespace(name: string): boolean;
  service(namespace: string, name: string): Service | undefined;
  /** The EndpointSlices of a Service. */
  slices(namespace: string, service: string): readonly EndpointSlice[];
  servicesAt(ip: string): readonly Service[];
  slicesWith(ip: string): readonly EndpointSlice[];
}

export const serviceNameLabel = 'kubernetes.io/service-name';
const serviceIndexes = { clusterIp: ({ spec }: Service) => [...new Set([spec.clusterIP ?? '', ...(spec.clusterIPs ?? [])])] };
const sliceIndexes = {
  service: ({ metadata }: EndpointSlice) => [`${metadata.namespace}/${metadata.labels?.[serviceNameLabel] ?? ''}`],
  address: ({ endpoints }: EndpointSlice) => [...new Set((endpoints ?? []).flatMap(({ addresses }) => addresses))],
};

export interface WatchedNames extends ClusterNames {
  /** False until everything has been listed once: before, a name that is not found may well exist. */
  readonly synced: boolean;
}

export function watchedNames(informers: AgentInformers): WatchedNames {
  const serviceCache = informers.cache(services, {}, serviceIndexes);
  const sliceCache = informers.cache(endpointSlices, {}, sliceIndexes);
  const namespaceCache = informers.cache(namespaces);
  return {
    get synced() {
      return serviceCache.synced && sliceCache.synced && namespaceCache.synced;
    },
    hasNamespace: (name) => namespaceCache.get(name) !== undefined,
    service: (namespace, name) => serviceCache.get(`${namespace}/${name}`),
    slices: (namespace, service) => sliceCache.byIndex('service', `${namespace}/${service}`),
    servicesAt: (ip) => serviceCache.byIndex('clusterIp', ip),
    slicesWith: (ip) => sliceCache.byIndex('address', ip),
  };
}
