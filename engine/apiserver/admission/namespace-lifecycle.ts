/**
 * Nothing is created in a namespace that is missing or going, and the namespaces the system needs stay.
 * Upstream: apiserver's admission/plugin/namespace/lifecycle.
 */
import { ApiError, forbidden, notFound } from '../../api/errors.ts';
import type { Namespace } from '../../api/types.gen.ts';
import type { Store } from '../../store/store.ts';
import type { Admission } from '../context.ts';
import type { Resource } from '../resource.ts';

const immortal = new Set(['default', 'kube-system', 'kube-public']);
/** Reviews ask questions; they leave nothing behind. */
const reviewGroups = new Set(['authorization.k8s.io', 'authentication.k8s.io']);

export function namespaceLifecycle({ store, namespaces }: { readonly store: Store; readonly namespaces: Resource }): Admission {
  return async ({ operation, target, name, object }) => {
    const { kind } = target.resource;
    if (operation === 'DELETE' && target.resource === namespaces && immortal.has(name))
      throw forbidden(kind, name, 'this namespace may not be deleted');
    if (operation !== 'CREATE' || !kind.namespaced || reviewGroups.has(kind.group)) return object;
    const namespace = target.namespace ?? '';
    const entry = await store.get(namespaces.key(undefined, namespace));
    if (!entry) throw notFound(namespaces.kind, namespace);
    const { metadata } = namespaces.live(entry) as Namespace;
    if (metadata.deletionTimestamp !== undefined) throw terminating({ ...kind, name, namespace });
    return object;
  };
}

function terminating({
  group,
  plural,
  name,
  namespace,
}: {
  readonly group: string;
  readonly plural: string;
  readonly name: string;
  readonly namespace: string;
}): ApiError {
  const message = `unable to create new content in namespace ${namespace} because it is being terminated`;
  const refused = forbidden({ group, plural }, name, message);
  return new ApiError('Forbidden', refused.message, {
    details: {
      ...refused.details,
      causes: [{ reason: 'NamespaceTerminating', message: `namespace ${namespace} is being terminated`, field: 'metadata.namespace' }],
    },
  });
}
