import { kind } from '../../kind.ts';
import type { Node } from '../../types.gen.ts';

export const node = kind<Node>({
  group: '',
  version: 'v1',
  kind: 'Node',
  plural: 'nodes',
  singular: 'node',
  shortNames: ['no'],
  categories: [],
  namespaced: false,
  schema: 'Node',
  hasStatus: true,
  hasGeneration: false,
  columns: [],
});
