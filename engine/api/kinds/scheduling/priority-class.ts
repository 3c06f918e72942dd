import { kind } from '../../kind.ts';
import type { PriorityClass } from '../../types.gen.ts';

export const priorityClass = kind<PriorityClass>({
  group: 'scheduling.k8s.io',
  version: 'v1',
  kind: 'PriorityClass',
  plural: 'priorityclasses',
  singular: 'priorityclass',
  shortNames: ['pc'],
  categories: [],
  namespaced: false,
  schema: 'PriorityClass',
  hasStatus: false,
  hasGeneration: true,
  columns: [],
});
