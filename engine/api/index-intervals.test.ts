import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countOf, firstOutside, formatIndexes, hasIndex, overlapOf, parseIndexes, union, withIndexes } from './index-intervals.ts';

test.each([
  ['', 10, ''],
  ['0', 10, '0'],
  ['0,1', 10, '0,1'],
  ['0-2,4,6,7', 10, '0-2,4,6,7'],
  ['1,2,3', 10, '1-3'],
  ['0-9', 5, '0-4'],
  ['3,x,5-y,4', 10, '3,4'],
  ['7', 5, ''],
])('%j below %i is %j', (text, completions, same) => {
  expect(formatIndexes(parseIndexes(text, completions))).toBe(same);
});

test('they are sets', () => {
  const indexes = fc.uniqueArray(fc.nat(30));
  fc.assert(
    fc.property(indexes, indexes, fc.nat(10), (a, b, count) => {
      const [one, other] = [withIndexes([], a), withIndexes([], b)];
      const both = new Set([...a, ...b]);
      expect(countOf(one)).toBe(a.length);
      expect(parseIndexes(formatIndexes(one), 100)).toEqual(one);
      expect(Array.from({ length: 31 }, (_, index) => hasIndex(union(one, other), index))).toEqual(
        Array.from({ length: 31 }, (_, index) => both.has(index)),
      );
      expect(overlapOf(one, other)).toBe(a.filter((index) => b.includes(index)).length);
      const free = Array.from({ length: 20 }, (_, index) => index).filter((index) => !a.includes(index));
      expect(firstOutside(one, count, 20)).toEqual(free.slice(0, count));
    }),
  );
});
