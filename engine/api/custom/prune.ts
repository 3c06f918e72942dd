/**
 * Takes out of an object what its schema does not know, and says what that was. Nothing is copied where nothing goes.
 * Upstream: apiserver/schema/pruning/algorithm.go and objectmeta/coerce.go.
 */
import { decodeAs } from '../decode.ts';
import { DecodeError } from '../decode-scalars.ts';
import type { Json, JsonObject } from '../object.ts';
import { additionalOf, isEmbedded, isObject, itemsOf, keepsUnknown, metaFields, propertyOf, type Schema } from './schema.ts';

export interface PruneOptions {
  /** Told the path of each field that goes. */
  readonly onUnknown?: (path: string) => void;
  /** Metadata that cannot be read is a DecodeError where a client sent it; what lies in the store loses only the field that is wrong. */
  readonly isStored?: boolean;
}

/** A whole object of the API: `apiVersion`, `kind` and `metadata` are there without the schema's word. */
export function pruneObject(object: JsonObject, schema: Schema | undefined, options: PruneOptions = {}): JsonObject {
  const walk = new Walk(options);
  const root = schema ?? {};
  // Objects stay objects.
  return walk.members(object, keepsUnknown(root) ? keepAll(root) : root, true) as JsonObject;
}

/** A value below the root: a default. */
export function pruneValue(value: Json, schema: Schema): Json {
  return new Walk({}).value(value, schema);
}

/** Members that no property names are kept as they are; those that are named are pruned. */
function keepAll(schema: Schema): Kept {
  return { schema };
}
interface Kept {
  readonly schema: Schema;
}
type Rule = Schema | Kept | undefined;
function isKept(rule: Rule): rule is Kept {
  return rule !== undefined && 'schema' in rule;
}

class Walk {
  readonly #options: PruneOptions;
  readonly #path: (string | number)[] = [];
  constructor(options: PruneOptions) {
    this.#options = options;
  }

  value(value: Json, schema: Schema | undefined): Json {
    if (Array.isArray(value)) {
      const items = schema && keepsUnknown(schema) ? keptItems(schema) : itemsOf(schema);
      return this.#items(value, items);
    }
    if (!isObject(value)) return value;
    if (schema && keepsUnknown(schema)) return this.members(value, keepAll(schema), isEmbedded(schema));
    return this.members(value, schema, schema !== undefined && isEmbedded(schema));
  }

  members(object: JsonObject, rule: Rule, isResource: boolean): JsonObject {
    const schema = isKept(rule) ? rule.schema : rule;
    let changed: [string, Json][] | undefined;
    const names = Object.keys(object);
    for (const [index, name] of names.entries()) {
      const given = object[name] ?? null;
      this.#path.push(name);
      const next = this.#member(name, given, { schema, isKept: isKept(rule), isResource });
      this.#path.pop();
      if (next === given) {
        changed?.push([name, given]);
        continue;
      }
      changed ??= names.slice(0, index).map((before) => [before, object[before] ?? null]);
      if (next !== undefined) changed.push([name, next]);
    }
    return changed ? Object.fromEntries(changed) : object;
  }

  #member(name: string, value: Json, at: { readonly schema: Schema | undefined; readonly isKept: boolean; readonly isResource: boolean }) {
    if (at.isResource && metaFields.has(name)) return name === 'metadata' ? this.#metadata(value) : value;
    const property = propertyOf(at.schema, name);
    if (property) return this.value(value, property);
    // A flag says only that there may be more: what it is, nobody says.
    if (at.schema?.additionalProperties !== undefined) return this.value(value, additionalOf(at.schema));
    if (at.isKept) return value;
    if (!metaFields.has(name) || this.#path.length > 1) this.#options.onUnknown?.(this.#at());
    return undefined;
  }

  #items(list: readonly Json[], rule: Rule): Json {
    let changed: Json[] | undefined;
    for (const [index, item] of list.entries()) {
      this.#path.push(index);
      const next = isKept(rule) ? this.#keptItem(item, rule.schema) : this.value(item, rule);
      this.#path.pop();
      if (next !== item) changed ??= [...list];
      if (changed) changed[index] = next;
    }
    return changed ?? list;
  }
  /** Below a list that keeps everything, only what the schema names is looked at. */
  #keptItem(item: Json, schema: Schema): Json {
    if (Array.isArray(item)) return this.#items(item, keptItems(schema));
    return isObject(item) ? this.members(item, keepAll(schema), isEmbedded(schema)) : item;
  }

  #metadata(value: Json): Json {
    const { onUnknown, isStored } = this.#options;
    // The store holds what was decoded before.
    if (isStored && this.#path.length === 1) return value;
    try {
      const decoded = decodeAs('ObjectMeta', value);
      for (const { path } of decoded.unknown) onUnknown?.(`${this.#at()}.${path}`);
      return decoded.value;
    } catch (error) {
      if (!isStored || !(error instanceof DecodeError)) throw error;
      return isObject(value) ? readableMembers(value) : {};
    }
  }

  #at(): string {
    return this.#path.reduce<string>(
      (text, step) => (typeof step === 'number' ? `${text}[${step}]` : text === '' ? step : `${text}.${step}`),
      '',
    );
  }
}

function keptItems(schema: Schema): Rule {
  const items = itemsOf(schema);
  return keepAll(items ?? {});
}

/** What of some metadata can be read, member by member. */
function readableMembers(metadata: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(metadata).flatMap(([name, value]) => {
      try {
        return Object.entries(decodeAs('ObjectMeta', { [name]: value }).value);
      } catch (error) {
        if (error instanceof DecodeError) return [];
        throw error;
      }
    }),
  );
}
