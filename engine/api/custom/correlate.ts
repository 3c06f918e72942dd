/**
 * Which item of an old list an item of a new one was: only lists that are maps by keys can tell. Upstream: apiserver's
 * cel/common/values.go and ratcheting.go.
 */
import type { Json } from '../object.ts';
import { isObject, listTypeOf, mapKeysOf, type Schema } from './schema.ts';

/** Undefined where items cannot be told apart. */
export function correlate(schema: Schema, list: readonly Json[], old: Json | undefined): ((item: Json) => Json | undefined) | undefined {
  if (listTypeOf(schema) !== 'map' || !Array.isArray(old) || list.length === 0) return undefined;
  const keys = mapKeysOf(schema);
  const known = new Map<string, Json>();
  for (const item of old) known.set(identityOf(item, keys), item);
  return (item) => known.get(identityOf(item, keys));
}

export function identityOf(item: Json, keys: readonly string[]): string {
  return isObject(item) ? JSON.stringify(keys.map((key) => (Object.hasOwn(item, key) ? item[key] : undefined) ?? null)) : '';
}
