import { kind } from '../../kind.ts';
import type { PersistentVolume } from '../../types.gen.ts';

export const persistentVolume = kind<PersistentVolume>({
  group: '',
  version: 'v1',
  kind: 'PersistentVolume',
  plural: 'persistentvolumes',
  singular: 'persistentvolume',
  shortNames: ['pv'],
  categories: [],
  namespaced: false,
  schema: 'PersistentVolume',
  hasStatus: true,
  hasGeneration: false,
  columns: [],
});
