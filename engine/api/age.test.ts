import { expect, it } from 'vitest';
import { ageSince, humanDuration, shortHumanDuration } from './age.ts';

const s = 1000;
const m = 60 * s;
const h = 60 * m;
const d = 24 * h;
const y = 365 * d;

it.each([
  [-2 * s, '<invalid>', '<invalid>'],
  [-1 * s, '0s', '0s'],
  [-s / 2, '0s', '0s'],
  [0, '0s', '0s'],
  [18 * s, '18s', '18s'],
  [60 * s, '60s', '1m'],
  [119.9 * s, '119s', '1m'],
  [2 * m, '2m', '2m'],
  [2 * m + 57 * s, '2m57s', '2m'],
  [3 * m + 7 * s, '3m7s', '3m'],
  [10 * m - s, '9m59s', '9m'],
  [10 * m, '10m', '10m'],
  [82 * m, '82m', '1h'],
  [3 * h - s, '179m', '2h'],
  [3 * h, '3h', '3h'],
  [3 * h + 5 * m, '3h5m', '3h'],
  [8 * h - s, '7h59m', '7h'],
  [8 * h + 5 * m, '8h', '8h'],
  [48 * h - s, '47h', '1d'],
  [2 * d, '2d', '2d'],
  [2 * d + 3 * h, '2d3h', '2d'],
  [8 * d, '8d', '8d'],
  [2 * y - h, '729d', '1y'],
  [2 * y, '2y', '2y'],
  [2 * y + 23 * h, '2y', '2y'],
  [3 * y + 4 * d, '3y4d', '3y'],
  [8 * y + 4 * d, '8y', '8y'],
])('%d ms are %s, in short %s', (ms, long, short) => {
  expect([humanDuration(ms), shortHumanDuration(ms)]).toEqual([long, short]);
});
it('an age without a beginning is unknown', () => {
  expect([ageSince(undefined, 0), ageSince('x', 0), ageSince('1970-01-01T00:00:00Z', 18 * s)]).toEqual(['<unknown>', '<unknown>', '18s']);
});
