import { kind } from '../../kind.ts';
import type { Namespace } from '../../types.gen.ts';

export const namespace = kind<Namespace>({
  group: '',
  version: 'v1',
  kind: 'Namespace',
  plural: 'namespaces',
  singular: 'namespace',
  shortNames: ['ns'],
  categories: [],
  namespaced: false,
  schema: 'Namespace',
  hasStatus: true,
  hasGeneration: false,
  columns: [],
});
