import { expect, it } from 'vitest';
import { percentOf, scaledValue } from './int-or-string.ts';

it.each([
  [3, 10, 'up', 3],
  ['25%', 10, 'up', 3],
  ['25%', 10, 'down', 2],
  ['0%', 10, 'up', 0],
  ['100%', 7, 'down', 7],
  ['150%', 4, 'up', 6],
  ['30%', 10, 'up', 3],
  ['10%', 0, 'up', 0],
] as const)('%s of %d rounded %s is %d', (value, total, round, expected) => {
  expect(scaledValue(value, total, round)).toBe(expected);
});
it('a name is no percentage', () => {
  expect(percentOf('http')).toBeUndefined();
  expect(() => scaledValue('http', 1, 'up')).toThrow('invalid value for IntOrString: invalid type: string is not a percentage');
  expect(() => scaledValue('a%', 1, 'up')).toThrow('invalid value for IntOrString: invalid value "a%"');
});
