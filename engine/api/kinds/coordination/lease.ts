/** Leases. Upstream: pkg/registry/coordination/lease, printLease in pkg/printers. */
import { kind } from '../../kind.ts';
import type { Lease } from '../../types.gen.ts';
import { validateLease } from '../../validation/lease.ts';
import { age, text } from '../columns.ts';

export const lease = kind<Lease>({
  group: 'coordination.k8s.io',
  kind: 'Lease',
  plural: 'leases',
  namespaced: true,
  validate: validateLease,
  columns: [text('Holder', ({ spec }) => spec?.holderIdentity ?? ''), age],
});
