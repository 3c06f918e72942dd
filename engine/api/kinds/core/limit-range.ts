import { kind } from '../../kind.ts';
import type { LimitRange } from '../../types.gen.ts';

export const limitRange = kind<LimitRange>({
  group: '',
  version: 'v1',
  kind: 'LimitRange',
  plural: 'limitranges',
  singular: 'limitrange',
  shortNames: ['limits'],
  categories: [],
  namespaced: true,
  schema: 'LimitRange',
  hasStatus: false,
  hasGeneration: false,
  columns: [],
});
