/**
 * A set of fields, in the very form in which managedFields carry it (FieldsV1): a tree of path elements, where an empty node, and one with `.`, is a
 * member itself. So reading and writing cost nothing, and what an operation leaves alone is shared. Sets are never changed.
 * In memory elements are in any order; `inOrder` puts them into that in which they are written. Upstream: structured-merge-diff's fieldpath/set.go.
 */
import { elementOrder, type PathElement, printElement, readElement } from './path-element.ts';

export interface FieldSet {
  readonly [element: PathElement]: FieldSet;
}
/** A node of a set; undefined where the set has nothing. */
export type Node = FieldSet | undefined;

/** One field and nothing in it. As a root: the empty set. */
export const leaf: FieldSet = Object.freeze({});
const self = '.';

function isLeaf(node: FieldSet): boolean {
  for (const _ in node) return false;
  return true;
}
/** Of a node below the root. */
export function isMember(node: FieldSet): boolean {
  return self in node || isLeaf(node);
}
/** Of a root. */
export const isEmpty = isLeaf;

export type Members = readonly (readonly [PathElement, FieldSet])[];

/** Undefined for nothing. */
export function nodeOf(member: boolean, members: Members): Node {
  if (members.length === 0) return member ? leaf : undefined;
  const node: Record<PathElement, FieldSet> = {};
  if (member) node[self] = leaf;
  for (const [element, below] of members) node[element] = below;
  return node;
}
/** As it is written; the same where it is so already. */
export function inOrder(node: FieldSet): FieldSet {
  const order = elementOrder();
  const members: (readonly [PathElement, FieldSet])[] = [];
  let [isChanged, isSorted] = [false, true];
  let last: PathElement | undefined;
  for (const element in node) {
    if (element === self) continue;
    const below = node[element] ?? leaf;
    const ordered = isLeaf(below) ? below : inOrder(below);
    if (ordered !== below) isChanged = true;
    if (isSorted && last !== undefined && order(last, element) > 0) isSorted = false;
    last = element;
    members.push([element, ordered]);
  }
  if (isSorted && !isChanged) return node;
  return nodeOf(self in node, isSorted ? members : members.sort(([a], [b]) => order(a, b))) ?? node;
}

export function membersOf(node: FieldSet): Members {
  const members: (readonly [PathElement, FieldSet])[] = [];
  for (const element in node) if (element !== self) members.push([element, node[element] ?? leaf]);
  return members;
}

export function union(a: Node, b: Node): Node {
  if (a === b || b === undefined) return a;
  if (a === undefined) return b;
  const member = isMember(a) || isMember(b);
  let both: Record<PathElement, FieldSet> | undefined;
  for (const element in b) {
    const [left, right] = [a[element], b[element]];
    const below = element === self ? left : union(left, right);
    if (below === left || below === undefined) continue;
    both ??= { ...a };
    both[element] = below;
  }
  if (member === (self in a || (both === undefined && isMember(a)))) return both ?? a;
  return nodeOf(member, membersOf(both ?? a));
}

function isTouched(a: FieldSet, b: FieldSet): boolean {
  for (const element in b) if (element !== self && a[element] !== undefined) return true;
  return false;
}

type Below = (a: FieldSet, b: FieldSet) => Node;

/** `a` with each member that is in `b`, too, replaced by what `below` makes of it. */
function reduce(a: FieldSet, b: FieldSet, member: boolean, below: Below): Node {
  let isChanged = member !== isMember(a);
  const left: (readonly [PathElement, FieldSet])[] = [];
  if (!isChanged && !isTouched(a, b)) return a;
  for (const one of membersOf(a)) {
    const other = b[one[0]];
    const rest = other === undefined ? one[1] : below(one[1], other);
    if (rest !== one[1]) isChanged = true;
    if (rest !== undefined) left.push(rest === one[1] ? one : [one[0], rest]);
  }
  return isChanged ? nodeOf(member, left) : a;
}

/** What is in `a` and not in `b`. A field of `a` stays when `b` has only the field around it, or one in it. */
export function difference(a: Node, b: Node): Node {
  if (a === undefined || b === undefined) return a;
  return reduce(a, b, isMember(a) && !isMember(b), difference);
}
/** Without the fields of `b` and everything in them. */
export function recursiveDifference(a: Node, b: Node): Node {
  if (a === undefined || b === undefined) return a;
  return isMember(b) ? undefined : reduce(a, b, isMember(a), recursiveDifference);
}
export function intersection(a: Node, b: Node): Node {
  if (a === undefined || b === undefined) return undefined;
  if (a === b) return a;
  const both: (readonly [PathElement, FieldSet])[] = [];
  for (const element in a) {
    if (element === self) continue;
    const shared = intersection(a[element], b[element]);
    if (shared !== undefined) both.push([element, shared]);
  }
  return nodeOf(isMember(a) && isMember(b), both);
}

/** Roots are no members, and never undefined. */
const rooted =
  (operation: (a: Node, b: Node) => Node) =>
  (a: FieldSet, b: FieldSet): FieldSet => {
    if (isLeaf(a) && operation !== union) return leaf;
    if (isLeaf(b)) return operation === intersection ? leaf : a;
    return isLeaf(a) ? b : (operation(a, b) ?? leaf);
  };
export const unionOf = rooted(union);
export const differenceOf = rooted(difference);
export const recursiveDifferenceOf = rooted(recursiveDifference);
export const intersectionOf = rooted(intersection);

export function hasPath(set: FieldSet, path: readonly PathElement[]): boolean {
  let node: Node = set;
  for (const element of path) node = node?.[element];
  return path.length > 0 && node !== undefined && isMember(node);
}
export function setOf(...paths: readonly (readonly PathElement[])[]): FieldSet {
  return paths.reduce<FieldSet>(
    (set, path) =>
      unionOf(
        set,
        path.reduceRight<FieldSet>((below, element) => ({ [element]: below }), leaf),
      ),
    leaf,
  );
}

/** As messages show them: the fields of one level before what is in them. */
export function pathsOf(set: FieldSet): readonly string[] {
  return pathsIn(inOrder(set), '');
}
function pathsIn(set: FieldSet, prefix: string): readonly string[] {
  const members = membersOf(set);
  return [
    ...members.filter(([, below]) => isMember(below)).map(([element]) => prefix + printElement(element)),
    ...members.flatMap(([element, below]) => (isLeaf(below) ? [] : pathsIn(below, prefix + printElement(element)))),
  ];
}

/** What a client wrote, in its one form. Throws an Error. */
export function readFieldSet(value: unknown): FieldSet {
  return inOrder(readNode(value, false) ?? leaf);
}
function readNode(value: unknown, isBelow: boolean): Node {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('a field set is no object');
  const entries = Object.entries(value);
  const members = new Map<PathElement, FieldSet>();
  for (const [text, below] of entries) {
    const element = text === self ? undefined : readElement(text);
    const node = element === undefined ? undefined : readNode(below, true);
    if (element !== undefined && node !== undefined) members.set(element, union(members.get(element), node) ?? leaf);
  }
  return nodeOf(isBelow && (entries.length === 0 || entries.some(([text]) => text === self)), [...members]);
}
