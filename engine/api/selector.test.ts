import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  exactValue,
  formatLabelSelector,
  formatSelector,
  matchesLabels,
  nothing,
  requirement,
  selectorOf,
  selectorOfLabels,
} from './selector.ts';
import { parseSelector } from './selector-parser.ts';

describe('the string form of a label selector', () => {
  it.each([
    ['', ''],
    ['a=b', 'a=b'],
    ['a==b', 'a==b'],
    [' a = b , c != d ', 'a=b,c!=d'],
    ['b=1,a=2', 'a=2,b=1'],
    ['x in (b,a)', 'x in (a,b)'],
    ['x notin (a)', 'x notin (a)'],
    ['x notin ()', 'x notin ()'],
    ['x in (,a)', 'x in (,a)'],
    ['in in (in,notin)', 'in in (in,notin)'],
    ['x', 'x'],
    ['!x', '!x'],
    ['x>1,y<2', 'x>1,y<2'],
    ['x=', 'x='],
    ['example.com/app=web', 'example.com/app=web'],
  ])('%j reads as %j', (text, formatted) => {
    expect(formatSelector(parseSelector(text))).toBe(formatted);
  });

  it.each([
    ['a b', "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
    ['a=b c', "found 'c', expected: ',' or 'end of string'"],
    ['a,', "found '', expected: identifier after ','"],
    [',a', "found ',', expected: !, identifier, or 'end of string'"],
    ['!', "unable to parse requirement: found '', expected: identifier"],
    ['a in b', "unable to parse requirement: found 'b' expected: '('"],
    ['a in (b c)', "unable to parse requirement: found 'c', expected: ',' or ')'"],
    ['a==!', "unable to parse requirement: found '!', expected: identifier"],
    ['a>b', "unable to parse requirement: values[0]: Invalid value: \"b\": for 'Gt', 'Lt' operators, the value must be an integer"],
    ['a/b/c=d', 'unable to parse requirement: <nil>: Invalid value: "a/b/c": a qualified name must consist of'],
    ['a=-b', 'unable to parse requirement: values[0][a]: Invalid value: "-b": a valid label must be an empty string or'],
  ])('%j is refused', (text, problem) => {
    expect(() => parseSelector(text)).toThrow(problem);
  });
});

describe('matching', () => {
  const labels = { app: 'web', tier: 'front', rank: '7' };
  it.each([
    ['', true],
    ['app=web', true],
    ['app=db', false],
    ['app!=db', true],
    ['absent!=x', true],
    ['app in (web,db),tier', true],
    ['app notin (web)', false],
    ['absent notin (web)', true],
    ['!app', false],
    ['!absent', true],
    ['rank>6', true],
    ['rank<7', false],
    ['app>1', false],
    ['constructor', false],
  ])('%j on the labels is %j', (text, expected) => {
    expect(matchesLabels(parseSelector(text), labels)).toBe(expected);
  });
  it('an absent LabelSelector selects nothing, an empty one everything', () => {
    expect([matchesLabels(selectorOf(undefined), labels), matchesLabels(selectorOf({}), undefined)]).toEqual([false, true]);
    expect(matchesLabels(nothing, { '': '' })).toBe(false);
  });
  it('a LabelSelector takes its labels and its expressions together', () => {
    const selector = selectorOf({
      matchLabels: { tier: 'front' },
      matchExpressions: [{ key: 'app', operator: 'In', values: ['web', 'db'] }],
    });
    expect([formatSelector(selector), matchesLabels(selector, labels), exactValue(selector, 'tier')]).toEqual([
      'app in (db,web),tier=front',
      true,
      'front',
    ]);
  });
  it('prints as kubectl prints', () => {
    expect([
      formatLabelSelector({ matchLabels: { b: '1', a: '2' } }),
      formatLabelSelector(undefined),
      formatLabelSelector({ matchExpressions: [{ key: 'a', operator: 'Near' }] }),
      formatSelector(selectorOfLabels({ b: '1', a: '2' })),
    ]).toEqual(['a=2,b=1', '<none>', '<error>', 'a=2,b=1']);
  });
});

const word = fc.stringMatching(/^[a-z]([a-z0-9_.-]{0,6}[a-z0-9])?$/);
const anyRequirement = fc.oneof(
  fc.tuple(word, fc.constantFrom('=', '==', '!='), word).map(([key, operator, value]) => requirement(key, operator, [value])),
  fc
    .tuple(word, fc.constantFrom('in', 'notin'), fc.uniqueArray(word, { minLength: 1, maxLength: 3 }))
    .map(([key, operator, values]) => requirement(key, operator, values.toSorted())),
  fc.tuple(word, fc.constantFrom('exists', '!')).map(([key, operator]) => requirement(key, operator, [])),
);
describe('for any selector', () => {
  it('reading back what was printed gives the same selector', () => {
    fc.assert(
      fc.property(fc.uniqueArray(anyRequirement, { selector: ({ key }) => key, maxLength: 4 }), (requirements) => {
        const text = formatSelector(requirements);
        expect(formatSelector(parseSelector(text))).toBe(formatSelector(parseSelector(formatSelector(parseSelector(text)))));
        expect(parseSelector(text)).toHaveLength(requirements.length);
      }),
    );
  });
  it('any text either reads or is refused with a SelectorError', () => {
    const hostile = fc.string({ unit: fc.constantFrom('a', 'in', ' ', '=', '!', '(', ')', ',', '<', '>', 'notin', '-', '/') });
    fc.assert(
      fc.property(hostile, (text) => {
        try {
          parseSelector(text);
        } catch (error) {
          expect((error as Error).name).toBe('SelectorError');
        }
      }),
      { numRuns: 1000 },
    );
  });
});
