import { kind } from '../../kind.ts';
import type { ResourceQuota } from '../../types.gen.ts';

export const resourceQuota = kind<ResourceQuota>({
  group: '',
  version: 'v1',
  kind: 'ResourceQuota',
  plural: 'resourcequotas',
  singular: 'resourcequota',
  shortNames: ['quota'],
  categories: [],
  namespaced: true,
  schema: 'ResourceQuota',
  hasStatus: true,
  hasGeneration: false,
  columns: [],
});
