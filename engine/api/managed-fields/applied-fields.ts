/** Which fields an applied configuration names. Upstream: structured-merge-diff's typed/tofieldset.go. */
import type { Json, JsonObject } from '../object.ts';
import { type FieldSet, leaf, type Node, nodeOf, union } from './field-set.ts';
import { elementOf } from './list-item.ts';
import { fieldElement, type PathElement } from './path-element.ts';
import { asList, asObject, type FieldType, formOf, isNothingIn, type ListType, type MapType, memberType } from './typed-schema.ts';

export function fieldSetOf(object: JsonObject, type: FieldType): FieldSet {
  return fieldsIn(object, type) ?? leaf;
}

/** A container is named by what is in it, not by itself. */
function fieldsIn(value: Json, type: FieldType): Node {
  const form = formOf(type, value);
  if (form === 'map' && type.map) return type.map.isAtomic ? leaf : fieldsInMap(asObject(value), type.map);
  if (form === 'list' && type.list) return type.list.isAtomic ? leaf : fieldsInList(asList(value) ?? [], type.list);
  return leaf;
}

function fieldsInMap(object: JsonObject | undefined, type: MapType): Node {
  const members: (readonly [PathElement, FieldSet])[] = [];
  for (const [name, value] of Object.entries(object ?? {})) {
    const member = value === undefined ? undefined : memberType(type, name);
    if (!member) continue;
    const inner = asObject(value);
    const isNamed = value === null || (inner !== undefined && isNothingIn(inner)) || !type.fields.has(name);
    const below = fieldsIn(value, member);
    const node = isNamed ? union(below, leaf) : below;
    if (node) members.push([fieldElement(name), node]);
  }
  return nodeOf(false, members);
}

function fieldsInList(list: readonly Json[], type: ListType): Node {
  const members = new Map<PathElement, FieldSet>();
  for (const item of list) {
    const element = elementOf(type, item);
    if (element !== undefined) members.set(element, members.has(element) ? leaf : (union(fieldsIn(item, type.items), leaf) ?? leaf));
  }
  return nodeOf(false, [...members]);
}
