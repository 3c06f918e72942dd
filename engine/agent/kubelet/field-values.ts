/** Values of a pod's own fields, for the environment and for downwardAPI volumes. Upstream: pkg/fieldpath, pkg/api/v1/resource. */
import { byteCount, cpuMilli, parseQuantity } from '../../api/quantity.ts';
import type { Container, Pod, ResourceFieldSelector } from '../../api/types.gen.ts';

export interface NodeFacts {
  readonly hostIp: string;
  readonly cpuMilli: number;
  readonly memoryBytes: number;
  readonly ephemeralStorageBytes: number;
}

export function fieldValue(pod: Pod, path: string, podIp: string | undefined, node: NodeFacts): string | undefined {
  const [, map, key] = /^metadata\.(labels|annotations)\['(.*)'\]$/.exec(path) ?? [];
  if (map !== undefined && key !== undefined) return (map === 'labels' ? pod.metadata.labels : pod.metadata.annotations)?.[key] ?? '';
  const address = (pod.spec.hostNetwork ? node.hostIp : podIp) ?? '';
  const values: Readonly<Record<string, string>> = {
    'metadata.name': pod.metadata.name ?? '',
    'metadata.namespace': pod.metadata.namespace ?? '',
    'metadata.uid': pod.metadata.uid ?? '',
    'metadata.labels': formatMap(pod.metadata.labels),
    'metadata.annotations': formatMap(pod.metadata.annotations),
    'spec.nodeName': pod.spec.nodeName ?? '',
    'spec.serviceAccountName': pod.spec.serviceAccountName ?? '',
    'status.hostIP': node.hostIp,
    'status.hostIPs': node.hostIp,
    'status.podIP': address,
    'status.podIPs': address,
  };
  return values[path];
}

/** `key="value"` lines, sorted, with Go's quoting. */
function formatMap(map: Readonly<Record<string, string>> | undefined): string {
  return Object.entries(map ?? {})
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .sort()
    .join('\n');
}

/** Rounded up to whole divisors; a limit that is not set is what the node has to give. */
export function resourceValue(pod: Pod, selector: ResourceFieldSelector, own: Container | undefined, node: NodeFacts): string | undefined {
  const container = selector.containerName ? findContainer(pod, selector.containerName) : own;
  if (!container) return undefined;
  const [, which, resource = ''] = /^(limits|requests)\.(.+)$/.exec(selector.resource) ?? [];
  if (which !== 'limits' && which !== 'requests') return undefined;
  const set = container.resources?.[which]?.[resource];
  const isCpu = resource === 'cpu';
  const milli = isCpu
    ? set === undefined && which === 'limits'
      ? node.cpuMilli
      : cpuMilli(set)
    : (set === undefined && which === 'limits' ? nodeAmount(resource, node) : byteCount(set)) * 1000;
  const divisor = selector.divisor && selector.divisor !== '0' ? Number(parseQuantity(selector.divisor).nano) / 1e6 : 1000;
  return String(Math.ceil(milli / divisor));
}
function nodeAmount(resource: string, node: NodeFacts): number {
  return resource === 'memory' ? node.memoryBytes : resource === 'ephemeral-storage' ? node.ephemeralStorageBytes : 0;
}

function findContainer(pod: Pod, name: string): Container | undefined {
  return [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].find((container) => container.name === name);
}
