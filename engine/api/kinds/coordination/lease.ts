import { kind } from '../../kind.ts';
import type { Lease } from '../../types.gen.ts';

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
  columns: [],
});
