import { expect, test } from 'vitest';
import { serviceUnavailable } from '../api/errors.ts';
import { event as eventKind } from '../api/kinds/core/event.ts';
import { testClock } from '../testing/clock.ts';
import { MemoryClient } from '../testing/memory-client.ts';
import { pod } from '../testing/scheduling.ts';
import { EventBroadcaster } from './events.ts';

function sandbox() {
  const clock = testClock();
  const client = new MemoryClient(() => clock.now());
  const errors: unknown[] = [];
  const broadcaster = new EventBroadcaster({ client, clock, onError: (error) => errors.push(error) });
  const written = async () => {
    await broadcaster[Symbol.asyncDispose]();
    return (await client.list(eventKind)).items;
  };
  return { clock, client, errors, written, recorder: broadcaster.recorder('test-controller') };
}
const web = pod('web');

test('an event has the fields and the name that upstream gives it', async () => {
  const { recorder, written } = sandbox();
  recorder.event(web, 'Normal', 'Scheduled', 'Successfully assigned default/web to minato');
  expect(await written()).toMatchObject([
    {
      metadata: { name: 'web.18867251edfa0000', namespace: 'default' },
      involvedObject: { apiVersion: 'v1', kind: 'Pod', name: 'web', namespace: 'default', uid: web.metadata.uid, resourceVersion: '1' },
      type: 'Normal',
      reason: 'Scheduled',
      message: 'Successfully assigned default/web to minato',
      source: { component: 'test-controller' },
      firstTimestamp: '2026-01-01T00:00:00Z',
      lastTimestamp: '2026-01-01T00:00:00Z',
      count: 1,
      reportingComponent: 'test-controller',
      reportingInstance: '',
    },
  ]);
});

test('repeats raise the count of the first', async () => {
  const { recorder, written, clock } = sandbox();
  recorder.event(web, 'Warning', 'BackOff', 'Back-off');
  clock.advance(60_000);
  recorder.event(web, 'Warning', 'BackOff', 'Back-off');
  recorder.event(web, 'Warning', 'BackOff', 'Back-off');
  expect(await written()).toMatchObject([{ count: 3, firstTimestamp: '2026-01-01T00:00:00Z', lastTimestamp: '2026-01-01T00:01:00Z' }]);
});

test('a repeat of an event that was removed is written again with its count', async () => {
  const { recorder, written, client } = sandbox();
  recorder.event(web, 'Warning', 'BackOff', 'Back-off');
  const [first] = await written();
  await client.delete(eventKind, { namespace: 'default', name: first?.metadata.name ?? '' });
  recorder.event(web, 'Warning', 'BackOff', 'Back-off');
  expect(await written()).toMatchObject([{ count: 2, metadata: { name: first?.metadata.name } }]);
});

test('the tenth message of one sort within ten minutes and those that follow share one event', async () => {
  const { recorder, written } = sandbox();
  for (let index = 0; index < 12; index++) recorder.event(web, 'Normal', 'Created', `message ${index}`);
  const events = await written();
  expect(events.length).toBe(10);
  expect(events.find(({ count }) => count === 3)).toMatchObject({ message: '(combined from similar events): message 11' });
});

test('one object gets 25 events at once and then one each five minutes', async () => {
  const { recorder, written, clock } = sandbox();
  for (let index = 0; index < 40; index++) recorder.event(web, 'Normal', `Reason${index}`, 'message');
  expect((await written()).length).toBe(25);
  clock.advance(300_000);
  for (const reason of ['Late', 'TooLate']) recorder.event(web, 'Normal', reason, 'message');
  expect((await written()).length).toBe(26);
  recorder.event(pod('other'), 'Normal', 'Scheduled', 'message');
  expect((await written()).length).toBe(27);
});

test('an event that cannot be written is lost, told, and hurts nobody', async () => {
  const { recorder, written, client, errors } = sandbox();
  client.fault = (call) => {
    if (call.startsWith('create events')) throw serviceUnavailable('no');
  };
  recorder.event(web, 'Normal', 'Scheduled', 'message');
  expect(await written()).toEqual([]);
  expect(errors.map(String)).toEqual(['ApiError: no']);
  client.fault = () => {};
  recorder.event(web, 'Normal', 'Scheduled', 'message');
  expect(await written()).toMatchObject([{ count: 1 }]);
});
