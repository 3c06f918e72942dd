/** A set that was written under an older schema, as the present one counts: a field that is now one value has none in it. Upstream: typed/reconcile_schema.go. */
import { type FieldSet, isMember, leaf, membersOf, type Node, nodeOf } from './field-set.ts';
import type { FieldType } from './typed-schema.ts';
import { memberType } from './typed-schema.ts';

/** Sets that are as their type wants them: the same few are looked at again with every write. */
const fitting = new WeakMap<FieldSet, FieldType>();

export function reconciled(set: FieldSet, type: FieldType): FieldSet {
  if (fitting.get(set) === type) return set;
  const result = below(set, type, false) ?? leaf;
  fitting.set(result, type);
  return result;
}

function below(node: FieldSet, type: FieldType, member: boolean): Node {
  let isChanged = false;
  const members = membersOf(node).map(([element, inner]) => {
    const found = typeAt(type, element);
    const next = found ? reconcile(inner, found) : inner;
    if (next !== inner) isChanged = true;
    return [element, next] as const;
  });
  return isChanged ? nodeOf(member, members) : node;
}

function reconcile(node: FieldSet, type: FieldType): FieldSet {
  if (membersOf(node).length === 0) return node;
  const isOneValue = (type.map ?? type.list)?.isAtomic === true && type.scalar === undefined;
  return isOneValue ? leaf : (below(node, type, isMember(node)) ?? leaf);
}

function typeAt(type: FieldType, element: string): FieldType | undefined {
  if (element.startsWith('f:')) return type.map && memberType(type.map, element.slice(2));
  return type.list?.items;
}
