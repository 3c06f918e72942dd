/**
 * The EndpointSlices of a Service, from its pods: as few writes as possible, slices of at most 100 endpoints, one group of slices for each set of ports (pods may
 * number a named port differently). Upstream: k8s.io/endpointslice/reconciler.go.
 */
import type { Kind } from '../../api/kind.ts';
import { service as serviceKind } from '../../api/kinds/core/service.ts';
import type { Json, Live } from '../../api/object.ts';
import { sameJson } from '../../api/patch/merge-patch.ts';
import type { DiscoveryEndpointPort, Endpoint, EndpointSlice, Node, Pod, Service } from '../../api/types.gen.ts';
import { controllerReference } from '../../client/owner-references.ts';
import { isReady } from '../pods.ts';
import { addressesOf, canBeReached, hostnameIn, isHeadless, targetPortOf } from '../service-pods.ts';

export const managedBy = 'endpointslice-controller.k8s.io';
export const managedByLabel = 'endpointslice.kubernetes.io/managed-by';
export const serviceLabel = 'kubernetes.io/service-name';
const headlessLabel = 'service.kubernetes.io/headless';
const maxEndpoints = 100;

export interface PlanInput {
  readonly service: Live<Service>;
  readonly pods: readonly Live<Pod>[];
  readonly nodeOf: (name: string) => Node | undefined;
  /** Ours, of this Service. */
  readonly slices: readonly Live<EndpointSlice>[];
}
export interface Plan {
  readonly create: readonly EndpointSlice[];
  readonly update: readonly Live<EndpointSlice>[];
  readonly delete: readonly Live<EndpointSlice>[];
}
interface Group {
  readonly ports: readonly DiscoveryEndpointPort[];
  /** By address. */
  readonly endpoints: Map<string, Endpoint>;
}

export function planEndpointSlices(input: PlanInput): Plan {
  const families = addressTypesOf(input.service);
  const plans = families.map((family) => planFamily(input, family));
  return {
    create: plans.flatMap((plan) => plan.create),
    update: plans.flatMap((plan) => plan.update),
    delete: [...plans.flatMap((plan) => plan.delete), ...input.slices.filter(({ addressType }) => !families.includes(addressType))],
  };
}

function planFamily(input: PlanInput, addressType: string): Plan {
  const existing = input.slices.filter((slice) => slice.addressType === addressType);
  const groups = groupsOf(input, addressType);
  const kept = new Map<string, readonly Endpoint[]>();
  const drafts: EndpointSlice[] = [];
  for (const [ports, group] of groups) {
    const slices = existing.filter((slice) => portsKey(slice.ports ?? []) === ports);
    const fill = fillSlices(slices, group);
    for (const [name, endpoints] of fill.kept) kept.set(name, endpoints);
    drafts.push(...fill.fresh.map((endpoints) => draft(input.service, { addressType, ports: group.ports, endpoints })));
  }
  // Proxies and people shall see that there are none, rather than nothing.
  if (kept.size + drafts.length === 0) drafts.push(draft(input.service, { addressType, ports: [], endpoints: [] }));
  const rest = existing.filter(({ metadata }) => !kept.has(metadata.name));
  // What would be deleted takes what would be created: names stay, and watchers see one change.
  const recycled = rest.slice(0, drafts.length).map((slice, index): Live<EndpointSlice> => changed(slice, drafts[index] ?? slice));
  const refilled = existing.filter(({ metadata }) => kept.has(metadata.name));
  const next = refilled.map((slice) => withEndpoints(input.service, slice, kept.get(slice.metadata.name) ?? []));
  const isChanged = (slice: Live<EndpointSlice>): boolean =>
    !sameSlice(
      slice,
      existing.find(({ metadata }) => metadata.uid === slice.metadata.uid),
    );
  return { create: drafts.slice(rest.length), update: [...next, ...recycled].filter(isChanged), delete: rest.slice(drafts.length) };
}

function groupsOf(input: PlanInput, addressType: string): ReadonlyMap<string, Group> {
  const groups = new Map<string, Group>();
  for (const pod of input.pods) {
    const endpoint = endpointOf(input, pod, addressType);
    if (!endpoint) continue;
    const ports = portsOf(input.service, pod);
    const key = portsKey(ports);
    const group = groups.get(key) ?? { ports, endpoints: new Map() };
    groups.set(key, group);
    group.endpoints.set(endpointKey(endpoint), endpoint);
  }
  return groups;
}

