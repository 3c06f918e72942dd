/** Leases. Upstream: pkg/registry/coordination/lease, printLease in pkg/printers. */
import { kind } from '../../kind.ts';
import type { Lease } from '../../types.gen.ts';
import { validateLease } from '../../validation/lease.ts';
import { age, text } from '../columns.ts';

export const lease = kind<Lease>({
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  plural: 'leases',
  singular: 'lease',
  shortNames: [],
  categories: [],
  namespaced: true,
  schema: 'Lease',
  hasStatus: false,
  hasGeneration: false,
  validate: validateLease,
  columns: [text('Holder', ({ spec }) => spec?.holderIdentity ?? ''), age],
});
