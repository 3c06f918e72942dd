/**
 * One step of a path in an object, in the form that managedFields carry: `f:name` is a field, `k:{"name":"a"}` the item of a list with these keys,
 * `v:"x"` an item of a set, `i:0` an index. Upstream: structured-merge-diff's fieldpath/element.go and serialize-pe.go.
 */
import type { Json, JsonObject } from '../object.ts';

export type PathElement = string;

export const fieldElement = (name: string): PathElement => `f:${name}`;
export const valueElement = (value: Json): PathElement => `v:${goJson(value)}`;
/** `keys` are in alphabetical order. */
export function keyElement(keys: readonly (readonly [name: string, value: Json])[]): PathElement {
  return `k:{${keys.map(([name, value]) => `${goJson(name)}:${goJson(value)}`).join(',')}}`;
}

/** As Go writes it: characters that HTML minds are escaped. */
function goJson(value: Json): string {
  if (typeof value === 'string' && /^[\w./ -]*$/.test(value)) return `"${value}"`;
  const text = JSON.stringify(value);
  return /[<>&\u2028\u2029]/.test(text)
    ? text.replace(/[<>&\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
    : text;
}

/** The element in the one form in which it is compared; undefined for a type of a later version. Throws an Error where it cannot be read. */
export function readElement(text: string): PathElement | undefined {
  if (text[1] !== ':') throw new Error(`missing colon: ${text}`);
  switch (text[0]) {
    case 'f':
      return text;
    case 'i':
      if (/^-?\d+$/.test(text.slice(2))) return `i:${Number(text.slice(2))}`;
      throw new Error(`strconv.Atoi: parsing ${JSON.stringify(text.slice(2))}: invalid syntax`);
    case 'v':
      return valueElement(contentOf(text));
    case 'k': {
      const keys = contentOf(text);
      if (typeof keys !== 'object' || keys === null || Array.isArray(keys)) throw new Error(`no keys: ${text}`);
      // An object, as was just seen.
      return keyElement(Object.entries(keys as JsonObject).sort(([a], [b]) => (a < b ? -1 : 1)));
    }
    default:
      return undefined;
  }
}

function contentOf(element: PathElement): Json {
  return JSON.parse(element.slice(2)) as Json;
}

const ranks: Readonly<Record<string, number>> = { f: 0, k: 1, v: 2, i: 3 };

/** What an element says beside its type: names and values in turn. */
type Content = readonly Json[];
function readContent(element: PathElement): Content {
  const content = contentOf(element);
  if (element[0] !== 'k') return [content];
  const keys: Json[] = [];
  for (const [name, value] of Object.entries(content as JsonObject)) keys.push(name, value);
  return keys;
}

/** Fields by name, then items by their keys, then members of sets, then indexes. `read` may remember what elements say. */
export function compareElements(a: PathElement, b: PathElement, read: (element: PathElement) => Content = readContent): number {
  if (a === b) return 0;
  const type = a[0] ?? '';
  if (type !== b[0]) return (ranks[type] ?? 4) - (ranks[b[0] ?? ''] ?? 4);
  if (type === 'f') return a < b ? -1 : 1;
  return compareContents(read(a), read(b));
}
/** The same for many elements: each is read once. */
export function elementOrder(): (a: PathElement, b: PathElement) => number {
  let contents: Map<PathElement, Content> | undefined;
  const read = (element: PathElement): Content => {
    contents ??= new Map();
    const known = contents.get(element);
    if (known) return known;
    const content = readContent(element);
    contents.set(element, content);
    return content;
  };
  return (a, b) => compareElements(a, b, read);
}

function compareContents(a: Content, b: Content): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const order = compareValues(a[index] ?? null, b[index] ?? null);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** Numbers, then texts, then flags. What is none of them is no key. */
function compareValues(a: Json, b: Json): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0;
  const order = ['number', 'string', 'boolean', 'object'];
  const difference = order.indexOf(typeof a) - order.indexOf(typeof b);
  if (difference !== 0) return difference;
  const [left, right] = [JSON.stringify(a), JSON.stringify(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** `.spec`, `[name="a"]`, `[="x"]`, `[0]`: as messages show it. */
export function printElement(element: PathElement): string {
  switch (element[0]) {
    case 'f':
      return `.${element.slice(2)}`;
    case 'k':
      return `[${Object.entries(contentOf(element) as JsonObject)
        .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
        .join(',')}]`;
    case 'v':
      return `[=${JSON.stringify(contentOf(element))}]`;
    default:
      return `[${element.slice(2)}]`;
  }
}
