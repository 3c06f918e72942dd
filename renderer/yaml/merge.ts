/**
 * Three-way merge of an object that is being edited: what the user changed is laid over what the cluster holds now. A place that both have changed, and
 * differently, is a conflict; the user's value stands there until they decide. Lists are one place each. Pure.
 */
import type { Json, JsonObject } from '../../engine/api/object.ts';

export interface Merged {
  readonly value: Json | undefined;
  /** Paths that both sides changed, as `spec.replicas`. */
  readonly conflicts: readonly string[];
}
export interface Sides {
  /** What the user began with. */
  readonly base: Json | undefined;
  readonly mine: Json | undefined;
  readonly theirs: Json | undefined;
}

export function merge({ base, mine, theirs }: Sides, path = ''): Merged {
  if (isSame(mine, base)) return { value: theirs, conflicts: [] };
  if (isSame(theirs, base) || isSame(mine, theirs)) return { value: mine, conflicts: [] };
  if (!isObject(mine) || !isObject(theirs)) return { value: mine, conflicts: [path] };
  const started = isObject(base) ? base : {};
  const keys = [...new Set([...Object.keys(theirs), ...Object.keys(mine)])];
  const parts = keys.map(
    (key) => [key, merge({ base: started[key], mine: mine[key], theirs: theirs[key] }, path === '' ? key : `${path}.${key}`)] as const,
  );
  return {
    value: Object.fromEntries(parts.filter(([, { value }]) => value !== undefined).map(([key, { value }]) => [key, value])) as JsonObject,
    conflicts: parts.flatMap(([, { conflicts }]) => conflicts),
  };
}

export function isSame(one: Json | undefined, other: Json | undefined): boolean {
  if (one === other) return true;
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((item, index) => isSame(item, other[index]));
  if (!isObject(one) || !isObject(other)) return false;
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].every((key) => isSame(one[key], other[key]));
}
function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
