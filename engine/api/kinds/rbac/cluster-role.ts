/** Without columns of their own: they print when they were created. Upstream: pkg/registry/rbac, printers.go. */
import { kind } from '../../kind.ts';
import type { ClusterRole } from '../../types.gen.ts';
import { pathSegmentProblems } from '../../validation/names.ts';
import { validateClusterRole } from '../../validation/rbac.ts';

export const clusterRole = kind<ClusterRole>({
  group: 'rbac.authorization.k8s.io',
  kind: 'ClusterRole',
  plural: 'clusterroles',
  namespaced: false,
  validateName: pathSegmentProblems,
  validate: validateClusterRole,
  columns: [],
});
