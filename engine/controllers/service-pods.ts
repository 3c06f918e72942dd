/** Which pods a Service selects, which Services want a pod, and what of a pod they publish. Upstream: k8s.io/endpointslice/util/controller_utils.go. */

import type { Json } from '../api/object.ts';
import { keyOf, type Live } from '../api/object.ts';
import { sameJson } from '../api/patch/merge-patch.ts';
import { matchesLabels, selectorOfLabels } from '../api/selector.ts';
import type { Container, Pod, Service, ServicePort } from '../api/types.gen.ts';
import type { Cache, CacheEvent } from '../cache/cache.ts';
import { labelKey } from './indexes.ts';
import { isReady, isTerminated } from './pods.ts';

/** Services of type ExternalName are names only; those without a selector have endpoints that somebody else writes. */
export function hasSelector({ spec }: Service): boolean {
  return spec.type !== 'ExternalName' && Object.keys(spec.selector ?? {}).length > 0;
}
export function isHeadless({ spec }: Service): boolean {
  return spec.clusterIP === 'None' || spec.clusterIP === undefined || spec.clusterIP === '';
}

/** By the label that fewest pods have; the cache must have the index `byLabel`. */
export function podsOf({ metadata: { namespace }, spec }: Service, pods: Cache<Pod>): readonly Live<Pod>[] {
  const labels = Object.entries(spec.selector ?? {});
  const candidates = labels.map(([key, value]) => pods.byIndex('label', labelKey(namespace, key, value)));
  const [fewest = []] = candidates.toSorted((a, b) => a.length - b.length);
  const selector = selectorOfLabels(spec.selector);
  return labels.length === 1 ? fewest : fewest.filter(({ metadata }) => matchesLabels(selector, metadata.labels));
}

/** The Services to look at again because of a pod: none, where nothing changed that they publish. */
export function servicesAffectedBy(event: CacheEvent<Pod>, services: Cache<Service>): readonly string[] {
  const ends = event.type === 'updated' ? [event.object, event.previous] : [event.object];
  if (event.type === 'updated' && sameJson(published(event.object), published(event.previous))) return [];
  const wanting = services
    .list(event.object.metadata.namespace)
    .filter(
      (service) =>
        hasSelector(service) && ends.some(({ metadata }) => matchesLabels(selectorOfLabels(service.spec.selector), metadata.labels)),
    );
  return wanting.map(keyOf);
}
function published(pod: Live<Pod>): Json {
  const { metadata, spec, status } = pod;
  return {
    labels: metadata.labels ?? {},
    isLeaving: metadata.deletionTimestamp !== undefined,
    node: spec.nodeName ?? '',
    hostname: spec.hostname ?? '',
    subdomain: spec.subdomain ?? '',
    isOver: isTerminated(pod),
    isReady: isReady(pod),
    ips: [status?.podIP ?? '', ...(status?.podIPs ?? []).map(({ ip }) => ip ?? '')],
  };
}

export function canBeReached(pod: Pod, { includeLeaving }: { readonly includeLeaving: boolean }): boolean {
  return !isTerminated(pod) && addressesOf(pod).length > 0 && (includeLeaving || pod.metadata.deletionTimestamp === undefined);
}
export function addressesOf({ status }: Pod): readonly string[] {
  const ips = (status?.podIPs ?? []).flatMap(({ ip }) => (ip ? [ip] : []));
  return ips.length > 0 ? ips : status?.podIP ? [status.podIP] : [];
}
/** The name that DNS gives the pod under its Service. */
export function hostnameIn({ metadata: { name } }: Service, { spec: { hostname, subdomain } }: Pod): string | undefined {
  return hostname && subdomain === name ? hostname : undefined;
}

/** The number behind the target port; undefined when the pod has no port of that name. */
export function targetPortOf({ spec }: Pod, { targetPort, port, protocol = 'TCP' }: ServicePort): number | undefined {
  if (typeof targetPort !== 'string') return targetPort || port;
  const sidecars = (spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  const ports = [...spec.containers, ...sidecars].flatMap((container: Container) => container.ports ?? []);
  return ports.find((one) => one.name === targetPort && (one.protocol ?? 'TCP') === protocol)?.containerPort;
}
