/** Sets of fields against plain sets of paths, and the form in which they are written. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  differenceOf,
  type FieldSet,
  hasPath,
  inOrder,
  intersectionOf,
  pathsOf,
  readFieldSet,
  recursiveDifferenceOf,
  setOf,
  unionOf,
} from './field-set.ts';
import { compareElements } from './path-element.ts';

const element = fc.constantFrom('f:a', 'f:b', 'k:{"name":"x"}', 'k:{"name":"y","port":80}', 'v:"x"', 'v:7', 'i:0', 'i:10');
const paths = fc.array(fc.array(element, { minLength: 1, maxLength: 4 }), { maxLength: 12 });
type Paths = readonly (readonly string[])[];
const keysOf = (list: Paths): ReadonlySet<string> => new Set(list.map((path) => path.join(' ')));
const all = (a: Paths, b: Paths): Paths => [...a, ...b];
/** Which of these paths a set has: of all that occur, and of what lies on the way to them. */
const membersIn = (set: FieldSet, list: Paths): ReadonlySet<string> => {
  const prefixes = list.flatMap((path) => path.map((_, index) => path.slice(0, index + 1)));
  return keysOf(prefixes.filter((path) => hasPath(set, path)));
};
const isInOrder = (set: FieldSet): boolean => {
  const elements = Object.keys(set).filter((key) => key !== '.');
  return (
    elements.every((one, index) => index === 0 || compareElements(elements[index - 1] ?? '', one) < 0) &&
    Object.values(set).every(isInOrder)
  );
};

describe('sets of fields', () => {
  test('unite, meet and differ as sets of paths do, and are written in order', () => {
    fc.assert(
      fc.property(paths, paths, (left, right) => {
        const [a, b] = [setOf(...left), setOf(...right)];
        const [inA, inB] = [keysOf(left), keysOf(right)];
        const looked = all(left, right);
        const isBelow = (path: string): boolean => [...inB].some((other) => path === other || path.startsWith(`${other} `));
        const results: readonly (readonly [FieldSet, ReadonlySet<string>])[] = [
          [unionOf(a, b), new Set([...inA, ...inB])],
          [intersectionOf(a, b), new Set([...inA].filter((path) => inB.has(path)))],
          [differenceOf(a, b), new Set([...inA].filter((path) => !inB.has(path)))],
          [recursiveDifferenceOf(a, b), new Set([...inA].filter((path) => !isBelow(path)))],
        ];
        for (const [set, expected] of results) expect([membersIn(set, looked), isInOrder(inOrder(set))]).toEqual([expected, true]);
      }),
    );
  });

  test('what is written can be read, whatever order it comes in', () => {
    fc.assert(
      fc.property(paths, (list) => {
        const set = setOf(...list);
        const reversed = (node: FieldSet): FieldSet =>
          Object.fromEntries(
            Object.entries(node)
              .toReversed()
              .map(([key, below]) => [key, reversed(below)]),
          );
        expect(JSON.stringify(readFieldSet(JSON.parse(JSON.stringify(reversed(set)))))).toBe(JSON.stringify(inOrder(set)));
      }),
    );
  });

  test('keys are read in any spelling; what later versions may write is left out; nonsense is refused', () => {
    expect(readFieldSet({ 'k:{ "b": 1,  "a": "<" }': {}, 'x:new': {}, 'v: 80.0': {} })).toEqual({
      'k:{"a":"\\u003c","b":1}': {},
      'v:80': {},
    });
    for (const wrong of [{ f: {} }, { 'f:a': 1 }, { 'i:x': {} }, { 'k:[]': {} }, { 'v:{': {} }, [], null, 'x'])
      expect(() => readFieldSet(wrong)).toThrow();
  });

  test('paths are shown as messages show them', () => {
    const set = setOf(
      ['f:spec', 'f:replicas'],
      ['f:spec', 'f:containers', 'k:{"name":"a","port":80}', 'f:image'],
      ['f:list', 'v:"x"'],
      ['f:list', 'i:3'],
    );
    expect(pathsOf(set)).toEqual(['.list[="x"]', '.list[3]', '.spec.replicas', '.spec.containers[name="a",port=80].image']);
  });
});
