/**
 * Strategic merge patch: merges lists by the keys that the API's types declare, and knows the directives `$patch`, `$retainKeys`,
 * `$setElementOrder/<field>` and `$deleteFromPrimitiveList/<field>`. Pure: neither document nor patch is changed.
 * Upstream: k8s.io/apimachinery/pkg/util/strategicpatch/patch.go (StrategicMergePatch).
 */
import { unknownError } from '../errors.ts';
import { mergeRule } from '../merge-rules.ts';
import type { Json, JsonObject } from '../object.ts';
import { typeSchema } from '../schema.ts';
import { type Identity, orderMerged } from './list-order.ts';
import { fromEntries, isObject, sameJson } from './merge-patch.ts';
import { badPrimitiveList, badRetainKeys, badSetElementOrder, inapplicablePatch, malformedPatch } from './patch-error.ts';

const directive = '$patch';
const retainKeys = '$retainKeys';
const orderPrefix = '$setElementOrder/';
const deletePrefix = '$deleteFromPrimitiveList/';

/** The type of a value: a struct of the schema, the values of a map, or unknown. */
type TypeName = string | undefined;

interface FieldRule {
  readonly type: TypeName;
  readonly isMerged: boolean;
  readonly isReplaced: boolean;
  readonly mergeKey: string | undefined;
}

function ruleOf(type: TypeName, field: string): FieldRule {
  const schema = type === undefined ? undefined : typeSchema(type)?.[field];
  const rule = type === undefined ? undefined : mergeRule(type, field);
  return {
    // The values of a map of structs have no merge rules of their own in any type of the API, but their fields may.
    type: schema && schema.container !== 'map' ? schema.type : undefined,
    isMerged: rule?.strategy?.includes('merge') ?? false,
    isReplaced: rule?.strategy?.includes('replace') ?? false,
    mergeKey: rule?.mergeKey,
  };
}

/** `type` is a name of `schema.gen.json`. Throws an ApiError: 400 for a patch of the wrong form, 422 for one that does not fit. */
export function applyStrategicMergePatch(type: string, document: JsonObject, patch: Json): JsonObject {
  if (!isObject(patch)) throw malformedPatch('invalid JSON document');
  return mergeMap(document, patch, type);
}

function mergeMap(original: JsonObject, patch: JsonObject, type: TypeName): JsonObject {
  const marker = patch[directive];
  if (marker !== undefined) return applyDirective(marker, patch);
  const result = new Map(Object.entries(retain(original, patch)));
  // Lists whose order is given take their patch with them; deletions go before additions, so that an item may be moved.
  const ordered = new Set<string>();
  for (const key of Object.keys(patch)) {
    if (!key.startsWith(orderPrefix)) continue;
    const field = key.slice(orderPrefix.length);
    ordered.add(field);
    mergeOrdered(result, patch, { field, type });
  }
  for (const [key, value] of Object.entries(patch))
    if (key.startsWith(deletePrefix)) deleteFromList(result, key.slice(deletePrefix.length), value);
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith('$') && isDirective(key)) continue;
    if (!ordered.has(key)) mergeField(result, { key, value, rule: ruleOf(type, key) });
  }
  return fromEntries(result);
}

function isDirective(key: string): boolean {
  return key === directive || key === retainKeys || key.startsWith(orderPrefix) || key.startsWith(deletePrefix);
}

function applyDirective(marker: Json, patch: JsonObject): JsonObject {
  if (marker === 'delete') return {};
  if (marker === 'replace') {
    const { [directive]: _, ...rest } = patch;
    return rest;
  }
  if (marker === 'merge') throw inapplicablePatch('merging lists cannot yet be specified in the patch');
  throw unknownError(`unknown patch type: ${goText(marker)} in map: ${goText(patch)}`);
}

/** What is left of `original` when the patch lists the keys to keep. */
function retain(original: JsonObject, patch: JsonObject): JsonObject {
  const kept = patch[retainKeys];
  if (kept === undefined) return original;
  if (!Array.isArray(kept)) throw malformedPatch(badRetainKeys);
  const keys = new Set<Json>(kept);
  for (const [key, value] of Object.entries(patch))
    if (value !== null && !isDirective(key) && !keys.has(key)) throw malformedPatch(badRetainKeys);
  return fromEntries(Object.entries(original).filter(([key]) => keys.has(key)));
}

interface FieldPatch {
  readonly key: string;
  readonly value: Json;
  readonly rule: FieldRule;
}

function mergeField(result: Map<string, Json>, { key, value, rule }: FieldPatch): void {
  const old = result.get(key);
  if (value === null) result.delete(key);
  else if (isObject(old) && isObject(value)) result.set(key, rule.isReplaced ? withoutDirectives(value) : mergeMap(old, value, rule.type));
  else if (Array.isArray(old) && Array.isArray(value))
    result.set(key, rule.isMerged ? mergeList(old, value, rule) : withoutDirectives(value));
  else result.set(key, withoutDirectives(value));
}

/** A value that is new to the document: nulls and directives in it mean nothing there. */
function withoutDirectives<T extends Json>(value: T): T {
  // The result has the form of the value, only with less in it.
  return strip(value) as T;
}
function strip(value: Json): Json {
  if (Array.isArray(value)) return value.filter((item) => !isObject(item) || item[directive] === undefined).map(strip);
  if (!isObject(value)) return value;
  if (value[directive] === 'delete') return {};
  return fromEntries(
    Object.entries(value).flatMap(([key, item]) => (item === null || isDirective(key) ? [] : [[key, strip(item)] as const])),
  );
}