/** Existing slices keep what is still wanted; new endpoints go where something changes anyway, then where there is just room, else into new slices. */
function fillSlices(slices: readonly Live<EndpointSlice>[], { endpoints }: Group) {
  const left = new Map(endpoints);
  const kept = new Map<string, Endpoint[]>();
  const touched = new Set<string>();
  for (const { metadata, endpoints: before } of slices) {
    const still = before.flatMap((endpoint) => {
      const key = endpointKey(endpoint);
      const wanted = left.get(key);
      left.delete(key);
      return wanted ? [wanted] : [];
    });
    if (still.length < before.length) touched.add(metadata.name);
    if (still.length > 0) kept.set(metadata.name, still);
  }
  const fresh = [...left.values()];
  for (const name of touched) {
    const room = kept.get(name);
    room?.push(...fresh.splice(0, maxEndpoints - room.length));
  }
  const chunks: Endpoint[][] = [];
  while (fresh.length > maxEndpoints) chunks.push(fresh.splice(0, maxEndpoints));
  const roomy = [...kept.values()].filter((slice) => slice.length + fresh.length <= maxEndpoints);
  // The rest goes into the fullest that takes it whole.
  roomy.toSorted((a, b) => b.length - a.length)[0]?.push(...fresh.splice(0));
  if (fresh.length > 0) chunks.push(fresh);
  return { kept, fresh: chunks };
}

function endpointOf({ service, nodeOf }: PlanInput, pod: Live<Pod>, addressType: string): Endpoint | undefined {
  const { publishNotReadyAddresses: all = false } = service.spec;
  const { nodeName } = pod.spec;
  if (!canBeReached(pod, { includeLeaving: true })) return undefined;
  const node = nodeName ? nodeOf(nodeName) : undefined;
  // Its node is gone, and the pod will be soon; or the node is not known yet, then its event triggers the next plan.
  if (nodeName && !node && !all) return undefined;
  const addresses = addressesOf(pod).filter((ip) => ip.includes(':') === (addressType === 'IPv6'));
  if (addresses.length === 0) return undefined;
  const serving = isReady(pod);
  const terminating = pod.metadata.deletionTimestamp !== undefined;
  const { namespace, name, uid } = pod.metadata;
  const zone = node?.metadata.labels?.['topology.kubernetes.io/zone'];
  const hostname = hostnameIn(service, pod);
  return {
    addresses,
    conditions: { ready: all || (serving && !terminating), serving, terminating },
    targetRef: { kind: 'Pod', namespace, name, uid },
    ...(nodeName ? { nodeName } : {}),
    ...(zone ? { zone } : {}),
    ...(hostname ? { hostname } : {}),
  };
}
function portsOf({ spec }: Service, pod: Pod): readonly DiscoveryEndpointPort[] {
  return (spec.ports ?? []).flatMap((servicePort) => {
    const port = targetPortOf(pod, servicePort);
    const { name = '', protocol = 'TCP', appProtocol } = servicePort;
    return port === undefined ? [] : [{ name, protocol, port, ...(appProtocol ? { appProtocol } : {}) }];
  });
}
function addressTypesOf({ spec }: Service): readonly string[] {
  if (spec.ipFamilies?.length) return spec.ipFamilies;
  return [spec.clusterIP?.includes(':') ? 'IPv6' : 'IPv4'];
}

function draft(service: Live<Service>, content: Pick<EndpointSlice, 'addressType' | 'ports' | 'endpoints'>): EndpointSlice {
  const { name, namespace } = service.metadata;
  const ownerReferences = [controllerReference(serviceKind as unknown as Kind, service)];
  return { metadata: { generateName: `${name}-`, namespace, labels: labelsOf(service), ownerReferences }, ...content };
}
function labelsOf(service: Live<Service>): Readonly<Record<string, string>> {
  const reserved = [headlessLabel, serviceLabel, managedByLabel];
  const own = Object.entries(service.metadata.labels ?? {}).filter(([key]) => !reserved.includes(key));
  const headless = isHeadless(service) ? { [headlessLabel]: '' } : {};
  return { ...Object.fromEntries(own), ...headless, [serviceLabel]: service.metadata.name, [managedByLabel]: managedBy };
}
function changed(slice: Live<EndpointSlice>, { metadata, ports, endpoints }: EndpointSlice): Live<EndpointSlice> {
  return { ...slice, metadata: { ...slice.metadata, labels: metadata.labels }, ports, endpoints };
}
function withEndpoints(service: Live<Service>, slice: Live<EndpointSlice>, endpoints: readonly Endpoint[]): Live<EndpointSlice> {
  return { ...slice, metadata: { ...slice.metadata, labels: labelsOf(service) }, endpoints };
}

function endpointKey({ addresses, targetRef }: Endpoint): string {
  return `${targetRef?.uid} ${addresses.join(' ')}`;
}
function portsKey(ports: readonly DiscoveryEndpointPort[]): string {
  return ports
    .map(({ name, protocol, port, appProtocol }) => `${name} ${protocol} ${port} ${appProtocol ?? ''}`)
    .toSorted()
    .join();
}
function sameSlice(a: EndpointSlice, b: EndpointSlice | undefined): boolean {
  const content = (slice: EndpointSlice | undefined): Json =>
    // Everything here came over the API or was made of strings and numbers.
    ({ labels: slice?.metadata.labels ?? {}, ports: slice?.ports ?? [], endpoints: slice?.endpoints ?? [] }) as unknown as Json;
  return sameJson(content(a), content(b));
}
