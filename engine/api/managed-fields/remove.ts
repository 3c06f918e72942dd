/** An object without the fields of a set. Upstream: structured-merge-diff's typed/remove.go and fieldpath's EnsureNamedFieldsAreMembers. */
import type { Json, JsonObject } from '../object.ts';
import { type FieldSet, isMember, leaf, membersOf, type Node, nodeOf } from './field-set.ts';
import { elementOf } from './list-item.ts';
import { fieldElement, type PathElement } from './path-element.ts';
import { asList, asObject, type FieldType, formOf, memberType } from './typed-schema.ts';

export function removeFields(object: JsonObject, set: FieldSet, type: FieldType): JsonObject {
  return asObject(remove(object, set, type)) ?? {};
}

/** Null where nothing is left, as upstream: what decodes the object drops it. */
function remove(value: Json, set: FieldSet, type: FieldType): Json {
  const form = formOf(type, value);
  if (form === 'map' && type.map) {
    const object = asObject(value);
    if (type.map.isAtomic) return null;
    const { map } = type;
    const left = Object.entries(object ?? {}).flatMap(([name, inner]) => {
      const kept = keep(inner, set[fieldElement(name)], memberType(map, name));
      return kept === undefined ? [] : [[name, kept] as const];
    });
    return left.length > 0 ? Object.fromEntries(left) : null;
  }
  if (form === 'list' && type.list) {
    const { list } = type;
    if (list.isAtomic) return null;
    const left = (asList(value) ?? []).flatMap((item) => {
      const kept = keep(item, set[elementOf(list, item) ?? ''], list.items);
      return kept === undefined ? [] : [kept];
    });
    return left.length > 0 ? left : null;
  }
  return value;
}

function keep(value: Json, toRemove: Node, type: FieldType | undefined): Json | undefined {
  if (toRemove === undefined || value === undefined) return value;
  if (isMember(toRemove)) return undefined;
  return type ? remove(value, toRemove, type) : value;
}

/** With the fields that a type names and that the set has only something of. */
export function withNamedFields(set: FieldSet, type: FieldType): FieldSet {
  return below(set, type, false) ?? leaf;
}

function below(node: FieldSet, type: FieldType | undefined, member: boolean): Node {
  const members = membersOf(node).map(([element, inner]) => {
    const isNamed = isField(element) && type?.map?.fields.has(element.slice(2)) === true;
    return [element, below(inner, typeAt(type, element), isMember(inner) || isNamed) ?? leaf] as const;
  });
  return nodeOf(member, members);
}

const isField = (element: PathElement): boolean => element.startsWith('f:');

function typeAt(type: FieldType | undefined, element: PathElement): FieldType | undefined {
  if (isField(element)) return type?.map && memberType(type.map, element.slice(2));
  return element.startsWith('k:') ? type?.list?.items : undefined;
}
