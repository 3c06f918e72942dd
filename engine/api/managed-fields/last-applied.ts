/**
 * What `kubectl apply` leaves behind when it becomes `kubectl apply --server-side`: its annotation says what it applied, so that is no conflict, and
 * it is kept up to date. Upstream: apimachinery's util/managedfields/internal/{lastappliedmanager,lastappliedupdater}.go.
 */
import type { JsonObject } from '../object.ts';
import { fieldSetOf } from './applied-fields.ts';
import { compareObjects } from './compare.ts';
import type { Conflict } from './conflict.ts';
import { differenceOf, type FieldSet, isEmpty, leaf } from './field-set.ts';
import { asObject, ownMember } from './typed-schema.ts';
import type { Updating } from './updater.ts';

const annotation = 'kubectl.kubernetes.io/last-applied-configuration';

function annotationsOf(object: JsonObject): JsonObject | undefined {
  return asObject(asObject(object.metadata)?.annotations);
}
function lastAppliedOf(object: JsonObject): string | undefined {
  const value = ownMember(annotationsOf(object), annotation);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The conflicts that are left: none where the live value is what kubectl applied last. */
export function isForcedByLastApplied(updating: Updating, live: JsonObject, conflicts: readonly Conflict[]): readonly Conflict[] {
  const allowed = unchangedSince(updating, live);
  if (!allowed) return conflicts;
  return conflicts.flatMap(({ manager, fields }) => {
    const left = differenceOf(fields, allowed);
    return isEmpty(left) ? [] : [{ manager, fields: left }];
  });
}

function unchangedSince({ apiVersion, view }: Updating, live: JsonObject): FieldSet | undefined {
  const text = lastAppliedOf(live);
  const type = view(apiVersion)?.type;
  const last = text === undefined ? undefined : parse(text);
  if (!last || !type || last.apiVersion !== apiVersion) return undefined;
  const { removed, modified, added } = compareObjects(last, live, type);
  return [removed, modified, added].reduce<FieldSet>((fields, change) => differenceOf(fields, change ?? leaf), fieldSetOf(last, type));
}

function parse(text: string): JsonObject | undefined {
  try {
    return asObject(JSON.parse(text));
  } catch {
    // An annotation that is no JSON says nothing.
    return undefined;
  }
}

/** Where the object has the annotation, it says now what is applied. */
export function withLastApplied(object: JsonObject, config: JsonObject): JsonObject {
  if (lastAppliedOf(object) === undefined) return object;
  const metadata = asObject(config.metadata) ?? {};
  const { [annotation]: _, ...annotations } = annotationsOf(config) ?? {};
  const shown = { ...config, metadata: { ...metadata, ...(annotationsOf(config) ? { annotations } : {}) } };
  const text = `${JSON.stringify(sortedKeys(shown))}\n`;
  return { ...object, metadata: { ...asObject(object.metadata), annotations: { ...annotationsOf(object), [annotation]: text } } };
}

/** As Go writes maps. */
function sortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sortedKeys(inner)]),
  );
}
