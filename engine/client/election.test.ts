import { expect, test } from 'vitest';
import { serviceUnavailable } from '../api/errors.ts';
import { lease as leaseKind } from '../api/kinds/coordination/lease.ts';
import { testClock } from '../testing/clock.ts';
import { MemoryClient } from '../testing/memory-client.ts';
import { runElection } from './election.ts';

const lease = { namespace: 'kube-system', name: 'minato' };

function candidate(client: MemoryClient, clock: ReturnType<typeof testClock>, identity: string) {
  const stop = new AbortController();
  let isLeading = false;
  const ended = runElection({
    client,
    clock,
    lease,
    identity,
    signal: stop.signal,
    lead: async (signal) => {
      isLeading = true;
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      isLeading = false;
    },
  });
  return { stop, ended, isLeading: () => isLeading };
}
/** Lets everything that is ready run, then moves the clock. */
async function pass(clock: ReturnType<typeof testClock>, ms: number): Promise<void> {
  for (let at = 0; at <= ms; at += 500) {
    for (let turn = 0; turn < 50; turn++) await Promise.resolve();
    if (at < ms) clock.advance(500);
  }
}

test('one of two leads, and when it stops the other takes over at once', async () => {
  const clock = testClock();
  const client = new MemoryClient(() => clock.now());
  const first = candidate(client, clock, 'first');
  await pass(clock, 0);
  const second = candidate(client, clock, 'second');
  await pass(clock, 60_000);
  expect([first.isLeading(), second.isLeading()]).toEqual([true, false]);
  first.stop.abort();
  await first.ended;
  await pass(clock, 4000);
  expect([first.isLeading(), second.isLeading()]).toEqual([false, true]);
  expect((await client.get(leaseKind, lease)).spec).toMatchObject({ holderIdentity: 'second', leaseTransitions: 1 });
  second.stop.abort();
  await second.ended;
  expect(clock.pending).toBe(0);
});

test('a leader that cannot renew steps down before its lease runs out', async () => {
  const clock = testClock();
  const client = new MemoryClient(() => clock.now());
  const only = candidate(client, clock, 'only');
  await pass(clock, 0);
  client.fault = () => {
    throw serviceUnavailable('no');
  };
  await pass(clock, 9500);
  expect(only.isLeading()).toBe(true);
  await pass(clock, 2500);
  expect(only.isLeading()).toBe(false);
  client.fault = () => {};
  await pass(clock, 4000);
  expect(only.isLeading()).toBe(true);
  only.stop.abort();
  await only.ended;
});
