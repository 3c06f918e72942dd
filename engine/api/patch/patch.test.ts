import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isApiError } from '../errors.ts';
import { mergeRule, mergeRuleFields } from '../merge-rules.ts';
import type { Json, JsonObject } from '../object.ts';
import { typeSchema } from '../schema.ts';
import { applyJsonPatch } from './json-patch.ts';
import { applyMergePatch, isObject, mergePatchBetween, sameJson } from './merge-patch.ts';
import { applyStrategicMergePatch } from './strategic-merge.ts';

function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (isApiError(error)) return `${error.code} ${error.details?.causes?.[0]?.message ?? error.message}`;
    throw error;
  }
  return 'accepted';
}
function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const item of Object.values(value)) frozen(item);
    Object.freeze(value);
  }
  return value;
}

describe('JSON patch', () => {
  const document = frozen({ metadata: { labels: { 'a/b': '1' } }, list: [1, 2] });
  it('applies every operation, on a copy', () => {
    const patch = [
      { op: 'test', path: '/metadata/labels/a~1b', value: '1' },
      { op: 'add', path: '/list/-', value: 3 },
      { op: 'remove', path: '/list/0' },
      { op: 'replace', path: '/metadata/labels/a~1b', value: '2' },
      { op: 'copy', from: '/list', path: '/copy' },
      { op: 'move', from: '/metadata/labels', path: '/metadata/annotations' },
    ];
    expect(applyJsonPatch(document, patch)).toEqual({ metadata: { annotations: { 'a/b': '2' } }, list: [2, 3], copy: [2, 3] });
  });
  it.each<[Json, string]>([
    [{}, '400 json: cannot unmarshal object into Go value of type jsonpatch.Patch'],
    [[{ op: 'test', path: '/list/0', value: 9 }], '422 testing value /list/0 failed: test failed'],
    [[{ op: 'remove', path: '/nope' }], '422 remove operation does not apply: doc is missing path: "/nope": missing value'],
    [[{ op: 'spin', path: '/list' }], '422 Unexpected kind: spin'],
    [[{ op: 'replace', path: '', value: 1 }], '422 the patched document is not an object'],
    [[{ op: 'add', path: '/__proto__/x', value: 1 }], '422 JSON-Patch: modifying `__proto__`'],
    [
      Array.from({ length: 10_001 }, () => ({ op: 'test', path: '/list', value: 1 })),
      '413 The allowed maximum operations in a JSON patch is',
    ],
  ])('%j is refused', (patch, problem) => {
    expect(refusal(() => applyJsonPatch(document, patch))).toContain(problem);
  });
});

describe('JSON merge patch', () => {
  // The table of RFC 7386, appendix A, as far as both sides are objects.
  it.each<[JsonObject, JsonObject, JsonObject]>([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])('%j with %j is %j', (document, patch, expected) => {
    expect(applyMergePatch(frozen(document), frozen(patch))).toEqual(expected);
  });
  it('a patch that is no object is refused', () => {
    expect(refusal(() => applyMergePatch({}, []))).toContain('400 error decoding patch');
  });
  it('the patch between two documents makes one into the other', () => {
    const withoutNulls = fc
      .jsonValue({ maxDepth: 4 })
      .map((value): JsonObject => ({ value: JSON.parse(JSON.stringify(value, dropNulls)) as Json }));
    fc.assert(
      fc.property(withoutNulls, withoutNulls, (old, next) => {
        const patch = mergePatchBetween(old, next);
        expect(sameJson(applyMergePatch(old, patch ?? {}), next)).toBe(true);
        expect(patch === undefined).toBe(sameJson(old, next));
      }),
    );
  });
});
function dropNulls(_: string, value: unknown): unknown {
  if (value === null) return 0;
  return value;
}

