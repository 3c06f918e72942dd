import { kind } from '../../kind.ts';
import type { Pod } from '../../types.gen.ts';

export const pod = kind<Pod>({
  group: '',
  version: 'v1',
  kind: 'Pod',
  plural: 'pods',
  singular: 'pod',
  shortNames: ['po'],
  categories: ['all'],
  namespaced: true,
  schema: 'Pod',
  hasStatus: true,
  hasGeneration: true,
  columns: [],
});
