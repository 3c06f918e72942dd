/**
 * Many managers who update and apply, against a model that knows nothing of trees: an object is a flat map of leaves, an owner a set of paths.
 * Upstream's own cases are in structured-merge-diff's merge/*_test.go.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../object.ts';
import { pathsOf, unionOf } from './field-set.ts';
import { identityOf, type Manager, type Managers } from './managers.ts';
import { asList, asObject, deduced, type FieldType } from './typed-schema.ts';
import { applyConfig, trackUpdate, type Updating } from './updater.ts';

const text: FieldType = { scalar: 'string' };
const number: FieldType = { scalar: 'numeric' };
const fields = (types: Readonly<Record<string, FieldType>>): FieldType => ({
  map: { isAtomic: false, fields: new Map(Object.entries(types)) },
});
const mapOf = (isAtomic: boolean): FieldType => ({ map: { isAtomic, fields: new Map(), rest: text } });
const listOf = (items: FieldType, keys: readonly string[], isAtomic = false): FieldType => ({
  list: { isAtomic, keys, keyDefaults: keys.includes('protocol') ? { protocol: 'TCP' } : {}, items },
});
const item = fields({ port: number, protocol: text, name: text });
const type = fields({
  size: number,
  labels: mapOf(false),
  selector: mapOf(true),
  tags: listOf(text, []),
  order: listOf(text, [], true),
  ports: listOf(item, ['port', 'protocol']),
  inner: fields({ size: number, ports: listOf(item, ['port', 'protocol']) }),
});
const view = {
  type,
  filter: (set: Manager['fields']) => set,
  convert: (object: JsonObject) => object,
  convertBack: (object: JsonObject) => object,
};
const updating: Updating = { apiVersion: 'v1', view: () => view };

/** Leaves, and the items of lists, by path. */
type Flat = ReadonlyMap<string, string>;
function flatten(object: JsonObject): Map<string, string> {
  const flat = new Map<string, string>();
  for (const [name, value] of Object.entries(object)) flattenField(`.${name}`, name, value, flat);
  return flat;
}
function flattenField(path: string, name: string, value: Json, flat: Map<string, string>): void {
  // Nothing is left in a container.
  if (value === null) return;
  if (name === 'selector' || name === 'order' || name === 'size') flat.set(path, JSON.stringify(sorted(value)));
  else if (name === 'labels') for (const [key, label] of Object.entries(asObject(value) ?? {})) flat.set(`${path}.${key}`, String(label));
  else if (name === 'tags') for (const tag of asList(value) ?? []) flat.set(`${path}[=${JSON.stringify(tag)}]`, '');
  else if (name === 'inner')
    for (const [inner, part] of Object.entries(asObject(value) ?? {})) flattenField(`${path}.${inner}`, inner, part, flat);
  else for (const port of asList(value) ?? []) flattenItem(path, asObject(port) ?? {}, flat);
}
function flattenItem(path: string, port: JsonObject, flat: Map<string, string>): void {
  const at = `${path}[port=${port.port},protocol=${JSON.stringify(port.protocol ?? 'TCP')}]`;
  flat.set(at, '');
  for (const [name, value] of Object.entries(port)) flat.set(`${at}.${name}`, String(value));
}
const sorted = (value: Json): Json => {
  const object = asObject(value);
  return object ? Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1))) : value;
};

interface World {
  readonly live: Flat;
  readonly owners: ReadonlyMap<string, ReadonlySet<string>>;
}
const isWithin = (path: string, outer: string): boolean =>
  path === outer || (path.startsWith(outer) && '.['.includes(path[outer.length] ?? ''));

function afterUpdate({ live, owners }: World, who: string, next: Flat): World {
  const changed = new Set([...next].filter(([path, value]) => live.get(path) !== value).map(([path]) => path));
  const kept = [...owners].map(
    ([owner, paths]) => [owner, new Set([...paths].filter((path) => next.has(path) && !changed.has(path)))] as const,
  );
  const left = new Map(kept);
  left.set(who, new Set([...(left.get(who) ?? []), ...changed]));
  return { live: next, owners: left };
}

/** What a forced apply leaves, and whom it needed the force for. */
function afterApply({ live, owners }: World, who: string, config: Flat): World & { readonly conflicts: readonly string[] } {
  const mine = new Set(config.keys());
  const others = [...owners].filter(([owner]) => owner !== who);
  const given = [...(owners.get(who) ?? [])].filter((path) => !mine.has(path) && !others.some(([, paths]) => paths.has(path)));
  const merged = new Map([...live, ...config]);
  const next = new Map([...merged].filter(([path]) => mine.has(path) || !given.some((gone) => isWithin(path, gone))));
  const conflicts = others.flatMap(([owner, paths]) =>
    [...paths].filter((path) => next.has(path) && next.get(path) !== live.get(path)).map((path) => `${owner} ${path}`),
  );
  const left = others.map(
    ([owner, paths]) => [owner, new Set([...paths].filter((path) => next.has(path) && next.get(path) === live.get(path)))] as const,
  );
  return { live: next, owners: new Map([...left, [who, mine]]), conflicts };
}

