import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../engine/api/object.ts';
import { excerpt, lineDiff } from './line-diff.ts';
import { isSame, merge } from './merge.ts';

const json = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom<Json>(1, 2, 'a', true, null),
    fc.array(tie('value'), { maxLength: 2 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('value'), { maxKeys: 3 }),
  ),
})).value;

describe('an edited object', () => {
  it('keeps what the user changed and takes what the cluster changed elsewhere', () => {
    const base = { spec: { replicas: 1, paused: false }, status: { ready: 0 }, metadata: { resourceVersion: '1' } };
    const mine = { ...base, spec: { replicas: 3, paused: false } };
    const theirs = { ...base, status: { ready: 1 }, metadata: { resourceVersion: '9' } };
    expect(merge({ base, mine, theirs })).toEqual({
      value: { spec: { replicas: 3, paused: false }, status: { ready: 1 }, metadata: { resourceVersion: '9' } },
      conflicts: [],
    });
  });
  it('names the places that both changed', () => {
    const result = merge({ base: { spec: { replicas: 1 } }, mine: { spec: { replicas: 3 } }, theirs: { spec: { replicas: 2 } } });
    expect(result).toEqual({ value: { spec: { replicas: 3 } }, conflicts: ['spec.replicas'] });
  });
  it('loses a field that the user deleted, unless the cluster changed it', () => {
    expect(merge({ base: { a: 1, b: 1 }, mine: { b: 1 }, theirs: { a: 1, b: 2 } }).value).toEqual({ b: 2 });
    expect(merge({ base: { a: 1 }, mine: {}, theirs: { a: 2 } }).conflicts).toEqual(['a']);
  });
  it('is theirs if nothing was changed here, mine if nothing was changed there, and without conflict if both agree', () => {
    fc.assert(
      fc.property(json, json, (base, other) => {
        expect(merge({ base, mine: base, theirs: other })).toEqual({ value: other, conflicts: [] });
        expect(merge({ base, mine: other, theirs: base })).toEqual({ value: other, conflicts: [] });
        expect(merge({ base, mine: other, theirs: other })).toEqual({ value: other, conflicts: [] });
      }),
    );
  });
  it('is the same whatever the order of its fields', () => {
    expect(isSame({ a: 1, b: [1, { c: 2 }] }, { b: [1, { c: 2 }], a: 1 })).toBe(true);
    expect(isSame({ a: [1, 2] }, { a: [2, 1] })).toBe(false);
  });
});

describe('a difference', () => {
  const text = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 20 }).map((lines) => lines.join('\n'));
  it('gives both texts back', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const diff = lineDiff(before, after);
        const side = (other: 'gone' | 'new') => diff.filter(({ kind }) => kind === 'same' || kind === other).map((line) => line.text);
        expect(side('gone').join('\n')).toBe(before);
        expect(side('new').join('\n')).toBe(after);
      }),
    );
  });
  it('is as small as it can be', () => {
    const kinds = lineDiff('a\nb\nc\nd', 'a\nc\nx\nd').map(({ kind, text: line }) => `${kind} ${line}`);
    expect(kinds).toEqual(['same a', 'gone b', 'same c', 'new x', 'same d']);
    expect(lineDiff('a\nb', 'a\nb').every(({ kind }) => kind === 'same')).toBe(true);
  });
  it('is shown with the lines around it', () => {
    const before = Array.from({ length: 20 }, (_line, index) => String(index)).join('\n');
    const shown = excerpt(lineDiff(before, before.replace('\n10\n', '\nten\n')), 1);
    expect(shown.map((line) => line?.text)).toEqual(['9', '10', 'ten', '11']);
    expect(excerpt(lineDiff(before, before))).toEqual([]);
    const two = excerpt(lineDiff(before, before.replace('\n2\n', '\ntwo\n').replace('\n15\n', '\nx\n')), 1);
    expect(two.map((line) => line?.text)).toEqual(['1', '2', 'two', '3', undefined, '14', '15', 'x', '16']);
  });
});
