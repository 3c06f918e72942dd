/**
 * What a write does to who owns what, and what an apply does to the object. Pure; managers are never changed.
 * Upstream: structured-merge-diff's merge/update.go.
 */
import type { JsonObject } from '../object.ts';
import { fieldSetOf } from './applied-fields.ts';
import { compareObjects, isSameJson } from './compare.ts';
import type { Conflict } from './conflict.ts';
import { differenceOf, type FieldSet, intersectionOf, isEmpty, leaf, unionOf } from './field-set.ts';
import { identityOf, type Manager, type ManagerIdentity, type Managers } from './managers.ts';
import { mergeObjects } from './merge.ts';
import { reconciled } from './reconcile.ts';
import { removeFields, withNamedFields } from './remove.ts';
import type { FieldType } from './typed-schema.ts';

/** A kind in one of its versions. */
export interface VersionView {
  readonly type: FieldType;
  /** Without what a write through this resource never changes. */
  readonly filter: (fields: FieldSet) => FieldSet;
  /** From the version of the write to this one, and back. */
  readonly convert: (object: JsonObject) => JsonObject;
  readonly convertBack: (object: JsonObject) => JsonObject;
}
export interface Updating {
  /** The version of the write. */
  readonly apiVersion: string;
  /** Undefined: that version is not served any more. */
  readonly view: (apiVersion: string) => VersionView | undefined;
}

interface Changed {
  readonly managers: Map<string, Manager>;
  /** Modified and added fields. */
  readonly gained: FieldSet;
  /** What others would lose by them. */
  readonly conflicts: readonly Conflict[];
}

interface Change {
  readonly old: JsonObject;
  readonly next: JsonObject;
}
interface Compared {
  readonly gained: FieldSet;
  readonly removed: FieldSet;
}
const unchanged: Compared = { gained: leaf, removed: leaf };

function compareAs({ convert, type, filter }: VersionView, { old, next }: Change): Compared {
  const { removed = leaf, modified = leaf, added = leaf } = compareObjects(convert(old), convert(next), type);
  const apply = (fields: FieldSet): FieldSet => (isEmpty(fields) ? fields : filter(fields));
  return { gained: apply(unionOf(modified, added)), removed: apply(removed) };
}

function need({ view, apiVersion }: Updating): VersionView {
  const own = view(apiVersion);
  if (!own) throw new Error(`${apiVersion} is written and not served`);
  return own;
}

/** Nobody but `except` keeps what the change took. */
function take(updating: Updating, { old, next }: Change, managers: Managers, except?: string): Changed {
  const comparisons = new Map<string, Compared | undefined>();
  const compareIn = (apiVersion: string): Compared | undefined => {
    if (comparisons.has(apiVersion)) return comparisons.get(apiVersion);
    const view = updating.view(apiVersion);
    const comparison = view && compareAs(view, { old, next });
    comparisons.set(apiVersion, comparison);
    return comparison;
  };
  const own = compareIn(updating.apiVersion) ?? unchanged;
  const left = new Map<string, Manager>();
  const conflicts: Conflict[] = [];
  for (const [identity, manager] of managers) {
    if (identity === except) {
      left.set(identity, manager);
      continue;
    }
    const change = compareIn(manager.apiVersion);
    if (!change) continue;
    const taken = intersectionOf(manager.fields, change.gained);
    if (!isEmpty(taken)) conflicts.push({ manager, fields: taken });
    const fields = differenceOf(differenceOf(manager.fields, taken), change.removed);
    if (!isEmpty(fields)) left.set(identity, fields === manager.fields ? manager : { ...manager, fields });
  }
  return { managers: left, gained: own.gained, conflicts };
}

/** As the present schema sees them; versions that are gone own nothing. */
function current(managers: Managers, { view }: Updating): Managers {
  const result = new Map<string, Manager>();
  for (const [identity, manager] of managers) {
    const found = view(manager.apiVersion);
    const fields = found && reconciled(manager.fields, found.type);
    if (fields) result.set(identity, fields === manager.fields ? manager : { ...manager, fields });
  }
  return result;
}

export interface UpdateResult {
  readonly managers: Map<string, Manager>;
  /** What the write changed and so owns now. */
  readonly gained: FieldSet;
}

export function trackUpdate(updating: Updating, change: Change, managers: Managers): UpdateResult {
  const { managers: left, gained } = take(updating, change, current(managers, updating));
  return { managers: left, gained };
}

export interface ApplyRequest {
  readonly live: JsonObject;
  readonly config: JsonObject;
  readonly managers: Managers;
  readonly applier: ManagerIdentity;
}
export interface Applied {
  /** Undefined: the live object has it all. */
  readonly object: JsonObject | undefined;
  readonly managers: Map<string, Manager>;
  readonly conflicts: readonly Conflict[];
}

/** The caller decides whether conflicts matter. */
export function applyConfig(updating: Updating, { live, config, managers: given, applier }: ApplyRequest): Applied {
  const own = need(updating);
  const identity = identityOf(applier);
  const before = current(given, updating);
  const last = before.get(identity);
  const fields = own.filter(fieldSetOf(config, own.type));
  const managers = new Map(before);
  managers.set(identity, { ...applier, time: last?.time, fields });
  const merged = mergeObjects(live, config, own.type);
  // What was applied the last time is applied again: then nothing goes.
  const isKept = !last || (last.apiVersion === updating.apiVersion && isEmpty(differenceOf(last.fields, fields)));
  const object = isKept ? merged : prune(updating, { merged, managers, last });
  const changed = take(updating, { old: live, next: object }, managers, identity);
  return { object: isSameJson(live, object) ? undefined : object, managers: changed.managers, conflicts: changed.conflicts };
}

interface Pruning {
  readonly merged: JsonObject;
  readonly managers: Managers;
  readonly last: Manager;
}

/** Without what this manager applied the last time, does not apply now, and nobody else owns. */
function prune(updating: Updating, { merged, managers, last }: Pruning): JsonObject {
  const view = updating.view(last.apiVersion);
  if (!view || isEmpty(last.fields)) return merged;
  const all = view.convert(merged);
  const lastFields = withNamedFields(last.fields, view.type);
  const stripped = removeFields(all, lastFields, view.type);
  const owned = view.convert(withOwned(updating, { merged, pruned: view.convertBack(stripped), first: last.apiVersion, managers }));
  const left = withNamedFields(fieldSetOf(owned, view.type), view.type);
  const full = withNamedFields(fieldSetOf(all, view.type), view.type);
  return view.convertBack(removeFields(all, intersectionOf(differenceOf(full, left), lastFields), view.type));
}

interface Owning {
  readonly merged: JsonObject;
  readonly pruned: JsonObject;
  readonly first: string;
  readonly managers: Managers;
}

/** With what managers own, version by version: the pruned one first, whose fields a conversion may need. */
function withOwned({ view }: Updating, { merged, pruned, first, managers }: Owning): JsonObject {
  const byVersion = new Map<string, FieldSet>([[first, leaf]]);
  for (const { apiVersion, fields } of managers.values()) byVersion.set(apiVersion, unionOf(byVersion.get(apiVersion) ?? leaf, fields));
  let result = pruned;
  for (const [apiVersion, fields] of byVersion) {
    const found = view(apiVersion);
    if (!found) continue;
    const { type } = found;
    const all = found.convert(merged);
    const named = (set: FieldSet): FieldSet => withNamedFields(set, type);
    const kept = unionOf(named(fieldSetOf(found.convert(result), type)), named(fields));
    result = found.convertBack(removeFields(all, differenceOf(named(fieldSetOf(all, type)), kept), type));
  }
  return result;
}