const word = fc.constantFrom('a', 'b', 'c');
const port = fc.record({ port: fc.constantFrom(1, 2), protocol: fc.constantFrom('TCP', 'UDP'), name: word }, { requiredKeys: ['port'] });
const ports = fc.uniqueArray(port, { minLength: 1, maxLength: 3, selector: (one) => `${one.port}/${one.protocol ?? 'TCP'}` });
const dictionary = fc.dictionary(fc.constantFrom('x', 'y', 'z'), word, { minKeys: 1, noNullPrototype: true });
const parts = { size: fc.constantFrom(1, 2), ports };
const object = fc.record(
  {
    ...parts,
    labels: dictionary,
    selector: dictionary,
    tags: fc.uniqueArray(word, { minLength: 1 }),
    order: fc.array(word, { minLength: 1, maxLength: 3 }),
    inner: fc.record(parts, { requiredKeys: ['size'] }),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<JsonObject>;
const step = fc.record({ who: fc.constantFrom('one', 'two', 'three'), isApply: fc.boolean(), object });

/** Containers that nobody's leaf is in are not looked at: whoever made one owns it. */
const leavesOf = (managers: Managers, live: Flat): ReadonlyMap<string, readonly string[]> =>
  new Map(
    [...managers].map(([identity, { fields: set }]) => [
      identity,
      pathsOf(set)
        .filter((path) => live.has(path))
        .toSorted(),
    ]),
  );
const shown = ({ live, owners }: World): unknown => [
  [...live].toSorted(),
  [...owners]
    .map(([owner, paths]) => [owner, [...paths].toSorted()])
    .filter(([, paths]) => paths?.length !== 0)
    .toSorted(),
];

const manager = (who: string, operation: Manager['operation']) => ({ manager: who, operation, apiVersion: 'v1', subresource: '' }) as const;

describe('who owns what', () => {
  test('is as the model says, whatever is updated and applied', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 8 }), (steps) => {
        let live: JsonObject = {};
        let managers: Managers = new Map();
        let world: World = { live: new Map(), owners: new Map() };
        for (const { who, isApply, object: given } of steps) {
          const applier = manager(who, isApply ? 'Apply' : 'Update');
          const identity = identityOf(applier);
          if (isApply) {
            const expected = afterApply(world, identity, flatten(given));
            const result = applyConfig(updating, { live, config: given, managers, applier });
            expect(
              result.conflicts.flatMap((one) => pathsOf(one.fields).map((path) => `${identityOf(one.manager)} ${path}`)).toSorted(),
            ).toEqual(expected.conflicts.toSorted());
            world = expected;
            live = result.object ?? live;
            managers = result.managers;
          } else {
            world = afterUpdate(world, identity, flatten(given));
            const { managers: left, gained } = trackUpdate(updating, { old: live, next: given }, managers);
            const before = left.get(identity);
            left.set(identity, { ...applier, time: undefined, fields: before ? unionOf(gained, before.fields) : gained });
            managers = left;
            live = given;
          }
          const owners = new Map([...leavesOf(managers, world.live)].map(([who, paths]) => [who, new Set(paths)]));
          expect(shown({ live: flatten(live), owners })).toEqual(shown(world));
        }
      }),
      { numRuns: 300 },
    );
  });

  test('applying the same again changes nothing', () => {
    fc.assert(
      fc.property(object, object, (first, config) => {
        const applier = manager('one', 'Apply');
        const { object: live = first, managers } = applyConfig(updating, { live: first, config, managers: new Map(), applier });
        const again = applyConfig(updating, { live, config, managers, applier });
        expect([again.object, again.conflicts, again.managers]).toEqual([undefined, [], managers]);
      }),
    );
  });

  test('of what has no schema, maps are looked into and lists are one value', () => {
    const free: Updating = { apiVersion: 'v1', view: () => ({ ...view, type: deduced }) };
    const applier = manager('one', 'Apply');
    const { managers } = applyConfig(free, { live: {}, config: { a: { b: [1, { c: 2 }], d: {} }, e: 'x' }, managers: new Map(), applier });
    expect(managers.get(identityOf(applier))?.fields).toEqual({ 'f:a': { '.': {}, 'f:b': {}, 'f:d': {} }, 'f:e': {} });
  });
});
