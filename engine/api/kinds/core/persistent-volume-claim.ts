import { kind } from '../../kind.ts';
import type { PersistentVolumeClaim } from '../../types.gen.ts';

export const persistentVolumeClaim = kind<PersistentVolumeClaim>({
  group: '',
  version: 'v1',
  kind: 'PersistentVolumeClaim',
  plural: 'persistentvolumeclaims',
  singular: 'persistentvolumeclaim',
  shortNames: ['pvc'],
  categories: [],
  namespaced: true,
  schema: 'PersistentVolumeClaim',
  hasStatus: true,
  hasGeneration: false,
  columns: [],
});
