/** ServiceAccounts. Upstream: pkg/registry/core/serviceaccount/strategy.go, printServiceAccount in pkg/printers. */
import { kind } from '../../kind.ts';
import type { ServiceAccount } from '../../types.gen.ts';
import { age, integer } from '../columns.ts';

export const serviceAccount = kind<ServiceAccount>({
  group: '',
  kind: 'ServiceAccount',
  plural: 'serviceaccounts',
  shortNames: ['sa'],
  namespaced: true,
  returnsDeleted: true,
  columns: [integer('Secrets', ({ secrets }) => (secrets ?? []).length), age],
});
