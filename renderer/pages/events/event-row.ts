/** What the cluster has told about its objects, as rows: pure. Upstream: printEvent in pkg/printers/internalversion/printers.go. */
import type { Live } from '../../../engine/api/object.ts';
import type { CoreEvent } from '../../../engine/api/types.gen.ts';

/** When it was said last; new-style events have `series` or `eventTime`. */
export function lastSeen(event: Live<CoreEvent>): string {
  return event.series?.lastObservedTime ?? event.lastTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp;
}
export function timesSeen(event: CoreEvent): number {
  return event.series?.count ?? event.count ?? 1;
}
/** `pod/web-1`, as kubectl prints it. */
export function aboutText({ involvedObject: { kind = '', name = '' } }: CoreEvent): string {
  return `${kind.toLowerCase()}/${name}`;
}

export type TypeFilter = 'all' | 'Normal' | 'Warning';
export interface EventFilter {
  readonly type: TypeFilter;
  readonly namespace: string | undefined;
}
/** Times are whole seconds: within one, the newest revision comes first. */
export function filterEvents(events: readonly Live<CoreEvent>[], { type, namespace }: EventFilter): readonly Live<CoreEvent>[] {
  return events
    .filter((event) => (type === 'all' || event.type === type) && (namespace === undefined || event.metadata.namespace === namespace))
    .toSorted((one, other) => Number(other.metadata.resourceVersion) - Number(one.metadata.resourceVersion));
}