function identityBy(mergeKey: string | undefined): Identity {
  return (item) => (mergeKey !== undefined && isObject(item) ? item[mergeKey] : item);
}

function deleteFromList(result: Map<string, Json>, field: string, toDelete: Json): void {
  if (!Array.isArray(toDelete)) throw malformedPatch(badPrimitiveList);
  const list = result.get(field);
  if (!Array.isArray(list)) return;
  const gone = new Set<Json>(toDelete);
  result.set(
    field,
    list.filter((item: Json) => !gone.has(item)),
  );
}

/** All items must be objects, or none: a list of both, or of lists, has no merge. */
function areObjects(lists: readonly (readonly Json[])[]): boolean {
  const items = lists.flat(1);
  const objects = items.filter(isObject).length;
  if (items.some((item) => Array.isArray(item))) throw inapplicablePatch('lists of lists are not supported');
  if (objects !== 0 && objects !== items.length) throw inapplicablePatch(`list element types are not identical: ${JSON.stringify(lists)}`);
  return objects > 0;
}

function mergeList(before: readonly Json[], patch: readonly Json[], rule: FieldRule): readonly Json[] {
  const merged = mergeItems(before, patch, rule);
  const wanted = patch.filter((item) => !isObject(item) || item[directive] === undefined);
  return orderMerged({ merged, wanted, before }, identityBy(rule.mergeKey));
}

/** The merged items, in no order that matters. */
function mergeItems(before: readonly Json[], patch: readonly Json[], rule: FieldRule): readonly Json[] {
  if (!areObjects([before, patch])) return [...new Set([...before, ...patch])];
  const { mergeKey } = rule;
  if (mergeKey === undefined) throw inapplicablePatch('cannot merge lists without merge key for type map');
  const { kept, additions } = applyItemDirectives(before, patch, mergeKey);
  const merged = [...kept];
  // Found by key in one step: lists may be as long as a body allows.
  const places = new Map<Json | undefined, number>();
  for (const [index, one] of merged.entries()) if (isObject(one) && !places.has(one[mergeKey])) places.set(one[mergeKey], index);
  for (const item of additions) {
    const key = keyValue(item, mergeKey);
    const index = places.get(key) ?? merged.length;
    const old = merged[index];
    if (isObject(old)) merged[index] = mergeMap(old, item, rule.type);
    else {
      places.set(key, index);
      merged.push(withoutDirectives(item));
    }
  }
  return merged;
}

function keyValue(item: JsonObject, mergeKey: string): Json {
  const key = item[mergeKey];
  if (key === undefined) throw inapplicablePatch(`map: ${JSON.stringify(item)} does not contain declared merge key: ${mergeKey}`);
  return key;
}

/** `{$patch: delete, <key>}` removes one item, `{$patch: replace}` all of the old ones. */
function applyItemDirectives(before: readonly Json[], patch: readonly Json[], mergeKey: string) {
  const gone = new Set<Json | undefined>();
  let isReplaced = false;
  const additions: JsonObject[] = [];
  for (const item of patch) {
    if (!isObject(item)) continue;
    const marker = item[directive];
    if (marker === undefined) additions.push(item);
    else if (marker === 'replace') isReplaced = true;
    else if (marker === 'delete') gone.add(keyValue(item, mergeKey));
    else applyDirective(marker, item);
  }
  const kept = gone.size === 0 ? before : before.filter((one) => !isObject(one) || !gone.has(one[mergeKey]));
  return { kept: isReplaced ? [] : kept, additions };
}

/** Merges `field` and puts it into the order that the patch names. */
function mergeOrdered(
  result: Map<string, Json>,
  patch: JsonObject,
  { field, type }: { readonly field: string; readonly type: TypeName },
): void {
  const order = patch[orderPrefix + field];
  if (!Array.isArray(order)) throw malformedPatch(badSetElementOrder);
  const rule = ruleOf(type, field);
  const before = result.get(field);
  const given = patch[field];
  if (given === null) {
    result.delete(field);
    return;
  }
  if ((before !== undefined && !Array.isArray(before)) || (given !== undefined && !Array.isArray(given)))
    throw malformedPatch(badSetElementOrder);
  checkOrder(given ?? [], order, rule.mergeKey);
  if (before === undefined && given === undefined) return;
  const merged = mergeItems(before ?? [], given ?? [], rule);
  result.set(field, orderMerged({ merged, wanted: order, before: before ?? [] }, identityBy(rule.mergeKey)));
}

/** The patch's items must stand in the named order, and all be named. */
function checkOrder(given: readonly Json[], order: readonly Json[], mergeKey: string | undefined): void {
  const identity = identityBy(mergeKey);
  const items = given.filter((item) => !isObject(item) || item[directive] === undefined);
  if (items.length === 0 || order.length === 0) return;
  let at = 0;
  for (const wanted of order) if (at < items.length && sameJson(identity(items[at] ?? null), identity(wanted))) at += 1;
  if (at < items.length)
    throw inapplicablePatch(
      `The order in patch list:\n${JSON.stringify(items)}\n doesn't match $setElementOrder list:\n${JSON.stringify(order)}\n`,
    );
}

/** A value as Go's `%v` prints it, which is how upstream shows it. */
function goText(value: Json): string {
  if (value === null) return '<nil>';
  if (Array.isArray(value)) return `[${value.map(goText).join(' ')}]`;
  if (typeof value !== 'object') return String(value);
  const entries = Object.entries(value as JsonObject).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `map[${entries.map(([key, one]) => `${key}:${goText(one)}`).join(' ')}]`;
}
