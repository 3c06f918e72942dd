import { kind } from '../../kind.ts';
import type { Deployment } from '../../types.gen.ts';

export const deployment = kind<Deployment>({
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  plural: 'deployments',
  singular: 'deployment',
  shortNames: ['deploy'],
  categories: ['all'],
  namespaced: true,
  schema: 'Deployment',
  hasStatus: true,
  hasGeneration: true,
  columns: [],
});
