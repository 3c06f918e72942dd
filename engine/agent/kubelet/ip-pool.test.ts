import { expect, test } from 'vitest';
import { testClock } from '../../testing/clock.ts';
import { delayedUntil, goSeconds, nextDelay } from './back-off.ts';
import { IpPool } from './ip-pool.ts';

test('addresses are given in turn, kept by their owner, and rest before they come back', () => {
  const clock = testClock();
  const pool = new IpPool('10.244.3.0/29', clock);
  expect(['a', 'b', 'a'].map((owner) => pool.allocate(owner))).toEqual(['10.244.3.2', '10.244.3.3', '10.244.3.2']);
  pool.release('a');
  expect(['c', 'd', 'e'].map((owner) => pool.allocate(owner))).toEqual(['10.244.3.4', '10.244.3.5', '10.244.3.6']);
  clock.advance(20_000);
  expect(pool.allocate('f')).toBe('10.244.3.2');
  expect(() => pool.allocate('g')).toThrow('no IP addresses available in range set');
});

test('under pressure an address need not rest', () => {
  const pool = new IpPool('10.244.3.0/30', testClock());
  pool.allocate('a');
  pool.release('a');
  expect(pool.allocate('b')).toBe('10.244.3.2');
});

test('what is known to be in use is not given to others', () => {
  const pool = new IpPool('10.244.3.0/29', testClock());
  pool.reserve('a', '10.244.3.2');
  pool.reserve('b', '10.244.3.2');
  pool.reserve('c', '192.0.2.1');
  expect([pool.allocate('b'), pool.allocate('a')]).toEqual(['10.244.3.3', '10.244.3.2']);
});

test('delays of restarts double up to five minutes and are forgotten after peace', () => {
  const delays: string[] = [];
  let entry = nextDelay(undefined, 0, 0);
  for (let at = 1000; delays.length < 7; at += 1000) {
    delays.push(goSeconds(entry.delayMs));
    entry = nextDelay(entry, at, at);
  }
  expect(delays).toEqual(['10s', '20s', '40s', '1m20s', '2m40s', '5m0s', '5m0s']);
  const held = { delayMs: 20_000, updatedAt: 0 };
  expect([delayedUntil(held, 5000, 6000), delayedUntil(held, 5000, 25_000), delayedUntil(held, 700_000, 700_001)]).toEqual([
    25_000,
    undefined,
    undefined,
  ]);
  expect(nextDelay(held, 700_000, 700_000).delayMs).toBe(10_000);
});
