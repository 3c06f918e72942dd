/** What all writes share: the rules of a kind as one list of field errors, and equality that ignores what the server itself sets. */
import { invalid } from '../api/errors.ts';
import type { FieldError } from '../api/field-error.ts';
import type { KubeObject } from '../api/object.ts';
import type { Entry } from '../store/store.ts';
import type { Resource } from './resource.ts';

/** Throws Invalid when there is anything to say. */
export function refuseInvalid({ kind }: Resource, object: KubeObject, errors: readonly FieldError[]): void {
  if (errors.length > 0) throw invalid(kind, object.metadata.name ?? '', errors);
}

/** Whether storing `next` would change nothing: neither the object nor the version in which it lies in the store. */
export function isUnchanged(resource: Resource, next: KubeObject, { value }: Pick<Entry, 'value'>): boolean {
  return isEqual(resource.stored(next), value);
}

/** As their JSON is equal: a field that is undefined is absent. */
function isEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b))
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, index) => isEqual(item, b[index]));
  const left: Readonly<Record<string, unknown>> = { ...a };
  const right: Readonly<Record<string, unknown>> = { ...b };
  return (
    Object.keys(left).every((key) => isEqual(left[key], right[key])) &&
    Object.keys(right).every((key) => right[key] === undefined || left[key] !== undefined)
  );
}

/** Without managedFields: who owns which field is not tracked, and what clients send back is not theirs to say. */
export function withoutManagedFields<T extends KubeObject>(object: T): T {
  if (object.metadata.managedFields === undefined) return object;
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}
