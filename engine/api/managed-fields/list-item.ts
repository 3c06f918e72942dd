/** How an item of a list is named in a path. Upstream: structured-merge-diff's typed/helpers.go. */
import type { Json } from '../object.ts';
import { keyElement, type PathElement, valueElement } from './path-element.ts';
import { asObject, type ListType, ownMember } from './typed-schema.ts';

/** The element, or what is wrong with the item. */
export type Named = { readonly element: PathElement } | { readonly problem: string };

export function nameItem({ keys, keyDefaults }: ListType, item: Json): Named {
  return keys.length > 0 ? byKeys(keys, keyDefaults, item) : byValue(item);
}
/** For lists that were checked: undefined is an item that no check would have let pass. */
export function elementOf(list: ListType, item: Json): PathElement | undefined {
  const named = nameItem(list, item);
  return 'element' in named ? named.element : undefined;
}

function byKeys(keys: readonly string[], defaults: ListType['keyDefaults'], item: Json): Named {
  if (item === null) return { problem: 'associative list with keys may not have a null element' };
  const object = asObject(item);
  if (!object) return { problem: 'associative list with keys may not have non-map elements' };
  const values: [string, Json][] = [];
  for (const key of keys) {
    const value = ownMember(object, key) ?? defaults[key];
    if (value === undefined)
      return {
        problem: `associative list with keys has an element that omits key field ${JSON.stringify(key)} (and doesn't have default value)`,
      };
    values.push([key, value]);
  }
  return { element: keyElement(values) };
}

function byValue(item: Json): Named {
  if (item === null) return { problem: "associative list without keys has an element that's an explicit null" };
  if (Array.isArray(item)) return { problem: 'not supported: associative list with lists as elements' };
  if (typeof item === 'object') return { problem: "associative list without keys has an element that's a map type" };
  return { element: valueElement(item) };
}
