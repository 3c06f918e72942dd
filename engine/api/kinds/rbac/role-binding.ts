import { kind } from '../../kind.ts';
import type { RoleBinding } from '../../types.gen.ts';
import { pathSegmentProblems } from '../../validation/names.ts';

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
  columns: [],
});
