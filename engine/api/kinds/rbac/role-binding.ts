import { kind } from '../../kind.ts';
import type { RoleBinding } from '../../types.gen.ts';

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
  hasStatus: false,
  hasGeneration: false,
  columns: [],
});
