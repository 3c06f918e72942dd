import { kind } from '../../kind.ts';
import type { Service } from '../../types.gen.ts';

export const service = kind<Service>({
  group: '',
  version: 'v1',
  kind: 'Service',
  plural: 'services',
  singular: 'service',
  shortNames: ['svc'],
  categories: ['all'],
  namespaced: true,
  schema: 'Service',
  hasStatus: true,
  hasGeneration: false,
  columns: [],
});
