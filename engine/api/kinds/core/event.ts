/** Events. Upstream: pkg/registry/core/event/strategy.go, printEvent in pkg/printers. */
import { ageSince } from '../../age.ts';
import { kind } from '../../kind.ts';
import type { CoreEvent } from '../../types.gen.ts';
import { validateCoreEvent } from '../../validation/event.ts';
import { pathSegmentProblems } from '../../validation/names.ts';
import { text, wide } from '../columns.ts';

function firstSeen({ firstTimestamp, eventTime }: CoreEvent, nowMs: number): string {
  return ageSince(firstTimestamp ?? eventTime, nowMs);
}
function lastSeen(event: CoreEvent, nowMs: number): string {
  if (event.series) return ageSince(event.series.lastObservedTime, nowMs);
  return event.lastTimestamp === undefined ? firstSeen(event, nowMs) : ageSince(event.lastTimestamp, nowMs);
}

function object({ involvedObject: { kind = '', name } }: CoreEvent): string {
  return name ? `${kind.toLowerCase()}/${name}` : kind.toLowerCase();
}
function source({ source, reportingComponent = '', reportingInstance = '' }: CoreEvent): string {
  const component = source?.component || reportingComponent;
  const instance = source?.component ? (source.host ?? '') : reportingInstance;
  return instance ? `${component}, ${instance}` : component;
}

export const event = kind<CoreEvent>({
  group: '',
  kind: 'Event',
  plural: 'events',
  shortNames: ['ev'],
  namespaced: true,
  schema: 'CoreEvent',
  validateName: pathSegmentProblems,
  selectableFields: {
    'involvedObject.kind': ({ involvedObject }) => involvedObject.kind ?? '',
    'involvedObject.namespace': ({ involvedObject }) => involvedObject.namespace ?? '',
    'involvedObject.name': ({ involvedObject }) => involvedObject.name ?? '',
    'involvedObject.uid': ({ involvedObject }) => involvedObject.uid ?? '',
    'involvedObject.apiVersion': ({ involvedObject }) => involvedObject.apiVersion ?? '',
    'involvedObject.resourceVersion': ({ involvedObject }) => involvedObject.resourceVersion ?? '',
    'involvedObject.fieldPath': ({ involvedObject }) => involvedObject.fieldPath ?? '',
    reason: ({ reason }) => reason ?? '',
    reportingComponent: ({ reportingComponent }) => reportingComponent ?? '',
    source: ({ source, reportingComponent }) => source?.component || (reportingComponent ?? ''),
    type: ({ type }) => type ?? '',
  },
  indexedFields: ['involvedObject.uid', 'involvedObject.name'],
  validate: validateCoreEvent,
  columns: [
    text('Last Seen', lastSeen),
    text('Type', ({ type }) => type ?? ''),
    text('Reason', ({ reason }) => reason ?? ''),
    text('Object', object),
    wide('Subobject', ({ involvedObject }) => involvedObject.fieldPath ?? ''),
    wide('Source', source),
    text('Message', ({ message }) => (message ?? '').trim()),
    wide('First Seen', firstSeen),
    wide('Count', ({ series, count }) => series?.count ?? (count || 1)),
    { ...wide('Name', ({ metadata }) => metadata.name ?? ''), format: 'name' },
  ],
});
