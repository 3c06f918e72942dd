/** ResourceQuotas. Upstream: pkg/registry/core/resourcequota, printResourceQuota in pkg/printers. */
import { kind } from '../../kind.ts';
import type { ResourceQuota } from '../../types.gen.ts';
import { validateResourceQuota, validateResourceQuotaUpdate } from '../../validation/limits.ts';
import { age, text } from '../columns.ts';

/** `pods: 1/10, requests.cpu: 0/2`: limits in a column of their own. */
function used({ status }: ResourceQuota, areLimits: boolean): string {
  const names = Object.keys(status?.hard ?? {}).toSorted();
  const asked = names.filter((name) => name.startsWith('limits.') === areLimits);
  return asked.map((name) => `${name}: ${status?.used?.[name] ?? '0'}/${status?.hard?.[name] ?? '0'}`).join(', ');
}

export const resourceQuota = kind<ResourceQuota>({
  group: '',
  kind: 'ResourceQuota',
  plural: 'resourcequotas',
  shortNames: ['quota'],
  namespaced: true,
  returnsDeleted: true,
  hasStatus: true,
  prepareCreate: (quota) => ({ ...quota, status: {} }),
  validate: validateResourceQuota,
  validateUpdate: validateResourceQuotaUpdate,
  columns: [text('Request', (quota) => used(quota, false)), text('Limit', (quota) => used(quota, true)), age],
});
