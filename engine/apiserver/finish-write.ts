/** What all writes share: the rules of a kind as one list of field errors, and equality that ignores what the server itself sets. */
import { invalid } from '../api/errors.ts';
import type { FieldError } from '../api/field-error.ts';
import { unreadable, withManagedFields } from '../api/managed-fields/field-manager.ts';
import type { KubeObject } from '../api/object.ts';
import type { Entry } from '../store/store.ts';
import type { Caller } from './context.ts';
import type { LiveObject, Resource } from './resource.ts';

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

/** `next` with the old times of its managers where nothing else would change: a time alone is no reason for a write. */
export function withOldTimes<T extends KubeObject>(
  resource: Resource,
  next: T,
  { old, entry }: { readonly old: LiveObject; readonly entry: Pick<Entry, 'value'> },
): T {
  const [entries = [], before = []] = [next.metadata.managedFields, old.metadata.managedFields];
  if (entries === before || entries.length === 0 || entries.length !== before.length) return next;
  const timeless = (list: typeof entries): readonly object[] => list.map(({ time: _, ...entry }) => entry);
  if (!isEqual(timeless(entries), timeless(before))) return next;
  const kept = withManagedFields(next, old.metadata.managedFields);
  return isUnchanged(resource, kept, entry) ? kept : next;
}

const badAfterAdmission = (problem: string): string =>
  `.metadata.managedFields was in an invalid state after admission; this could be caused by an outdated mutating admission controller; please fix your requests: ${problem}`;

/** What admission made of the object; managedFields that nobody could read afterwards are what they were. */
export function afterAdmission(before: KubeObject, admitted: KubeObject | undefined, { warn }: Caller): KubeObject {
  const object = admitted ?? before;
  const { managedFields } = before.metadata;
  if (object.metadata.managedFields === managedFields) return object;
  const problem = unreadable(object.metadata.managedFields);
  if (problem === undefined) return object;
  warn(badAfterAdmission(problem));
  return withManagedFields(object, managedFields);
}
