/** The pages where an advice can be followed that no action follows. */
import type { FixId } from '../../engine/explain/catalogue.ts';
import type { Target } from '../actions/action.ts';
import { paths, placeOf } from '../app/paths.ts';

export const fixPages: Partial<Record<FixId, (target: Target) => string>> = {
  'view-nodes': ({ cluster }) => paths.nodes(cluster),
  'view-pods': ({ cluster, object }) => `${paths.workloads(cluster, 'pods')}${inNamespace(object.metadata.namespace)}`,
  'view-events': ({ cluster, kind, object }) => paths.object(cluster, placeOf(kind, object), 'events'),
  'create-deployment': ({ cluster, object }) => `${paths.createDeployment(cluster)}${inNamespace(object.metadata.namespace)}`,
};
function inNamespace(namespace: string | undefined): string {
  return namespace === undefined ? '' : `?ns=${encodeURIComponent(namespace)}`;
}
