/** Without columns of their own: they print when they were created. Upstream: pkg/registry/rbac, printers.go. */
import { kind } from '../../kind.ts';
import type { ClusterRole } from '../../types.gen.ts';
import { pathSegmentProblems } from '../../validation/names.ts';
import { validateClusterRole } from '../../validation/rbac.ts';

export const clusterRole = kind<ClusterRole>({
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  kind: 'ClusterRole',
  plural: 'clusterroles',
  singular: 'clusterrole',
  shortNames: [],
  categories: [],
  namespaced: false,
  schema: 'ClusterRole',
  validateName: pathSegmentProblems,
  hasStatus: false,
  hasGeneration: false,
  validate: validateClusterRole,
  columns: [],
});