describe('strategic merge patch', () => {
  const containers = (...items: JsonObject[]) => ({ spec: { containers: items } });
  it.each<[string, JsonObject, JsonObject, JsonObject]>([
    [
      'maps merge, null deletes',
      { metadata: { labels: { a: '1', b: '2' } } },
      { metadata: { labels: { a: null, c: '3' } } },
      { metadata: { labels: { b: '2', c: '3' } } },
    ],
    [
      'nulls for what is not there mean nothing',
      {},
      { spec: { nodeName: null, nodeSelector: { a: null } } },
      { spec: { nodeSelector: {} } },
    ],
    [
      'containers merge by name',
      containers({ name: 'a', image: '1' }, { name: 'b', image: '1' }),
      containers({ name: 'b', image: '2' }, { name: 'c' }),
      containers({ name: 'a', image: '1' }, { name: 'b', image: '2' }, { name: 'c' }),
    ],
    [
      '$setElementOrder puts them in order',
      containers({ name: 'a' }, { name: 'b' }),
      { spec: { '$setElementOrder/containers': [{ name: 'c' }, { name: 'b' }, { name: 'a' }], containers: [{ name: 'c' }] } },
      containers({ name: 'c' }, { name: 'b' }, { name: 'a' }),
    ],
    [
      '$patch delete takes one out',
      containers({ name: 'a' }, { name: 'b' }),
      containers({ $patch: 'delete', name: 'a' }),
      containers({ name: 'b' }),
    ],
    [
      '$patch replace in a list replaces it',
      containers({ name: 'a' }, { name: 'b' }),
      containers({ $patch: 'replace' }, { name: 'c' }),
      containers({ name: 'c' }),
    ],
    [
      '$patch replace in a map replaces it',
      { spec: { nodeSelector: { a: '1' } } },
      { spec: { nodeSelector: { $patch: 'replace', b: '2' } } },
      { spec: { nodeSelector: { b: '2' } } },
    ],
    [
      '$patch delete empties a map',
      { spec: { nodeSelector: { a: '1' } } },
      { spec: { nodeSelector: { $patch: 'delete' } } },
      { spec: { nodeSelector: {} } },
    ],
    [
      'lists without a merge key are replaced',
      { spec: { tolerations: [{ key: 'a' }] } },
      { spec: { tolerations: [{ key: 'b' }] } },
      { spec: { tolerations: [{ key: 'b' }] } },
    ],
    [
      'sets of strings merge, new ones where the patch has them',
      { metadata: { finalizers: ['a', 'b'] } },
      { metadata: { finalizers: ['c', 'b'] } },
      { metadata: { finalizers: ['c', 'a', 'b'] } },
    ],
    [
      '$deleteFromPrimitiveList takes strings out',
      { metadata: { finalizers: ['a', 'b', 'c'] } },
      { metadata: { '$deleteFromPrimitiveList/finalizers': ['b'], '$setElementOrder/finalizers': ['c', 'a'] } },
      { metadata: { finalizers: ['c', 'a'] } },
    ],
    [
      'env merges inside of a container that merges',
      containers({
        name: 'a',
        env: [
          { name: 'X', value: '1' },
          { name: 'Y', value: '1' },
        ],
      }),
      containers({ name: 'a', env: [{ name: 'Y', value: '2' }] }),
      containers({
        name: 'a',
        env: [
          { name: 'X', value: '1' },
          { name: 'Y', value: '2' },
        ],
      }),
    ],
    [
      'a volume whose source changes keeps only the keys that are listed',
      { spec: { volumes: [{ name: 'v', emptyDir: {} }] } },
      { spec: { volumes: [{ name: 'v', $retainKeys: ['name', 'hostPath'], hostPath: { path: '/' } }] } },
      { spec: { volumes: [{ name: 'v', hostPath: { path: '/' } }] } },
    ],
    [
      'directives for what is new leave no trace',
      {},
      {
        spec: {
          '$setElementOrder/containers': [{ name: 'a' }],
          containers: [{ name: 'a', '$setElementOrder/env': [], env: [{ $patch: 'delete', name: 'x' }] }],
        },
      },
      containers({ name: 'a', env: [] }),
    ],
  ])('%s', (_, document, patch, expected) => {
    expect(applyStrategicMergePatch('Pod', frozen(document), frozen(patch))).toEqual(expected);
  });

  it('the strategy of a Deployment retains keys', () => {
    const old = { spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } } };
    const patch = { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } };
    expect(applyStrategicMergePatch('Deployment', old, patch)).toEqual({ spec: { strategy: { type: 'Recreate' } } });
  });
  it('the selector of a disruption budget is replaced', () => {
    const old = { spec: { selector: { matchLabels: { a: '1' } } } };
    expect(applyStrategicMergePatch('PodDisruptionBudget', old, { spec: { selector: { matchLabels: { b: '2' } } } })).toEqual({
      spec: { selector: { matchLabels: { b: '2' } } },
    });
  });

  it.each<[JsonObject, Json, string]>([
    [{}, [], '400 invalid JSON document'],
    [containers({ name: 'a' }), containers({ image: 'x' }), '422 map: {"image":"x"} does not contain declared merge key: name'],
    [{ spec: {} }, { spec: { $patch: 'spin' } }, '500 unknown patch type: spin in map: map[$patch:spin]'],
    [{ spec: { a: 1 } }, { spec: { $retainKeys: ['b'], c: 1 } }, '400 invalid patch format of retainKeys'],
    [containers(), { spec: { '$setElementOrder/containers': 1 } }, '400 invalid patch format of setElementOrder list'],
    [
      containers({ name: 'a' }),
      { spec: { '$setElementOrder/containers': [{ name: 'b' }], containers: [{ name: 'c' }] } },
      '422 The order in patch list:\n[{"name":"c"}]\n doesn\'t match $setElementOrder list',
    ],
    [
      { metadata: { finalizers: ['a'] } },
      { metadata: { '$deleteFromPrimitiveList/finalizers': 'a' } },
      '400 invalid patch format of primitive list',
    ],
    [containers({ name: 'a' }), { spec: { containers: ['a'] } }, '422 list element types are not identical'],
  ])('%j with %j is refused', (document, patch, problem) => {
    expect(refusal(() => applyStrategicMergePatch('Pod', document, patch))).toContain(problem);
  });
});

