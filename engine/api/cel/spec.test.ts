/** The cases of the language's own specification, as far as Kubernetes has what they are about: no protobuf messages, no enums, no maths and encoders. */

import { tests } from '@bufbuild/cel-spec/testdata/conformance.js';
import type { SerializedIncrementalTestSuite } from '@bufbuild/cel-spec/testdata/tests.js';
import { expect, test } from 'vitest';
import { isEqual } from './compare.ts';
import { evaluate, scopeOf } from './evaluate.ts';
import { CostExceeded, Meter } from './meter.ts';
import { CelIssue, parseCel } from './syntax.ts';
import { CelError, CelMap, listOf, parseDuration, parseTimestamp, TypeValue, Uint, type Value } from './values.ts';

const foreign = new Set([
  'block_ext',
  'encoders_ext',
  'enums',
  'math_ext',
  'proto2',
  'proto2_ext',
  'proto3',
  'type_deductions',
  'unknowns',
  'wrappers',
]);

interface Case {
  readonly name: string;
  readonly expr: string;
  readonly bindings: Readonly<Record<string, { readonly value?: Encoded }>>;
  readonly value: Encoded | undefined;
  readonly fails: boolean;
}
type Encoded = Readonly<Record<string, unknown>>;

function casesOf(suite: SerializedIncrementalTestSuite, path: string): readonly Case[] {
  const own = (suite.tests ?? []).map(({ original }): Case => {
    const {
      name = '',
      expr,
      bindings = {},
      value,
      evalError,
    } = original as typeof original & { readonly bindings?: Case['bindings']; readonly value?: Encoded; readonly evalError?: unknown };
    return {
      name: `${path}/${name}`,
      expr,
      bindings,
      value: value ?? (evalError ? undefined : { boolValue: true }),
      fails: evalError !== undefined,
    };
  });
  return [...own, ...(suite.suites ?? []).flatMap((inner) => casesOf(inner, `${path}/${inner.name}`))];
}

/**
 * What Kubernetes has no containers for; and what the grammar does not read: `[?a]` and `{?a: b}`, numbers that begin with a point, bytes of letters
 * beyond ASCII.
 */
const apart =
  /^(?:fields\/qualified_identifier_resolution|namespace|dynamic\/value_null|optionals\/optionals\/(?:optional_chaining_1[2-6]|map_optional_entry_has)|comparisons\/gt_literal\/not_gt_double|.*bytes)/;

class Foreign extends Error {}

function decode(value: Encoded): Value {
  const [[type, given] = ['', undefined]] = Object.entries(value);
  switch (type) {
    case 'nullValue':
      return null;
    case 'boolValue':
    case 'stringValue':
      return given as Value;
    case 'int64Value':
      return BigInt(given as string);
    case 'uint64Value':
      return new Uint(BigInt(given as string));
    case 'doubleValue':
      return Number(given);
    case 'bytesValue':
      return Uint8Array.from(Buffer.from(given as string, 'base64'));
    case 'typeValue':
      return new TypeValue(given as string);
    case 'listValue':
      return listOf(((given as { readonly values?: readonly Encoded[] }).values ?? []).map(decode));
    case 'mapValue':
      return new CelMap(
        ((given as { readonly entries?: readonly { readonly key: Encoded; readonly value: Encoded }[] }).entries ?? []).map((entry) => [
          decode(entry.key),
          decode(entry.value),
        ]),
      );
    case 'objectValue':
      return message(given as { readonly '@type': string; readonly value?: unknown });
    default:
      throw new Foreign();
  }
}
function message({ '@type': type, value }: { readonly '@type': string; readonly value?: unknown }): Value {
  if (type.endsWith('google.protobuf.Timestamp')) return parseTimestamp(value as string);
  if (type.endsWith('google.protobuf.Duration')) return parseDuration(value as string);
  throw new Foreign();
}

function outcome({ expr, bindings, value, fails }: Case): 'pass' | 'fail' | 'foreign' {
  if (/TestAllTypes|google\.protobuf\.(?!Timestamp|Duration)|proto\.|NestedTestAllTypes|`|\bTestAll/.test(expr)) return 'foreign';
  try {
    const scope = scopeOf(Object.fromEntries(Object.entries(bindings).map(([name, bound]) => [name, decode(bound.value ?? {})])));
    const wanted = value && decode(value);
    const got = evaluate(parseCel(expr), scope, new Meter());
    if (fails || wanted === undefined) return 'fail';
    const isSame = Number.isNaN(wanted as number)
      ? Number.isNaN(got as number)
      : typeof got === typeof wanted && isEqual(got, wanted, new Meter());
    return isSame ? 'pass' : 'fail';
  } catch (error) {
    if (error instanceof Foreign) return 'foreign';
    if (!(error instanceof CelError || error instanceof CelIssue || error instanceof CostExceeded)) throw error;
    return fails ? 'pass' : 'fail';
  }
}

test('the specification’s cases', () => {
  const all = (tests.suites ?? []).filter(({ name }) => !foreign.has(name)).flatMap((suite) => casesOf(suite, suite.name));
  const outcomes = all.map((one) => ({ one, is: outcome(one) }));
  const count = (wanted: string) => outcomes.filter(({ is }) => is === wanted).length;
  expect(outcomes.filter(({ one, is }) => is === 'fail' && !apart.test(one.name)).map(({ one }) => `${one.name}: ${one.expr}`)).toEqual([]);
  expect(count('pass')).toBeGreaterThan(1340);
});
