/** ClusterRoleBindings. Upstream: pkg/registry/rbac, printRoleBinding in pkg/printers. */
import { kind } from '../../kind.ts';
import type { ClusterRoleBinding } from '../../types.gen.ts';
import { pathSegmentProblems } from '../../validation/names.ts';
import { sameRoleRef, validateClusterRoleBinding } from '../../validation/rbac.ts';
import { bindingColumns, bindingDefaults } from './binding-parts.ts';

export const clusterRoleBinding = kind<ClusterRoleBinding>({
  group: 'rbac.authorization.k8s.io',
  kind: 'ClusterRoleBinding',
  plural: 'clusterrolebindings',
  namespaced: false,
  validateName: pathSegmentProblems,
  defaults: bindingDefaults,
  validate: validateClusterRoleBinding,
  validateUpdate: sameRoleRef,
  columns: bindingColumns,
});
