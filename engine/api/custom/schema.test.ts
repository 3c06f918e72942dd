/** Random schemas and random values: nothing breaks, and what was pruned, filled in and found good stays so. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Path } from '../field-error.ts';
import type { Json, JsonObject } from '../object.ts';
import { withDefaults } from './defaults.ts';
import { parseJsonPath } from './json-path.ts';
import { pruneObject } from './prune.ts';
import type { Schema } from './schema.ts';
import { structuralErrors } from './structural.ts';
import { validateValue } from './validate.ts';

const names = fc.constantFrom('a', 'b', 'spec', 'constructor', '__proto__', 'toString');
const scalar: fc.Arbitrary<Schema> = fc.oneof(
  fc.record({ type: fc.constant('string'), maxLength: fc.option(fc.nat(5), { nil: undefined }), nullable: fc.boolean() }),
  fc.record({
    type: fc.constant('integer'),
    minimum: fc.option(fc.nat(5), { nil: undefined }),
    default: fc.option(fc.nat(9), { nil: undefined }),
  }),
  fc.constant<Schema>({ 'x-kubernetes-int-or-string': true }),
  fc.constant<Schema>({ type: 'object', 'x-kubernetes-preserve-unknown-fields': true }),
);
const { schema } = fc.letrec<{ schema: Schema }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 4 },
    scalar,
    fc.record({ type: fc.constant('array'), items: tie('schema'), maxItems: fc.nat(4) }),
    fc.record({ type: fc.constant('object'), properties: fc.dictionary(names, tie('schema'), { maxKeys: 3 }) }),
    fc.record({ type: fc.constant('object'), additionalProperties: tie('schema') }),
  ),
}));
const root = fc
  .dictionary(fc.constantFrom('spec', 'status', 'a'), schema, { maxKeys: 3 })
  .map((properties): Schema => ({ type: 'object', properties }));
const value = fc.dictionary(fc.constantFrom('spec', 'status', 'a', 'b'), fc.jsonValue({ maxDepth: 4 }), {
  maxKeys: 4,
}) as fc.Arbitrary<JsonObject>;

test('pruning and filling in twice is as doing it once, and breaks nothing', () => {
  fc.assert(
    fc.property(root, value, (of, given) => {
      const once = withDefaults(pruneObject(given, of), of);
      expect(pruneObject(once as JsonObject, of)).toEqual(once);
      expect(withDefaults(once, of)).toEqual(once);
    }),
    { numRuns: 500 },
  );
});

test('what has not changed passes, whatever it is; what is checked anew never throws', () => {
  fc.assert(
    fc.property(root, value, (of, given) => {
      expect(structuralErrors(of, new Path('schema'))).toEqual([]);
      expect(validateValue(given, of, { old: given })).toEqual([]);
      for (const { field, message } of validateValue(given, of)) expect(`${field}: ${message}`.length).toBeGreaterThan(3);
    }),
    { numRuns: 500 },
  );
});

test('a path finds what kubectl’s templates find', () => {
  const object = {
    metadata: { labels: { 'a.b/c': 'x' } },
    status: {
      conditions: [
        { type: 'Ready', status: 'True', n: 1 },
        { type: 'Synced', status: 'False', n: 2 },
      ],
    },
    list: [1, 2, 3],
  };
  const find = (path: string): readonly Json[] => parseJsonPath(path)(object);
  expect(find('.status.conditions[?(@.type=="Ready")].status')).toEqual(['True']);
  expect(find(".status.conditions[?(@.type=='Synced')].n")).toEqual([2]);
  expect(find('.status.conditions[?(@.n>1)].type')).toEqual(['Synced']);
  expect(find('.metadata.labels.a\\.b/c')).toEqual(['x']);
  expect(find(".metadata.labels['a\\.b/c']")).toEqual(['x']);
  expect([find('.list[0]'), find('.list[-1]'), find('.list[*]'), find('.list[0:2]')]).toEqual([[1], [3], [1, 2, 3], [1, 2]]);
  expect([find('.none.at.all'), find('.list[7]'), find('.status.conditions[*].type')]).toEqual([[], [], ['Ready', 'Synced']]);
  for (const wrong of ['.a[', '.a[?(@.b==]', ".a['b", '.a[x]']) expect(() => parseJsonPath(wrong)).toThrow();
});
