import { kind } from '../../kind.ts';
import type { ClusterRole } from '../../types.gen.ts';

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
  hasStatus: false,
  hasGeneration: false,
  columns: [],
});
