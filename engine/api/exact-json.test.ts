import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exactInteger, parseExact } from './exact-json.ts';

test('an integer of 64 bits comes back as it was written, at any depth', () => {
  const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
  fc.assert(
    fc.property(fc.array(int64), int64, (list, one) => {
      const text = `{"a":[${list.join(',')}],"b":{"c":${one},"d":"9007199254740993"}}`;
      expect(JSON.stringify(parseExact(text))).toBe(text);
    }),
  );
});

test('what a number holds exactly stays a number, and so does what is no integer', () => {
  expect(parseExact('[9007199254740991, 1e30, 0.1234567890123456789]')).toEqual([9007199254740991, 1e30, 0.12345678901234568]);
  expect([exactInteger(5n), exactInteger(2n ** 60n)]).toEqual([5, 2n ** 60n]);
});
