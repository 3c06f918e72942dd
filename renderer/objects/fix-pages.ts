/** The pages where an advice can be followed; undefined where the object has no such page. */
import type { FixId } from '../../engine/explain/catalogue.ts';
import type { Target } from '../actions/action.ts';
import { paths, placeOf } from '../app/paths.ts';

export const fixPages: Partial<Record<FixId, (target: Target) => string | undefined>> = {
  'view-logs': logsPath,
  'view-previous-logs': (target) => logsPath(target, '?previous=1'),
  'view-nodes': ({ cluster }) => paths.nodes(cluster),
  'view-pods': ({ cluster, object }) => `${paths.workloads(cluster, 'pods')}${inNamespace(object.metadata.namespace)}`,
  'view-events': ({ cluster, kind, object }) => paths.object(cluster, placeOf(kind, object), 'events'),
  'create-deployment': ({ cluster, object }) => `${paths.createDeployment(cluster)}${inNamespace(object.metadata.namespace)}`,
};
function logsPath({ cluster, kind, object }: Target, search = ''): string | undefined {
  const hasLogs = kind.plural === 'pods' || kind.plural === 'deployments' || kind.plural === 'replicasets';
  return hasLogs ? `${paths.object(cluster, placeOf(kind, object), 'logs')}${search}` : undefined;
}
function inNamespace(namespace: string | undefined): string {
  return namespace === undefined ? '' : `?ns=${encodeURIComponent(namespace)}`;
}
