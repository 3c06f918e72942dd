import { kind } from '../../kind.ts';
import type { EventsEvent } from '../../types.gen.ts';

export const eventsEvent = kind<EventsEvent>({
  group: 'events.k8s.io',
  version: 'v1',
  kind: 'Event',
  plural: 'events',
  singular: 'event',
  shortNames: ['ev'],
  categories: [],
  namespaced: true,
  schema: 'EventsEvent',
  hasStatus: false,
  hasGeneration: false,
  columns: [],
});
