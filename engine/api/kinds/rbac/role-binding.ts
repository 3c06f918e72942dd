/** RoleBindings. Upstream: pkg/registry/rbac, printRoleBinding in pkg/printers. */
import { kind } from '../../kind.ts';
import type { RoleBinding } from '../../types.gen.ts';
import { pathSegmentProblems } from '../../validation/names.ts';
import { sameRoleRef, validateRoleBinding } from '../../validation/rbac.ts';
import { bindingColumns, bindingDefaults } from './binding-parts.ts';

export const roleBinding = kind<RoleBinding>({
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  kind: 'RoleBinding',
  plural: 'rolebindings',
  singular: 'rolebinding',
  shortNames: [],
  categories: [],
  namespaced: true,
  schema: 'RoleBinding',
  validateName: pathSegmentProblems,
  hasStatus: false,
  hasGeneration: false,
  defaults: bindingDefaults,
  validate: validateRoleBinding,
  validateUpdate: sameRoleRef,
  columns: bindingColumns,
});