/** The patch that kubectl would make: the reference against which applying is checked. */
function strategicPatchBetween(type: string | undefined, old: JsonObject, next: JsonObject): JsonObject {
  const patch: Record<string, Json> = {};
  for (const key of Object.keys(old)) if (!(key in next)) patch[key] = null;
  for (const [key, value] of Object.entries(next))
    if (!sameJson(old[key], value)) Object.assign(patch, fieldPatch(type, key, [old[key], value]));
  return patch;
}
function fieldPatch(type: string | undefined, key: string, [before, value]: readonly [Json | undefined, Json]): JsonObject {
  const field = type === undefined ? undefined : typeSchema(type)?.[key];
  const rule = type === undefined ? undefined : mergeRule(type, key);
  const inner = field?.container === 'map' ? undefined : field?.type;
  if (isObject(before) && isObject(value)) return { [key]: strategicPatchBetween(inner, before, value) };
  if (!Array.isArray(before) || !Array.isArray(value) || !rule?.strategy?.includes('merge')) return { [key]: value };
  return rule.mergeKey ? listPatch({ key, mergeKey: rule.mergeKey, type: inner }, before, value) : setPatch(key, before, value);
}
function setPatch(key: string, before: readonly Json[], next: readonly Json[]): JsonObject {
  const gone = before.filter((item) => !next.includes(item));
  return {
    [key]: next.filter((item) => !before.includes(item)),
    [`$setElementOrder/${key}`]: next,
    ...(gone.length > 0 ? { [`$deleteFromPrimitiveList/${key}`]: gone } : {}),
  };
}
function listPatch(
  { key, mergeKey, type }: { readonly key: string; readonly mergeKey: string; readonly type: string | undefined },
  before: readonly Json[],
  next: readonly Json[],
): JsonObject {
  const find = (list: readonly Json[], value: Json | undefined) => list.filter(isObject).find((item) => item[mergeKey] === value);
  const items: Json[] = [];
  for (const item of next.filter(isObject)) {
    const old = find(before, item[mergeKey]);
    if (old === undefined) items.push(item);
    else if (!sameJson(old, item)) items.push({ ...strategicPatchBetween(type, old, item), [mergeKey]: item[mergeKey] ?? '' });
  }
  for (const item of before.filter(isObject))
    if (!find(next, item[mergeKey])) items.push({ $patch: 'delete', [mergeKey]: item[mergeKey] ?? '' });
  return { [key]: items, [`$setElementOrder/${key}`]: next.filter(isObject).map((item) => ({ [mergeKey]: item[mergeKey] ?? '' })) };
}

