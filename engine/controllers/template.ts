/** Whether two pod templates are one, and how what is made of a template is named. Upstream: EqualIgnoreHash and ComputeHash. */
import type { Json } from '../api/object.ts';
import { sameJson } from '../api/patch/merge-patch.ts';
import type { PodTemplateSpec } from '../api/types.gen.ts';

export const hashLabel = 'pod-template-hash';
/** No vowels, no digits that read like letters: a hash never spells a word. Upstream: apimachinery's rand.SafeEncodeString. */
const safeAlphabet = 'bcdfghjklmnpqrstvwxz2456789';

/** Equal but for the hash that the controller adds itself. */
export function sameTemplate(a: PodTemplateSpec | undefined, b: PodTemplateSpec | undefined): boolean {
  return sameJson(essence(a), essence(b));
}

/**
 * Upstream hashes Go's print of the template with FNV-1a in 32 bits and writes the decimal digits in the safe alphabet; so do we, over our own canonical
 * text. `collisions` makes another name for the same template.
 */
export function templateHash(template: PodTemplateSpec | undefined, collisions = 0): string {
  const text = canonicalText(essence(template)) + (collisions > 0 ? String(collisions) : '');
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  // Ten digits as most numbers of 32 bits have: shorter names would only look odd.
  const digits = String(hash).padStart(10, '0');
  return [...digits].map((digit) => safeAlphabet[digit.charCodeAt(0) % safeAlphabet.length]).join('');
}

/** Without the hash label, and without what says nothing: absent, null and empty lists mean the same. */
function essence({ metadata, spec }: PodTemplateSpec = {}): Json {
  const { labels = {}, annotations = {}, ...others } = metadata ?? {};
  const { [hashLabel]: _hash, ...ownLabels } = labels;
  const said = compact({ ...others, labels: ownLabels, annotations } as unknown as Json);
  return { metadata: said ?? {}, spec: compact((spec ?? {}) as unknown as Json) ?? {} };
}
function compact(value: Json): Json | undefined {
  if (value === null || value === undefined) return undefined;
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map((item) => compact(item) ?? null);
  if (typeof value !== 'object') return value;
  const entries = Object.entries(value).flatMap(([key, inner]): [string, Json][] => {
    const said = compact(inner);
    return said === undefined ? [] : [[key, said]];
  });
  return Object.fromEntries(entries);
}
function canonicalText(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, inner]) => `${JSON.stringify(key)}:${canonicalText(inner)}`).join(',')}}`;
}
