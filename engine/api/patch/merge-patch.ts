/** JSON merge patch (RFC 7386): applying one, and making the smallest one between two documents. */
import type { Json, JsonObject } from '../object.ts';
import { malformedPatch } from './patch-error.ts';

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A copy of `entries` in which `__proto__` is a key like any other. */
export function fromEntries(entries: Iterable<readonly [string, Json]>): JsonObject {
  return Object.fromEntries(entries);
}

/** The document itself is not changed. Throws a BadRequest when the patch is no object. */
export function applyMergePatch(document: JsonObject, patch: Json): JsonObject {
  if (!isObject(patch))
    throw malformedPatch(`error decoding patch: json: cannot unmarshal ${goKind(patch)} into Go value of type map[string]interface {}`);
  return merge(document, patch);
}

/** What Go's JSON decoder calls a value. */
function goKind(value: Json): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

function merge(document: JsonObject, patch: JsonObject): JsonObject {
  const merged = new Map(Object.entries(document));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key);
    else if (!isObject(value)) merged.set(key, value);
    else {
      const old = merged.get(key);
      merged.set(key, merge(isObject(old) ? old : {}, value));
    }
  }
  return fromEntries(merged);
}

/** The merge patch that makes `next` out of `old`; undefined when they are equal. A null in `next` cannot be expressed and counts as absent. */
export function mergePatchBetween(old: JsonObject, next: JsonObject): JsonObject | undefined {
  const changes: (readonly [string, Json])[] = [];
  for (const [key, value] of Object.entries(next)) {
    const before = Object.hasOwn(old, key) ? old[key] : undefined;
    if (value === null) continue;
    if (isObject(value) && isObject(before)) {
      const inner = mergePatchBetween(before, value);
      if (inner) changes.push([key, inner]);
    } else if (!sameJson(before, value)) changes.push([key, value]);
  }
  for (const [key, before] of Object.entries(old)) {
    const isGone = !Object.hasOwn(next, key) || next[key] === null;
    if (isGone && before !== null) changes.push([key, null]);
  }
  return changes.length === 0 ? undefined : fromEntries(changes);
}

/** Deep equality of JSON; the order of members does not count. */
export function sameJson(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, index) => sameJson(item, b[index]));
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && sameJson(a[key], b[key]));
}
