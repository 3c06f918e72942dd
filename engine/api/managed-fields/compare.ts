/** Which fields a change removed, modified and added. Upstream: structured-merge-diff's typed/compare.go. */
import type { Json, JsonObject } from '../object.ts';
import { type FieldSet, leaf, type Node, nodeOf } from './field-set.ts';
import { elementOf } from './list-item.ts';
import { fieldElement, type PathElement } from './path-element.ts';
import {
  asList,
  asObject,
  type FieldType,
  formOf,
  isNothingIn,
  type ListType,
  type MapType,
  memberType,
  ownMember,
} from './typed-schema.ts';

export interface Comparison {
  readonly removed: Node;
  readonly modified: Node;
  readonly added: Node;
}
/** Undefined: no difference. */
type Difference = Comparison | undefined;
type Change = keyof Comparison;

const none: Comparison = { removed: undefined, modified: undefined, added: undefined };
const modifiedLeaf: Comparison = { ...none, modified: leaf };

export function compareObjects(old: JsonObject, next: JsonObject, type: FieldType): Comparison {
  return compare(old, next, type) ?? none;
}

/** Equal as JSON: a field that is undefined is absent. */
export function isSameJson(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const [left, right] = [asList(a), asList(b)];
  if (left || right)
    return (
      left !== undefined && right !== undefined && left.length === right.length && left.every((one, index) => isSameJson(one, right[index]))
    );
  const [one, other] = [a as JsonObject, b as JsonObject];
  for (const key of Object.keys(one)) if (!isSameJson(one[key], ownMember(other, key))) return false;
  for (const key of Object.keys(other)) if (other[key] !== undefined && ownMember(one, key) === undefined) return false;
  return true;
}

function compare(old: Json | undefined, next: Json | undefined, type: FieldType): Difference {
  if (old === next) return undefined;
  if (old === undefined) return { ...none, added: everything(next ?? null, type) };
  if (next === undefined) return { ...none, removed: everything(old, type) };
  const [before, after] = [formOf(type, old), formOf(type, next)];
  const difference = compareAs(after, { old, next, type });
  // A value of another form: what was in it is gone.
  return before === after ? difference : combine(compareAs(before, { old, next, type }), difference);
}

interface Compared {
  readonly old: Json;
  readonly next: Json;
  readonly type: FieldType;
}

function compareAs(form: 'map' | 'list' | 'scalar', { old, next, type }: Compared): Difference {
  if (form === 'map' && type.map && !type.map.isAtomic) {
    const [before, after] = [asObject(old), asObject(next)];
    if (!isNothingIn(before) || !isNothingIn(after)) return compareMaps(before, after, type.map);
  }
  if (form === 'list' && type.list && !type.list.isAtomic) {
    const [before, after] = [asList(old) ?? [], asList(next) ?? []];
    if (before.length + after.length > 0) return compareLists(before, after, type.list);
  }
  return isSameJson(old, next) ? undefined : modifiedLeaf;
}

function combine(a: Difference, b: Difference): Difference {
  if (!a || !b) return a ?? b;
  return { removed: a.removed ?? b.removed, modified: a.modified ?? b.modified, added: a.added ?? b.added };
}

/** Gathers the differences of members. */
class Gathering {
  readonly #found: Record<Change, (readonly [PathElement, FieldSet])[]> = { removed: [], modified: [], added: [] };
  add(element: PathElement, difference: Difference): void {
    if (!difference) return;
    if (difference.removed) this.#found.removed.push([element, difference.removed]);
    if (difference.modified) this.#found.modified.push([element, difference.modified]);
    if (difference.added) this.#found.added.push([element, difference.added]);
  }
  result(): Difference {
    const { removed, modified, added } = this.#found;
    if (removed.length + modified.length + added.length === 0) return undefined;
    return { removed: nodeOf(false, removed), modified: nodeOf(false, modified), added: nodeOf(false, added) };
  }
}

function compareMaps(old: JsonObject | undefined, next: JsonObject | undefined, type: MapType): Difference {
  const found = new Gathering();
  const look = (name: string, before: Json | undefined, after: Json | undefined): void => {
    if (before === after) return;
    const member = memberType(type, name);
    // What the type does not know is looked at by nobody.
    if (member) found.add(fieldElement(name), compare(before, after, member));
  };
  if (next) for (const name of Object.keys(next)) look(name, ownMember(old, name), next[name]);
  if (old) for (const name of Object.keys(old)) if (ownMember(next, name) === undefined) look(name, old[name], undefined);
  return found.result();
}

/** Items by their names: more than one where the list has duplicates. */
function itemsByElement(list: readonly Json[], type: ListType): Map<PathElement, Json[]> {
  const items = new Map<PathElement, Json[]>();
  for (const item of list) {
    const element = elementOf(type, item);
    if (element === undefined) continue;
    const known = items.get(element);
    if (known) known.push(item);
    else items.set(element, [item]);
  }
  return items;
}

function compareLists(old: readonly Json[], next: readonly Json[], type: ListType): Difference {
  const [before, after] = [itemsByElement(old, type), itemsByElement(next, type)];
  const found = new Gathering();
  for (const element of new Set([...before.keys(), ...after.keys()]))
    found.add(element, compareItems(before.get(element) ?? [], after.get(element) ?? [], type));
  return found.result();
}

/** Duplicates are one value together. */
function compareItems(old: readonly Json[], next: readonly Json[], { items }: ListType): Difference {
  if (old.length < 2 && next.length < 2) return compare(old[0], next[0], items);
  if (old.length > 1 && next.length > 1) return isSameJson(old, next) ? undefined : modifiedLeaf;
  if (old.length > 1) return { ...none, removed: leaf, added: next[0] === undefined ? undefined : everything(next[0], items) };
  return { ...none, added: leaf, removed: old[0] === undefined ? undefined : everything(old[0], items) };
}

/** A value and everything in it. */
function everything(value: Json, type: FieldType): FieldSet {
  const form = formOf(type, value);
  if (form === 'map' && type.map && !type.map.isAtomic) {
    const { map } = type;
    const members: (readonly [PathElement, FieldSet])[] = [];
    const object = asObject(value) ?? {};
    for (const name of Object.keys(object)) {
      const inner = object[name];
      const member = inner === undefined ? undefined : memberType(map, name);
      if (inner !== undefined && member) members.push([fieldElement(name), everything(inner, member)]);
    }
    return nodeOf(true, members) ?? leaf;
  }
  if (form === 'list' && type.list && !type.list.isAtomic) {
    const { list } = type;
    const members = [...itemsByElement(asList(value) ?? [], list)].map(
      ([element, items]) => [element, items.length > 1 ? leaf : everything(items[0] ?? null, list.items)] as const,
    );
    return nodeOf(true, members) ?? leaf;
  }
  return leaf;
}
