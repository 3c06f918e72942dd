/** Without columns of their own: they print when they were created. Upstream: pkg/registry/rbac, printers.go. */
import { kind } from '../../kind.ts';
import type { Role } from '../../types.gen.ts';
import { pathSegmentProblems } from '../../validation/names.ts';
import { validateRole } from '../../validation/rbac.ts';

export const role = kind<Role>({
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  kind: 'Role',
  plural: 'roles',
  singular: 'role',
  shortNames: [],
  categories: [],
  namespaced: true,
  schema: 'Role',
  validateName: pathSegmentProblems,
  hasStatus: false,
  hasGeneration: false,
  validate: validateRole,
  columns: [],
});
