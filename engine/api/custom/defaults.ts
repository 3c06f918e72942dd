/**
 * Fills in the defaults of a schema. A null where the schema allows none is as if nothing were there. Nothing is copied where nothing changes.
 * Upstream: apiserver/schema/defaulting.
 */
import type { Json, JsonObject } from '../object.ts';
import { isObject, itemsOf, memberOf, type Schema } from './schema.ts';

function defaultOf(schema: Schema): Json | undefined {
  // Definitions are JSON.
  return schema.default as Json | undefined;
}

export function withDefaults(value: Json, schema: Schema | undefined): Json {
  if (!schema) return value;
  if (Array.isArray(value)) return listWithDefaults(value, itemsOf(schema));
  return isObject(value) ? objectWithDefaults(value, schema) : value;
}

export function objectWithDefaults(object: JsonObject, schema: Schema): JsonObject {
  const added = Object.entries(schema.properties ?? {}).flatMap(([name, property]): [string, Json][] => {
    const value = Object.hasOwn(object, name) ? undefined : defaultOf(property);
    return value === undefined ? [] : [[name, withDefaults(value, property)]];
  });
  let changed: [string, Json][] | undefined;
  const names = Object.keys(object);
  for (const [index, name] of names.entries()) {
    const given = object[name] ?? null;
    const member = memberOf(schema, name);
    const next = withDefaults(member && given === null && !member.nullable ? (defaultOf(member) ?? null) : given, member);
    const isGone = next === null && member !== undefined && !member.nullable;
    if (next !== given || isGone) changed ??= names.slice(0, index).map((before) => [before, object[before] ?? null]);
    if (!isGone) changed?.push([name, next]);
  }
  if (!changed && added.length === 0) return object;
  return Object.fromEntries([...(changed ?? Object.entries(object)), ...added]);
}

function listWithDefaults(list: readonly Json[], items: Schema | undefined): Json {
  if (!items) return list;
  const next = list.map((item) => withDefaults(item === null && !items.nullable ? (defaultOf(items) ?? null) : item, items));
  return next.some((item, index) => item !== list[index]) ? next : list;
}
