import { load } from 'js-yaml';
import { expect, it } from 'vitest';
import { expandsBeyond, maxExpandedBytes } from './expanded-size.ts';

const aliases = (text: string, count: number) =>
  load(`data: {a: &a "${text}", ${Array.from({ length: count }, (_, index) => `b${index}: *a`).join(', ')}}`);

it('counts every mention of a string', () => {
  expect(expandsBeyond(aliases('x'.repeat(500_000), 2_000), maxExpandedBytes)).toBe(true);
  expect(expandsBeyond(aliases('x'.repeat(100), 20), maxExpandedBytes)).toBe(false);
});

it('counts every mention of a collection, and comes to an end where one contains itself', () => {
  const lists = Array.from({ length: 30 }, (_, n) => `l${n + 1}: &l${n + 1} [*l${n}, *l${n}]`);
  expect(expandsBeyond(load(['l0: &l0 [lol]', ...lists].join('\n')), maxExpandedBytes)).toBe(true);
  const self: unknown[] = [];
  self.push(self);
  expect(expandsBeyond(self, 1_000)).toBe(true);
});

it('takes a text without aliases for no larger than it is', () => {
  for (const text of ['[a,b,c]', '[1,2,3]', '{a: b}', 'a: text', '- 1\n- [x,y]\n'])
    expect([text, expandsBeyond(load(text), text.length + 1)]).toEqual([text, false]);
});