describe('for any two pods', () => {
  const name = fc.constantFrom('a', 'b', 'c', 'd', 'e');
  const named = (more: Record<string, fc.Arbitrary<Json>>) =>
    fc.uniqueArray(fc.record({ name, ...more }, { requiredKeys: ['name'] }), { selector: (item) => item.name });
  const env = named({ value: fc.constantFrom('1', '2') });
  const pod = fc.record(
    {
      metadata: fc.record(
        { labels: fc.dictionary(name, fc.constantFrom('1', '2')), finalizers: fc.uniqueArray(name) },
        { requiredKeys: [] },
      ),
      spec: fc.record(
        {
          containers: named({ image: name, env, args: fc.array(name, { maxLength: 2 }) }),
          nodeSelector: fc.dictionary(name, name),
          tolerations: fc.array(fc.record({ key: name }), { maxLength: 2 }),
          hostAliases: fc.uniqueArray(fc.record({ ip: name, hostnames: fc.array(name, { maxLength: 2 }) }), { selector: ({ ip }) => ip }),
        },
        { requiredKeys: ['containers'] },
      ),
    },
    { requiredKeys: ['metadata', 'spec'] },
  );
  it('the computed patch makes one into the other, order of lists included', () => {
    fc.assert(
      fc.property(pod, pod, (old, next) => {
        const patch = strategicPatchBetween('Pod', old as JsonObject, next as JsonObject);
        expect(applyStrategicMergePatch('Pod', frozen(old) as JsonObject, frozen(patch))).toEqual(next);
      }),
      { numRuns: 1000 },
    );
  });
  it('applying a patch again changes nothing', () => {
    fc.assert(
      fc.property(pod, pod, (old, next) => {
        const patch = strategicPatchBetween('Pod', old as JsonObject, next as JsonObject);
        const once = applyStrategicMergePatch('Pod', old as JsonObject, patch);
        expect(applyStrategicMergePatch('Pod', once, patch)).toEqual(once);
      }),
    );
  });
});

it('every merge rule names a field of the schema, and its keys are fields of the items', () => {
  const wrong = mergeRuleFields().filter(({ type, field, rule }) => {
    const schema = typeSchema(type)?.[field];
    if (schema === undefined) return true;
    const keys = [...(rule.mergeKey ? [rule.mergeKey] : []), ...(rule.listMapKeys ?? [])];
    return keys.some((key) => typeSchema(schema.type)?.[key] === undefined);
  });
  expect(wrong.map(({ type, field }) => `${type}.${field}`)).toEqual([]);
});

describe('lists as long as a body allows', () => {
  it('are merged in one pass', () => {
    const named = (from: number) => Array.from({ length: 60_000 }, (_, index) => ({ name: `c${from + index}`, image: 'x' }));
    const merged = applyStrategicMergePatch(
      'PodSpec',
      { containers: named(0) },
      { containers: [...named(30_000), { $patch: 'delete', name: 'c0' }] },
    );
    // Looking each one up in the list would take minutes: the test's own time limit is the assertion.
    expect([(merged.containers as readonly unknown[]).length]).toEqual([89_999]);
  });
});
