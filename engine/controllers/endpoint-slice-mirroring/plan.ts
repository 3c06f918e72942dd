/** The EndpointSlices that say what an Endpoints object says. Pure. Upstream: pkg/controller/endpointslicemirroring/{reconciler,utils}.go. */
import type { Live } from '../../api/object.ts';
import type { Endpoint, EndpointAddress, EndpointSlice, EndpointSubset, Endpoints } from '../../api/types.gen.ts';

export const mirroredBy = 'endpointslicemirroring-controller.k8s.io';
export const serviceLabel = 'kubernetes.io/service-name';
export const managedByLabel = 'endpointslice.kubernetes.io/managed-by';
const skipLabel = 'endpointslice.kubernetes.io/skip-mirror';
const leaderAnnotation = 'control-plane.alpha.kubernetes.io/leader';
const unmirrored = ['kubectl.kubernetes.io/last-applied-configuration', 'endpoints.kubernetes.io/last-change-trigger-time'];
/** Of one subset; more are left out. */
const maxAddresses = 1000;

export function isMirrored({ metadata: { labels = {}, annotations = {} } }: Endpoints): boolean {
  return labels[skipLabel] !== 'true' && annotations[leaderAnnotation] === undefined;
}

interface Group {
  readonly addressType: string;
  readonly ports: NonNullable<EndpointSlice['ports']>;
  readonly endpoints: Endpoint[];
}

/** One slice for each set of ports and kind of address. `nameOf` gives the same name for the same set. */
export function planSlices(endpoints: Live<Endpoints>, nameOf: (base: string, set: object) => string): readonly EndpointSlice[] {
  const { name, namespace, uid } = endpoints.metadata;
  const { labels = {}, annotations = {} } = endpoints.metadata;
  const owner = { apiVersion: 'v1', kind: 'Endpoints', name, uid, controller: true, blockOwnerDeletion: true };
  const kept = Object.fromEntries(Object.entries(annotations).filter(([key]) => !unmirrored.includes(key)));
  return [...groupsOf(endpoints).values()].map(({ addressType, ports, endpoints: members }) => ({
    metadata: {
      name: nameOf(name, { addressType, ports }),
      namespace,
      labels: { ...labels, [serviceLabel]: name, [managedByLabel]: mirroredBy },
      annotations: kept,
      ownerReferences: [owner],
    },
    addressType,
    endpoints: members,
    ports,
  }));
}

function groupsOf({ subsets = [] }: Endpoints): ReadonlyMap<string, Group> {
  const groups = new Map<string, Group>();
  for (const subset of subsets) {
    const ports = portsOf(subset);
    const members = [
      ...(subset.addresses ?? []).map((address) => endpointOf(address, true)),
      ...(subset.notReadyAddresses ?? []).map((address) => endpointOf(address, false)),
    ];
    for (const endpoint of members.slice(0, maxAddresses)) {
      const addressType = endpoint.addresses[0]?.includes(':') ? 'IPv6' : 'IPv4';
      const key = JSON.stringify([addressType, ports]);
      const group = groups.get(key) ?? { addressType, ports, endpoints: [] };
      group.endpoints.push(endpoint);
      groups.set(key, group);
    }
  }
  return groups;
}

function portsOf({ ports = [] }: EndpointSubset): NonNullable<EndpointSlice['ports']> {
  return ports.map(({ name = '', port, protocol = 'TCP', appProtocol }) => ({
    name,
    port,
    protocol,
    ...(appProtocol ? { appProtocol } : {}),
  }));
}

function endpointOf({ ip, hostname, nodeName, targetRef }: EndpointAddress, ready: boolean): Endpoint {
  return {
    addresses: [ip],
    conditions: { ready },
    ...(hostname ? { hostname } : {}),
    ...(nodeName ? { nodeName } : {}),
    ...(targetRef ? { targetRef } : {}),
  };
}
