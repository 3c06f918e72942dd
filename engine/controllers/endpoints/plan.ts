/** The Endpoints object of a Service, for those who still read it. Upstream: pkg/controller/endpoint and api/v1/endpoints (RepackSubsets). */
import type { Live } from '../../api/object.ts';
import type { CoreEndpointPort, EndpointAddress, EndpointSubset, Endpoints, Pod, Service } from '../../api/types.gen.ts';
import { isReady } from '../pods.ts';
import { addressesOf, canBeReached, hostnameIn, isHeadless, targetPortOf } from '../service-pods.ts';

const headlessLabel = 'service.kubernetes.io/headless';
const overCapacity = 'endpoints.kubernetes.io/over-capacity';
const maxAddresses = 1000;

interface Reachable {
  readonly address: EndpointAddress;
  readonly isReady: boolean;
  readonly ports: readonly CoreEndpointPort[];
}

/** `current`: what is there; its other annotations stay. */
export function planEndpoints(service: Live<Service>, pods: readonly Live<Pod>[], current: Live<Endpoints> | undefined): Endpoints {
  const all = pods.flatMap((pod) => reachable(service, pod)).toSorted((a, b) => (a.address.ip < b.address.ip ? -1 : 1));
  const { name, namespace, labels = {} } = service.metadata;
  const shown = [...all.filter((one) => one.isReady), ...all.filter((one) => !one.isReady)].slice(0, maxAddresses);
  const { [overCapacity]: _before, ...annotations } = current?.metadata.annotations ?? {};
  const note = all.length > maxAddresses ? { [overCapacity]: 'truncated' } : {};
  return {
    ...current,
    metadata: {
      ...(current?.metadata ?? { name, namespace }),
      labels: {
        ...labels,
        'endpoints.kubernetes.io/managed-by': 'endpoint-controller',
        ...(isHeadless(service) ? { [headlessLabel]: '' } : {}),
      },
      annotations: { ...annotations, ...note },
    },
    subsets: pack(shown),
  };
}

function reachable(service: Live<Service>, pod: Live<Pod>): readonly Reachable[] {
  const { publishNotReadyAddresses: all = false, ports = [] } = service.spec;
  const isIpv6 = service.spec.ipFamilies?.[0] === 'IPv6';
  const ip = addressesOf(pod).find((address) => address.includes(':') === isIpv6);
  if (!canBeReached(pod, { includeLeaving: all }) || ip === undefined) return [];
  const found = ports.flatMap((servicePort): CoreEndpointPort[] => {
    const port = targetPortOf(pod, servicePort);
    const { name, protocol = 'TCP', appProtocol } = servicePort;
    return port === undefined ? [] : [{ ...(name ? { name } : {}), port, protocol, ...(appProtocol ? { appProtocol } : {}) }];
  });
  // Headless Services may have no ports; with ports of which the pod has none, it does not serve.
  if (found.length === 0 && (ports.length > 0 || !isHeadless(service))) return [];
  const { namespace, name, uid } = pod.metadata;
  const hostname = hostnameIn(service, pod);
  const { nodeName } = pod.spec;
  const targetRef = { kind: 'Pod', namespace, name, uid };
  const address = { ip, ...(nodeName ? { nodeName } : {}), targetRef, ...(hostname ? { hostname } : {}) };
  return [{ address, isReady: all || isReady(pod), ports: found }];
}

/** One subset for each set of ports. */
function pack(all: readonly Reachable[]): readonly EndpointSubset[] {
  const byPorts = Map.groupBy(all, ({ ports }) => JSON.stringify(ports));
  return [...byPorts.values()].map((group) => {
    const [ready, notReady] = [group.filter((one) => one.isReady), group.filter((one) => !one.isReady)];
    const ports = group[0]?.ports ?? [];
    return {
      ...(ready.length > 0 ? { addresses: ready.map(({ address }) => address) } : {}),
      ...(notReady.length > 0 ? { notReadyAddresses: notReady.map(({ address }) => address) } : {}),
      ...(ports.length > 0 ? { ports } : {}),
    };
  });
}
