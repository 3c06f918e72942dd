/** Who answers for a Service: its endpoints, with the pods behind them, and pods that are selected but have no endpoint yet. Pure. */
import type { ContainerPort, Endpoint, EndpointSlice, Pod } from '../../engine/api/types.gen.ts';
import { isReady } from '../../engine/explain/pod.ts';

export interface Backend {
  /** The pod's name, or the address where there is no pod. */
  readonly id: string;
  readonly isPod: boolean;
  readonly namespace: string | undefined;
  readonly ip: string | undefined;
  readonly node: string | undefined;
  readonly isReady: boolean;
  /** Kept for STATUS; absent for addresses without a pod, and for pods that are already gone. */
  readonly pod: Pod | undefined;
  readonly declared: readonly ContainerPort[];
}

/** Those in trouble come first: they are what a reader looks for, and only the first few are drawn. */
export function backendsOf({
  endpointSlices,
  pods,
}: {
  readonly endpointSlices: readonly EndpointSlice[];
  readonly pods: readonly Pod[];
}): readonly Backend[] {
  const endpoints = endpointSlices.filter(({ addressType }) => addressType !== 'IPv6').flatMap((slice) => slice.endpoints ?? []);
  const known = new Map(endpoints.map((endpoint) => [endpointId(endpoint), endpoint]));
  const podsById = new Map(pods.map((pod) => [pod.metadata.name ?? '', pod]));
  const ids = new Set([...known.keys(), ...podsById.keys()]);
  const all = [...ids].map((id) => backendOf(id, known.get(id), podsById.get(id)));
  return all.sort((one, other) => Number(one.isReady) - Number(other.isReady) || (one.id < other.id ? -1 : 1));
}

function endpointId({ targetRef, addresses }: Endpoint): string {
  return targetRef?.kind === 'Pod' && targetRef.name ? targetRef.name : addresses.join(',');
}
function backendOf(id: string, endpoint: Endpoint | undefined, pod: Pod | undefined): Backend {
  return {
    id,
    isPod: pod !== undefined || endpoint?.targetRef?.kind === 'Pod',
    namespace: pod?.metadata.namespace ?? endpoint?.targetRef?.namespace,
    ip: endpoint?.addresses[0] ?? pod?.status?.podIP,
    node: endpoint?.nodeName ?? pod?.spec.nodeName,
    // The endpoint decides: it is what the proxy sends to. A missing condition means ready.
    isReady: endpoint ? endpoint.conditions?.ready !== false : pod !== undefined && isReady(pod),
    pod,
    declared: pod?.spec.containers.flatMap(({ ports = [] }) => ports) ?? [],
  };
}
