import { expect, test } from 'vitest';
import { testClock } from '../testing/clock.ts';
import { Expectations } from './expectations.ts';

test('creations and deletions are waited for until the cache has shown them all', () => {
  const expectations = new Expectations(testClock());
  expect(expectations.satisfied('a')).toBe(true);
  expectations.expect('a', { creations: 3, deletions: [] });
  expectations.created('a');
  expect(expectations.satisfied('a')).toBe(false);
  expectations.created('a', 2);
  expect(expectations.satisfied('a')).toBe(true);
  expectations.expect('a', { creations: 0, deletions: ['x', 'y'] });
  expectations.deleted('a', 'x');
  expectations.deleted('a', 'x');
  expect(expectations.satisfied('a')).toBe(false);
  expectations.deleted('a', 'y');
  expect(expectations.satisfied('a')).toBe(true);
  expect(expectations.satisfied('b')).toBe(true);
});

test('what has not come after five minutes was lost', () => {
  const clock = testClock();
  const expectations = new Expectations(clock);
  expectations.expect('a', { creations: 1, deletions: [] });
  clock.advance(300_000);
  expect([expectations.satisfied('a'), expectations.leftMs('a')]).toEqual([false, 1]);
  clock.advance(1);
  expect(expectations.satisfied('a')).toBe(true);
});
