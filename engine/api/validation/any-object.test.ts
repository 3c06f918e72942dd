/** Whatever a client sends: every kind reads it, fills it in the same way each time, and says in words what is wrong with it. */
import fc, { type Arbitrary } from 'fast-check';
import { expect, test } from 'vitest';
import { decodeValue } from '../decode-body.ts';
import { isApiError } from '../errors.ts';
import { kinds } from '../kinds.ts';
import type { Json, KubeObject } from '../object.ts';
import { type FieldSchema, isQuantity, typeSchema } from '../schema.ts';
import { validateObjectMeta } from './object-meta.ts';

const now = '2026-01-01T00:00:00Z';
const times = fc.constantFrom('2026-01-01T00:00:00Z', '2026-01-01T00:00:00.000001Z');
const words = fc.constantFrom(
  '',
  'a',
  'abc',
  'A_B',
  'a.b',
  'a/b',
  '..',
  'None',
  'Always',
  'TCP',
  'ClientIP',
  'x'.repeat(300),
  '10.0.0.1',
  '25%',
  'é',
);
const quantities = fc.constantFrom('0', '1', '-1', '100m', '1Gi', '1.5');
const numbers = fc.oneof(fc.integer({ min: -2, max: 3 }), fc.constantFrom(80, 65_536, 2_147_483_647));

function scalar({ type, format }: FieldSchema, quantity: boolean): Arbitrary<Json> | undefined {
  if (quantity) return quantities;
  if (format === 'date-time' || format === 'micro-time') return times;
  if (format === 'byte') return fc.constantFrom('', 'YQ==');
  switch (type) {
    case 'string':
      return fc.oneof(words, fc.string({ maxLength: 5 }));
    case 'integer':
    case 'number':
      return numbers;
    case 'boolean':
      return fc.boolean();
    case 'int-or-string':
      return fc.oneof<Arbitrary<Json>[]>(numbers, words);
    default:
      return type.endsWith('[]') ? fc.array(words, { maxLength: 2 }) : undefined;
  }
}

const maxDepth = 7;

/** Values of a type's fields; few of them at a time, and none below a certain depth. */
function valuesOf(type: string, depth: number): Arbitrary<Json> {
  const fields = Object.entries(typeSchema(type) ?? {}).filter(([name]) => !['apiVersion', 'kind', 'managedFields'].includes(name));
  const made = fields.flatMap(([name, field]): readonly (readonly [string, Arbitrary<Json>])[] => {
    const isDeep = depth >= maxDepth;
    const element =
      scalar(field, isQuantity(type, name)) ?? (isDeep || !typeSchema(field.type) ? undefined : valuesOf(field.type, depth + 1));
    if (!element) return [];
    if (field.container === 'array') return [[name, fc.array(element, { maxLength: 2 })]];
    return [[name, field.container === 'map' ? fc.dictionary(words, element, { maxKeys: 2 }) : element]];
  });
  const sparse = made.map(([name, value]) => [name, fc.option(value, { nil: undefined, freq: depth < 3 ? 3 : 1 })] as const);
  return fc
    .record(Object.fromEntries(sparse))
    .map((object) => Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined))) as Arbitrary<Json>;
}

test.each(kinds.map((kind) => [`${kind.kind}.${kind.group}`, kind] as const))('any %s', (_, kind) => {
  fc.assert(
    fc.property(valuesOf(kind.schema, 0), (value) => {
      let object: KubeObject;
      try {
        object = decodeValue<KubeObject>(kind, value, { fieldValidation: 'Strict' }).object;
      } catch (error) {
        if (isApiError(error, 'BadRequest')) return;
        throw error;
      }
      const filled = kind.defaults?.(object) ?? object;
      expect(kind.defaults?.(filled) ?? filled).toEqual(filled);
      const prepared = kind.prepareCreate?.(filled, { now }) ?? filled;
      const updated = kind.prepareUpdate?.(filled, filled, { now }) ?? filled;
      const errors = [
        ...validateObjectMeta(prepared.metadata, kind),
        ...(kind.validate?.(prepared) ?? []),
        ...(kind.validateCreate?.(prepared) ?? []),
        ...(kind.validateStatusUpdate?.(filled, filled) ?? []),
      ];
      for (const { field, message } of errors) expect([field, message]).toEqual([expect.stringMatching(/./), expect.stringMatching(/./)]);
      for (const column of kind.columns) expect(['string', 'number', 'boolean', 'object']).toContain(typeof column.cell(filled, 0));
      // Nothing has changed, so nothing may be said against the change.
      if (errors.length === 0) expect(kind.validateUpdate?.(updated, filled) ?? []).toEqual([]);
    }),
    { numRuns: 150 },
  );
});
