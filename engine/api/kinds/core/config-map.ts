/** ConfigMaps. Upstream: pkg/registry/core/configmap/strategy.go, printConfigMap in pkg/printers. */
import { kind } from '../../kind.ts';
import type { ConfigMap } from '../../types.gen.ts';
import { validateConfigMap, validateConfigMapUpdate } from '../../validation/config.ts';
import { age, text } from '../columns.ts';

const count = (map: object | undefined): number => Object.keys(map ?? {}).length;

export const configMap = kind<ConfigMap>({
  group: '',
  kind: 'ConfigMap',
  plural: 'configmaps',
  shortNames: ['cm'],
  namespaced: true,
  validate: validateConfigMap,
  validateUpdate: validateConfigMapUpdate,
  // Upstream declares the number as a string.
  columns: [text('Data', ({ data, binaryData }) => count(data) + count(binaryData)), age],
});
