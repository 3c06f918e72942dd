import { kind } from '../../kind.ts';
import type { ReplicaSet } from '../../types.gen.ts';

export const replicaSet = kind<ReplicaSet>({
  group: 'apps',
  version: 'v1',
  kind: 'ReplicaSet',
  plural: 'replicasets',
  singular: 'replicaset',
  shortNames: ['rs'],
  categories: ['all'],
  namespaced: true,
  schema: 'ReplicaSet',
  hasStatus: true,
  hasGeneration: true,
  columns: [],
});
