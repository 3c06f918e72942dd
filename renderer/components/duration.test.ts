import { expect, it } from 'vitest';
import { formatDuration, formatRunning } from './duration.ts';

it.each([
  [0, '0ms', '0.0s'],
  [34, '34ms', '0.0s'],
  [994, '994ms', '1.0s'],
  [995, '1.0s', '1.0s'],
  [9949, '9.9s', '9.9s'],
  [12_400, '12s', '12s'],
  [59_400, '59s', '59s'],
  [59_600, '60s', '60s'],
  [125_000, '2m 5s', '2m 5s'],
  [120_000, '2m', '2m'],
])('%i ms is %s, and %s while it runs', (ms, done, running) => {
  expect([formatDuration(ms, 'en'), formatRunning(ms, 'en')]).toEqual([done, running]);
});

it('is written with Japanese words in Japanese', () => {
  expect(formatDuration(125_000, 'ja')).toBe('2 分 5 秒');
});
