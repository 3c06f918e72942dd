/** ServiceAccounts. Upstream: pkg/registry/core/serviceaccount/strategy.go, printServiceAccount in pkg/printers. */
import { kind } from '../../kind.ts';
import type { ServiceAccount } from '../../types.gen.ts';
import { age, integer } from '../columns.ts';

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
  columns: [integer('Secrets', ({ secrets }) => (secrets ?? []).length), age],
});
