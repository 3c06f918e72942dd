/** What server-side apply knows of the types that were compiled in. */
import { describe, expect, test } from 'vitest';
import { kinds } from '../kinds.ts';
import { builtInSchema } from './built-in-schema.ts';
import type { FieldType } from './typed-schema.ts';

/** What is wrong with a type and all in it; types that refer to themselves are looked at once. */
function problemsOf(type: FieldType, path: string, seen: Set<FieldType>): readonly string[] {
  if (seen.has(type)) return [];
  seen.add(type);
  const { list, map } = type;
  const keyProblems = (list?.keys ?? []).filter((key) => !list?.items.map?.fields.has(key)).map((key) => `${path}: items have no ${key}`);
  const setProblems = list && !list.isAtomic && list.keys.length === 0 && !list.items.scalar ? [`${path}: a set of what is no scalar`] : [];
  return [
    ...keyProblems,
    ...setProblems,
    ...(list ? problemsOf(list.items, `${path}[]`, seen) : []),
    ...(map?.rest ? problemsOf(map.rest, `${path}.*`, seen) : []),
    ...[...(map?.fields ?? [])].flatMap(([name, field]) => problemsOf(field, `${path}.${name}`, seen)),
  ];
}

describe('the schema of built-in kinds', () => {
  test('tells the items of every list apart by fields that they have', () => {
    const seen = new Set<FieldType>();
    const builtIn = kinds.filter(({ custom }) => !custom);
    expect(builtIn.flatMap(({ schema }) => problemsOf(builtInSchema(schema).type, schema, seen))).toEqual([]);
    expect(seen.size).toBeGreaterThan(200);
  });

  test.each([
    ['Pod', ['spec', 'containers', 'ports'], { keys: ['containerPort', 'protocol'], keyDefaults: { containerPort: 0, protocol: 'TCP' } }],
    ['Service', ['spec', 'ports'], { keys: ['port', 'protocol'], keyDefaults: { port: 0, protocol: 'TCP' } }],
    ['ConfigMap', ['metadata', 'ownerReferences'], { keys: ['uid'], keyDefaults: { uid: '' } }],
    ['ConfigMap', ['metadata', 'finalizers'], { keys: [], keyDefaults: {} }],
  ])('%s: the keys of %s', (schema, path, expected) => {
    const found = path.reduce<FieldType | undefined>(
      (type, name) => (type?.list?.items ?? type)?.map?.fields.get(name),
      builtInSchema(schema).type,
    );
    const { isAtomic, keys, keyDefaults } = found?.list ?? {};
    expect({ isAtomic, keys, keyDefaults }).toEqual({ isAtomic: false, ...expected });
  });

  test('an object begins with what is always there', () => {
    expect(builtInSchema('Deployment').empty).toMatchObject({
      metadata: {},
      spec: { strategy: {}, template: { metadata: {}, spec: { containers: [] } } },
      status: {},
    });
  });
});
