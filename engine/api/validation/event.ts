/** Events of the core group and of events.k8s.io. Upstream: pkg/apis/core/validation/events.go. */
import { invalidValue, Path, required } from '../field-error.ts';
import type { CoreEvent, EventsEvent } from '../types.gen.ts';
import { type Errors, none, validQualifiedName } from './fields.ts';
import { utf8Length } from './labels.ts';

/** An event lies in the namespace of what it is about; what has none is told of in `default`. */
export function validateCoreEvent({ metadata, involvedObject }: CoreEvent): Errors {
  const { namespace = '' } = metadata;
  const about = involvedObject.namespace ?? '';
  const isHome = about === '' ? namespace === '' || namespace === 'default' : about === namespace;
  return isHome ? none : [invalidValue(new Path('involvedObject').at('namespace'), about, 'does not match event.namespace')];
}

const maxBytes = 128;
const maxNoteBytes = 1024;

function shortText(name: string, value: string | undefined): Errors {
  const path = new Path(name);
  if (!value) return [required(path)];
  return utf8Length(value) > maxBytes ? [invalidValue(path, value, `can have at most ${maxBytes} characters`)] : none;
}

/** Events that say when they happened (newer clients) must also say who saw them and what was done. */
export function validateEventsEvent(event: EventsEvent): Errors {
  const { eventTime, reportingController, reportingInstance, action, reason, note = '', type } = event;
  if (!eventTime) return [required(new Path('eventTime'))];
  const isTypeKnown = type === 'Normal' || type === 'Warning';
  return [
    ...(reportingController
      ? validQualifiedName(new Path('reportingController'), reportingController)
      : [required(new Path('reportingController'))]),
    ...shortText('reportingInstance', reportingInstance),
    ...shortText('action', action),
    ...shortText('reason', reason),
    ...(utf8Length(note) > maxNoteBytes ? [invalidValue(new Path('note'), '', `can have at most ${maxNoteBytes} bytes`)] : none),
    ...(isTypeKnown ? none : [invalidValue(new Path('type'), '', `has invalid value: ${type ?? ''}`)]),
  ];
}
