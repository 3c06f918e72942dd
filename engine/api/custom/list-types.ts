/** Items of a set, and keys of a list that is a map, are there once. Upstream: apiserver/schema/listtype/validation.go. */
import { duplicate, type FieldError, invalidValue, type Path } from '../field-error.ts';
import type { Json, JsonObject } from '../object.ts';
import { isObject, itemsOf, listTypeOf, mapKeysOf, memberOf, propertyOf, type Schema } from './schema.ts';

export function listTypeErrors(value: Json, schema: Schema | undefined, path: Path): readonly FieldError[] {
  if (!schema) return [];
  if (Array.isArray(value)) {
    const items = itemsOf(schema);
    return [...ownErrors(value, schema, path), ...value.flatMap((item, index) => listTypeErrors(item, items, path.at(index)))];
  }
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    listTypeErrors(member, memberOf(schema, name), propertyOf(schema, name) ? path.at(name) : path.key(name)),
  );
}

function ownErrors(list: readonly Json[], schema: Schema, path: Path): readonly FieldError[] {
  switch (listTypeOf(schema)) {
    case 'set':
      return repeated(list).map((index) => duplicate(path.at(index), list[index]));
    case 'map': {
      const wrong = list.findIndex((item) => item !== null && !isObject(item));
      if (wrong >= 0) return [invalidValue(path.at(wrong), list[wrong], 'must be an object for an array of list-type map')];
      const keys = list.map((item) => keyOf(item, mapKeysOf(schema)));
      return repeated(keys).map((index) => duplicate(path.at(index), keys[index]));
    }
    default:
      return [];
  }
}

function keyOf(item: Json, names: readonly string[]): JsonObject {
  if (!isObject(item)) return {};
  return Object.fromEntries(names.flatMap((name) => (Object.hasOwn(item, name) ? [[name, item[name] ?? null] as const] : [])));
}

/** The second occurrence of each that comes again. */
function repeated(list: readonly Json[]): readonly number[] {
  const times = new Map<string, number>();
  return list.flatMap((item, index) => {
    const text = canonical(item);
    const before = times.get(text) ?? 0;
    times.set(text, before + 1);
    return before === 1 ? [index] : [];
  });
}

/** The same for equal values, whatever the order of members. */
function canonical(value: Json): string {
  return JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner === 'bigint') return `${inner}n`;
    return isObject(inner) ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1))) : inner;
  });
}
