import { kind } from '../../kind.ts';
import type { ServiceAccount } from '../../types.gen.ts';

export const serviceAccount = kind<ServiceAccount>({
  group: '',
  version: 'v1',
  kind: 'ServiceAccount',
  plural: 'serviceaccounts',
  singular: 'serviceaccount',
  shortNames: ['sa'],
  categories: [],
  namespaced: true,
  schema: 'ServiceAccount',
  hasStatus: false,
  hasGeneration: false,
  columns: [],
});
