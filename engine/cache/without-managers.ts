/** An object as caches keep it: who owns which field is of no use to those who read there, and as large as the rest. Upstream: client-go's TransformStripManagedFields. */
import type { KubeObject, Live } from '../api/object.ts';

/** One for all who keep the same object. */
const kept = new WeakMap<object, object>();

/** An update that says nothing of managers keeps them. */
export function withoutManagers<T extends KubeObject>(object: Live<T>): Live<T> {
  if (object.metadata.managedFields === undefined) return object;
  const known = kept.get(object);
  // Made below, of this very object.
  if (known) return known as Live<T>;
  const { managedFields: _, ...metadata } = object.metadata;
  const stripped = Object.freeze({ ...object, metadata: Object.freeze(metadata) });
  kept.set(object, stripped);
  return stripped;
}
