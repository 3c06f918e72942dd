/** YAML as kubectl writes it: two spaces, no anchors, lines as long as they are; and reading what a user has typed. */
import { dump, load } from 'js-yaml';
import { expandsBeyond, maxExpandedBytes } from '../../engine/api/expanded-size.ts';
import { messageOf } from '../../engine/api/message-of.ts';
import type { KubeObject, Live } from '../../engine/api/object.ts';

export function toYaml(value: object): string {
  return dump(value, { noRefs: true, lineWidth: -1 });
}
/** An object as its YAML tab shows it: without the bookkeeping that nobody edits. */
export function objectYaml(object: Live<KubeObject>): string {
  const { managedFields: _bookkeeping, ...metadata } = object.metadata;
  const { apiVersion, kind, metadata: _metadata, ...rest } = object;
  return toYaml({ apiVersion, kind, metadata, ...rest });
}
export type Parsed = { readonly ok: true; readonly object: KubeObject } | { readonly ok: false; readonly message: string };
export function parseYaml(text: string): Parsed {
  try {
    const value = load(text);
    if (typeof value !== 'object' || value === null || !('metadata' in value)) return { ok: false, message: 'metadata: Required value' };
    if (expandsBeyond(value, maxExpandedBytes))
      return { ok: false, message: 'error converting YAML to JSON: yaml: document contains excessive aliasing' };
    // The API server decides whether it is a whole object; here it only has to be addressable.
    return { ok: true, object: value as KubeObject };
  } catch (error) {
    return { ok: false, message: messageOf(error) };
  }
}
