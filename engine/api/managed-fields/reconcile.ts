/** A set that was written under an older schema, as the present one counts: a field that is now one value has none in it. Upstream: typed/reconcile_schema.go. */
import { type FieldSet, isEmpty, isMember, leaf, nodeOf } from './field-set.ts';
import { type FieldType, memberType } from './typed-schema.ts';

/** The same set where it is as its type wants it, as nearly always. */
export function reconciled(set: FieldSet, type: FieldType): FieldSet {
  return below(set, type, false);
}

function below(node: FieldSet, type: FieldType, member: boolean): FieldSet {
  let changed: Map<string, FieldSet> | undefined;
  for (const element in node) {
    const inner = node[element];
    const found = inner && typeAt(type, element);
    const next = found ? reconcile(inner, found) : inner;
    if (next === undefined || next === inner) continue;
    changed ??= new Map(Object.entries(node));
    changed.set(element, next);
  }
  if (!changed) return node;
  changed.delete('.');
  return nodeOf(member, [...changed]) ?? leaf;
}

function reconcile(node: FieldSet, type: FieldType): FieldSet {
  if (isEmpty(node)) return node;
  const isOneValue = (type.map ?? type.list)?.isAtomic === true && type.scalar === undefined;
  return isOneValue ? leaf : below(node, type, isMember(node));
}

function typeAt(type: FieldType, element: string): FieldType | undefined {
  if (element.startsWith('f:')) return type.map && memberType(type.map, element.slice(2));
  return element === '.' ? undefined : type.list?.items;
}
