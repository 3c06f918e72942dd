/** What a person wrote, held to the fields that Kubernetes knows: a misspelt one is refused by name instead of being dropped, as kubectl has it. */
import { decodeValue } from '../../api/decode-body.ts';
import type { KindDefinition } from '../../api/kind.ts';
import type { Json, KubeObject } from '../../api/object.ts';

/** Throws a BadRequest ApiError that names all unknown fields. Upstream: fieldValidation=Strict. */
export function strictly(kind: KindDefinition, object: KubeObject): KubeObject {
  // Came as JSON or YAML, whatever the compiler calls it.
  decodeValue(kind, object as unknown as Json, { fieldValidation: 'Strict' });
  return object;
}
