/** The list in which objects of a kind are found; undefined for kinds without one. */
import { paths, type WorkloadTab } from '../app/paths.ts';
import type { ShownKind } from '../data/kinds.ts';

export interface ListPlace {
  readonly path: string;
  readonly title: string;
}

export function listOf(cluster: string, kind: ShownKind | undefined): ListPlace | undefined {
  const path = kind && pathOf(cluster, kind.plural);
  return kind && path !== undefined ? { path, title: kind.title } : undefined;
}
function pathOf(cluster: string, plural: string): string | undefined {
  switch (plural) {
    case 'pods':
    case 'deployments':
    case 'replicasets':
      return paths.workloads(cluster, plural satisfies WorkloadTab);
    case 'services':
      return paths.services(cluster);
    case 'nodes':
      return paths.nodes(cluster);
    case 'events':
      return paths.events(cluster);
    default:
      return undefined;
  }
}
