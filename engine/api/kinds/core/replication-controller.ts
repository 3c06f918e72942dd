import { kind } from '../../kind.ts';
import type { ReplicationController } from '../../types.gen.ts';

export const replicationController = kind<ReplicationController>({
  group: '',
  version: 'v1',
  kind: 'ReplicationController',
  plural: 'replicationcontrollers',
  singular: 'replicationcontroller',
  shortNames: ['rc'],
  categories: ['all'],
  namespaced: true,
  schema: 'ReplicationController',
  hasStatus: true,
  hasGeneration: true,
  columns: [],
});
