/** ConfigMaps. Upstream: pkg/registry/core/configmap/strategy.go, printConfigMap in pkg/printers. */
import { kind } from '../../kind.ts';
import type { ConfigMap } from '../../types.gen.ts';
import { validateConfigMap, validateConfigMapUpdate } from '../../validation/config.ts';
import { age, integer } from '../columns.ts';

const count = (map: object | undefined): number => Object.keys(map ?? {}).length;

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
  validate: validateConfigMap,
  validateUpdate: validateConfigMapUpdate,
  columns: [integer('Data', ({ data, binaryData }) => count(data) + count(binaryData)), age],
});
