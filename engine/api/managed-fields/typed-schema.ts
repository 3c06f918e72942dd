/**
 * What server-side apply needs to know of a kind: which lists and maps are one value, and by what the items of the others are told apart. Types that
 * were compiled in get it from the generated schema, custom resources from their definition. Upstream: structured-merge-diff's schema/elements.go.
 */
import type { Json, JsonObject } from '../object.ts';

export type ScalarType = 'string' | 'numeric' | 'boolean' | 'untyped';

/** What a value may be; more than one of them where nobody knows. */
export interface FieldType {
  readonly scalar?: ScalarType;
  readonly list?: ListType;
  readonly map?: MapType;
}
export interface ListType {
  /** One value as a whole; else the next two tell its items apart. */
  readonly isAtomic: boolean;
  /** In alphabetical order. None: the list is a set of scalars. */
  readonly keys: readonly string[];
  /** What a key is where an item does not say. */
  readonly keyDefaults: Readonly<Record<string, Json>>;
  readonly items: FieldType;
}
export interface MapType {
  readonly isAtomic: boolean;
  /** By name. May be made when first asked for: types may refer to themselves. */
  readonly fields: ReadonlyMap<string, FieldType>;
  /** Of what `fields` does not name; without it, nothing else is allowed. */
  readonly rest?: FieldType;
}

export interface TypedSchema {
  readonly type: FieldType;
  /** An object that says nothing, as the first one is compared with: parts that are always there are in it. */
  readonly empty: JsonObject;
}

const noFields: ReadonlyMap<string, FieldType> = new Map();
const anyList = (items: () => FieldType): ListType => ({
  isAtomic: true,
  keys: [],
  keyDefaults: {},
  get items() {
    return items();
  },
});

/** Anything, as one value. */
export const untypedAtomic: FieldType = {
  scalar: 'untyped',
  list: anyList(() => untypedAtomic),
  map: {
    isAtomic: true,
    fields: noFields,
    get rest() {
      return untypedAtomic;
    },
  },
};
/** Anything: maps field by field, lists as one value. */
export const deduced: FieldType = {
  scalar: 'untyped',
  list: anyList(() => untypedAtomic),
  map: {
    isAtomic: false,
    fields: noFields,
    get rest() {
      return deduced;
    },
  },
};

export type ValueForm = 'map' | 'list' | 'scalar';

/** What of its type a value is. A value that it may not be, or null, is taken for the first that there is. */
export function formOf({ map, scalar, list }: FieldType, value: Json): ValueForm {
  if (value !== null && typeof value !== 'object') {
    if (scalar) return 'scalar';
  } else if (Array.isArray(value)) {
    if (list) return 'list';
  } else if (value !== null && map) return 'map';
  return map ? 'map' : scalar ? 'scalar' : 'list';
}

export function asObject(value: Json | undefined): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}
export function asList(value: Json | undefined): readonly Json[] | undefined {
  return Array.isArray(value) ? value : undefined;
}
export function isNothingIn(value: JsonObject | undefined): boolean {
  for (const _ in value) return false;
  return true;
}
/** Of a member; undefined where the type does not allow it. */
export function memberType({ fields, rest }: MapType, name: string): FieldType | undefined {
  return fields.get(name) ?? rest;
}
export function ownMember(object: JsonObject | undefined, name: string): Json | undefined {
  return object !== undefined && Object.hasOwn(object, name) ? object[name] : undefined;
}
