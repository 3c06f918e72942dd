/** The list in which objects of a kind are found: a page of its own, or that of all kinds. */
import { paths, type WorkloadTab } from '../app/paths.ts';
import type { ShownKind } from '../data/kinds.ts';

export interface ListPlace {
  readonly path: string;
  readonly title: string;
}

export function listOf(cluster: string, { plural, title }: ShownKind): ListPlace {
  return { path: pathOf(cluster, plural), title };
}
function pathOf(cluster: string, plural: string): string {
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
      return paths.kinds(cluster, plural);
  }
}
