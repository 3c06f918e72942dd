import { expect, it } from 'vitest';
import { formatMemory } from './format-memory.ts';

it.each([
  ['24638836Ki', '23.5 GiB'],
  ['64Gi', '64 GiB'],
  ['512Mi', '512 MiB'],
  ['1000000000', '954 MiB'],
  [undefined, '–'],
])('%s is %s', (quantity, text) => {
  expect(formatMemory(quantity)).toBe(text);
});
