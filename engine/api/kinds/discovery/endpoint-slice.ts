import { kind } from '../../kind.ts';
import type { EndpointSlice } from '../../types.gen.ts';

export const endpointSlice = kind<EndpointSlice>({
  group: 'discovery.k8s.io',
  version: 'v1',
  kind: 'EndpointSlice',
  plural: 'endpointslices',
  singular: 'endpointslice',
  shortNames: [],
  categories: [],
  namespaced: true,
  schema: 'EndpointSlice',
  hasStatus: false,
  hasGeneration: false,
  columns: [],
});
