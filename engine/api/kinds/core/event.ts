import { kind } from '../../kind.ts';
import type { CoreEvent } from '../../types.gen.ts';

export const event = kind<CoreEvent>({
  group: '',
  version: 'v1',
  kind: 'Event',
  plural: 'events',
  singular: 'event',
  shortNames: ['ev'],
  categories: [],
  namespaced: true,
  schema: 'CoreEvent',
  hasStatus: false,
  hasGeneration: false,
  columns: [],
});
