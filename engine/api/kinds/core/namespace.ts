/** Namespaces. Upstream: pkg/registry/core/namespace/strategy.go, printNamespace in pkg/printers. */
import { kind } from '../../kind.ts';
import type { Namespace } from '../../types.gen.ts';
import { dns1123LabelProblems } from '../../validation/names.ts';
import { validateNamespace, validateNamespaceStatusUpdate } from '../../validation/namespace.ts';
import { age, text } from '../columns.ts';

const nameLabel = 'kubernetes.io/metadata.name';
/** Held until the namespace's content is gone. */
const finalizer = 'kubernetes';

/** Every namespace can be selected by its name. */
function labelled(namespace: Namespace): Namespace {
  const { name, labels } = namespace.metadata;
  if (!name || labels?.[nameLabel] === name) return namespace;
  return { ...namespace, metadata: { ...namespace.metadata, labels: { ...labels, [nameLabel]: name } } };
}

function prepareCreate(namespace: Namespace): Namespace {
  const finalizers = namespace.spec.finalizers ?? [];
  const held = finalizers.includes(finalizer) ? finalizers : [...finalizers, finalizer];
  return { ...labelled(namespace), spec: { ...namespace.spec, finalizers: held }, status: { phase: 'Active' } };
}

export const namespace = kind<Namespace>({
  group: '',
  kind: 'Namespace',
  plural: 'namespaces',
  shortNames: ['ns'],
  namespaced: false,
  // Each is deleted by its own name.
  verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
  hasStatus: true,
  defaults: labelled,
  prepareCreate,
  /** Taken off by the finalize subresource only. */
  prepareUpdate: (next, old) => ({ ...next, spec: old.spec }),
  selectableFields: { 'status.phase': ({ status }) => status?.phase ?? '' },
  validateName: dns1123LabelProblems,
  validate: validateNamespace,
  validateStatusUpdate: validateNamespaceStatusUpdate,
  columns: [text('Status', ({ status }) => status?.phase ?? ''), age],
});
