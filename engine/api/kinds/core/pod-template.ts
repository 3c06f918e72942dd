import { kind } from '../../kind.ts';
import type { PodTemplate } from '../../types.gen.ts';

export const podTemplate = kind<PodTemplate>({
  group: '',
  version: 'v1',
  kind: 'PodTemplate',
  plural: 'podtemplates',
  singular: 'podtemplate',
  shortNames: [],
  categories: [],
  namespaced: true,
  schema: 'PodTemplate',
  hasStatus: false,
  hasGeneration: true,
  columns: [],
});
