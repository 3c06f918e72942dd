import { expect, it } from 'vitest';
import type { Live } from '../../../engine/api/object.ts';
import type { CoreEvent } from '../../../engine/api/types.gen.ts';
import { aboutText, filterEvents, lastSeen, timesSeen } from './event-row.ts';

function event(name: string, resourceVersion: string, rest: Partial<CoreEvent> = {}): Live<CoreEvent> {
  return {
    apiVersion: 'v1',
    kind: 'Event',
    involvedObject: { kind: 'Pod', name: 'web-1', namespace: 'default' },
    ...rest,
    metadata: { name, namespace: 'default', uid: name, resourceVersion, creationTimestamp: '2026-01-01T00:00:00Z', ...rest.metadata },
  };
}

it('shows the newest revision first within a second, by number and not by letter', () => {
  const events = [event('a', '9'), event('b', '10'), event('c', '2')];
  expect(filterEvents(events, { type: 'all', namespace: undefined }).map(({ metadata }) => metadata.name)).toEqual(['b', 'a', 'c']);
});
it('keeps what has the type and lies in the namespace', () => {
  const events = [
    event('a', '1', { type: 'Warning' }),
    event('b', '2', { type: 'Normal' }),
    event('c', '3', { type: 'Warning', metadata: { namespace: 'other' } }),
  ];
  expect(filterEvents(events, { type: 'Warning', namespace: 'default' }).map(({ metadata }) => metadata.name)).toEqual(['a']);
});
it('reads old and new forms of an event', () => {
  expect(lastSeen(event('a', '1'))).toBe('2026-01-01T00:00:00Z');
  expect(lastSeen(event('a', '1', { lastTimestamp: '2026-01-02T00:00:00Z' }))).toBe('2026-01-02T00:00:00Z');
  const series = { count: 7, lastObservedTime: '2026-01-03T00:00:00Z' };
  expect([lastSeen(event('a', '1', { series })), timesSeen(event('a', '1', { series }))]).toEqual(['2026-01-03T00:00:00Z', 7]);
  expect([timesSeen(event('a', '1', { count: 3 })), timesSeen(event('a', '1'))]).toEqual([3, 1]);
  expect(aboutText(event('a', '1'))).toBe('pod/web-1');
});
