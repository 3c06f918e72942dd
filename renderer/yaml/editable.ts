/** An object as its YAML tab shows it, as plain data: without the bookkeeping that nobody edits. */
import type { Json, KubeObject, Live } from '../../engine/api/object.ts';

export function withoutBookkeeping(object: Live<KubeObject>): Json {
  const { managedFields: _fields, ...metadata } = object.metadata;
  return { ...object, metadata } as unknown as Json;
}
