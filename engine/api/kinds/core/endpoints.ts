import { kind } from '../../kind.ts';
import type { Endpoints } from '../../types.gen.ts';

export const endpoints = kind<Endpoints>({
  group: '',
  version: 'v1',
  kind: 'Endpoints',
  plural: 'endpoints',
  singular: 'endpoints',
  shortNames: ['ep'],
  categories: [],
  namespaced: true,
  schema: 'Endpoints',
  hasStatus: false,
  hasGeneration: false,
  columns: [],
});
