/** The order in which Services are shown, and which a filter keeps. Pure. */
import type { Live } from '../../engine/api/object.ts';
import type { Service } from '../../engine/api/types.gen.ts';
import { folded } from '../components/sort-and-filter.ts';

/** Those that this computer leads to come first, the cluster's own last; among equals by namespace and name. */
export function orderedServices(services: readonly Live<Service>[]): readonly Live<Service>[] {
  return services.toSorted((one, other) => rank(one) - rank(other) || (title(one) < title(other) ? -1 : 1));
}
function rank(service: Live<Service>): number {
  if (isOfCluster(service)) return 2;
  return service.spec.type === 'NodePort' || service.spec.type === 'LoadBalancer' ? 0 : 1;
}
function isOfCluster({ metadata: { namespace, name } }: Live<Service>): boolean {
  return namespace === 'kube-system' || (namespace === 'default' && name === 'kubernetes');
}
function title({ metadata }: Live<Service>): string {
  return `${metadata.namespace}/${metadata.name}`;
}

/** Looks at what is written on a map: names, addresses, numbers. */
export function matchesFilter({ metadata, spec }: Live<Service>, filter: string): boolean {
  const words = folded(filter).split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const ports = (spec.ports ?? []).flatMap(({ name, port, nodePort, targetPort }) => [name, port, nodePort, targetPort]);
  const text = folded(
    [metadata.namespace, metadata.name, spec.type, spec.clusterIP, ...ports].filter((part) => part !== undefined).join(' '),
  );
  return words.every((word) => text.includes(word));
}

/** PORT(S) as kubectl prints it. Upstream: makePortString in pkg/printers/internalversion/printers.go. */
export function portList({ spec }: Service): string {
  const texts = (spec.ports ?? []).map(({ port, nodePort, protocol }) => `${port}${nodePort ? `:${nodePort}` : ''}/${protocol ?? 'TCP'}`);
  return texts.join(',') || '<none>';
}
