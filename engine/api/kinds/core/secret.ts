import { kind } from '../../kind.ts';
import type { Secret } from '../../types.gen.ts';

export const secret = kind<Secret>({
  group: '',
  version: 'v1',
  kind: 'Secret',
  plural: 'secrets',
  singular: 'secret',
  shortNames: [],
  categories: [],
  namespaced: true,
  schema: 'Secret',
  hasStatus: false,
  hasGeneration: false,
  columns: [],
});
