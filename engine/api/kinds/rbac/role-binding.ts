/** RoleBindings. Upstream: pkg/registry/rbac, printRoleBinding in pkg/printers. */
import { kind } from '../../kind.ts';
import type { RoleBinding } from '../../types.gen.ts';
import { pathSegmentProblems } from '../../validation/names.ts';
import { sameRoleRef, validateRoleBinding } from '../../validation/rbac.ts';
import { bindingColumns, bindingDefaults } from './binding-parts.ts';

export const roleBinding = kind<RoleBinding>({
  group: 'rbac.authorization.k8s.io',
  kind: 'RoleBinding',
  plural: 'rolebindings',
  namespaced: true,
  validateName: pathSegmentProblems,
  defaults: bindingDefaults,
  validate: validateRoleBinding,
  validateUpdate: sameRoleRef,
  columns: bindingColumns,
});
