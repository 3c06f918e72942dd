/** Without columns of their own: they print when they were created. Upstream: pkg/registry/rbac, printers.go. */
import { kind } from '../../kind.ts';
import type { Role } from '../../types.gen.ts';
import { pathSegmentProblems } from '../../validation/names.ts';
import { validateRole } from '../../validation/rbac.ts';

export const role = kind<Role>({
  group: 'rbac.authorization.k8s.io',
  kind: 'Role',
  plural: 'roles',
  namespaced: true,
  validateName: pathSegmentProblems,
  validate: validateRole,
  columns: [],
});
