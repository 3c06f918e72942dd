/**
 * Events under their newer name: the same objects as the core group's, seen through other fields.
 * Upstream: pkg/apis/events/v1/conversion.go and defaults; one storage for both in pkg/registry/core/event.
 */
import { kind } from '../../kind.ts';
import type { KubeObject } from '../../object.ts';
import type { CoreEvent, EventsEvent } from '../../types.gen.ts';
import { validateEventsEvent } from '../../validation/event.ts';
import { event } from '../core/event.ts';
import { present } from '../fill.ts';

export function toCore(given: EventsEvent): CoreEvent {
  const { regarding, note, deprecatedSource, deprecatedFirstTimestamp, deprecatedLastTimestamp, deprecatedCount, ...rest } = given;
  const { reportingController, ...same } = rest;
  return {
    ...same,
    apiVersion: 'v1',
    kind: 'Event',
    involvedObject: regarding ?? {},
    ...present({
      message: note,
      source: deprecatedSource,
      firstTimestamp: deprecatedFirstTimestamp,
      lastTimestamp: deprecatedLastTimestamp,
      count: deprecatedCount,
      reportingComponent: reportingController,
    }),
  };
}

export function fromCore(given: CoreEvent): EventsEvent {
  const { involvedObject, message, source, firstTimestamp, lastTimestamp, count, reportingComponent, ...same } = given;
  const converted = {
    ...same,
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    regarding: involvedObject,
    ...present({
      note: message,
      deprecatedSource: source,
      deprecatedFirstTimestamp: firstTimestamp,
      deprecatedLastTimestamp: lastTimestamp,
      deprecatedCount: count,
      reportingController: reportingComponent,
    }),
  };
  // Events of the core group need not have an eventTime; here it is null then, as upstream prints it.
  return { ...converted, eventTime: converted.eventTime ?? null } as EventsEvent;
}

export const eventsEvent = kind<EventsEvent>({
  group: 'events.k8s.io',
  kind: 'Event',
  plural: 'events',
  shortNames: ['ev'],
  namespaced: true,
  schema: 'EventsEvent',
  storage: { group: '', plural: 'events', toStorage: toCore, fromStorage: (stored: KubeObject) => fromCore(stored as CoreEvent) },
  selectableFields: {
    'regarding.kind': ({ regarding }) => regarding?.kind ?? '',
    'regarding.namespace': ({ regarding }) => regarding?.namespace ?? '',
    'regarding.name': ({ regarding }) => regarding?.name ?? '',
    'regarding.uid': ({ regarding }) => regarding?.uid ?? '',
    'regarding.apiVersion': ({ regarding }) => regarding?.apiVersion ?? '',
    'regarding.resourceVersion': ({ regarding }) => regarding?.resourceVersion ?? '',
    'regarding.fieldPath': ({ regarding }) => regarding?.fieldPath ?? '',
    reason: ({ reason }) => reason ?? '',
    reportingController: ({ reportingController }) => reportingController ?? '',
    type: ({ type }) => type ?? '',
  },
  indexedFields: ['regarding.uid', 'regarding.name'],
  validateCreate: validateEventsEvent,
  columns: event.columns.map((column) => ({ ...column, cell: (object, nowMs) => column.cell(toCore(object), nowMs) })),
});
