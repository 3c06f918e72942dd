import { kind } from '../../kind.ts';
import type { ConfigMap } from '../../types.gen.ts';

export const configMap = kind<ConfigMap>({
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  singular: 'configmap',
  shortNames: ['cm'],
  categories: [],
  namespaced: true,
  schema: 'ConfigMap',
  hasStatus: false,
  hasGeneration: false,
  columns: [],
});
