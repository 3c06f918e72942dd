/** For the tables of this folder: what a kind's rules say of a manifest, as they are printed. */
import { decodeValue } from '../decode-body.ts';
import type { FieldError } from '../field-error.ts';
import type { KindDefinition } from '../kind.ts';
import type { Json, KubeObject } from '../object.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from './object-meta.ts';

const now = '2026-01-01T00:00:00Z';

export type Manifest = { readonly [key: string]: Json };

function read<T extends KubeObject>(kind: KindDefinition<T>, manifest: Manifest): T {
  const { object } = decodeValue<T>(kind, manifest, { fieldValidation: 'Strict' });
  return kind.defaults?.(object) ?? object;
}
function lines(errors: readonly FieldError[]): readonly string[] {
  return errors.map(({ field, message }) => `${field}: ${message}`);
}

/** Of an object that is created; Services and the like have had their addresses assigned. */
export function onCreate<T extends KubeObject>(kind: KindDefinition<T>, manifest: Manifest): readonly string[] {
  const object = read(kind, manifest);
  const prepared = kind.prepareCreate?.(object, { now }) ?? object;
  return lines([
    ...validateObjectMeta(prepared.metadata, kind),
    ...(kind.validate?.(prepared) ?? []),
    ...(kind.validateCreate?.(prepared) ?? []),
  ]);
}

export function onUpdate<T extends KubeObject>(kind: KindDefinition<T>, next: Manifest, old: Manifest): readonly string[] {
  const before = read(kind, old);
  const after = read(kind, next);
  const prepared = kind.prepareUpdate?.(after, before, { now }) ?? after;
  return lines([
    ...validateObjectMetaUpdate(prepared.metadata, before.metadata, kind),
    ...(kind.validate?.(prepared) ?? []),
    ...(kind.validateUpdate?.(prepared, before) ?? []),
  ]);
}

export function onStatusUpdate<T extends KubeObject>(kind: KindDefinition<T>, next: Manifest, old: Manifest): readonly string[] {
  return lines(kind.validateStatusUpdate?.(read(kind, next), read(kind, old)) ?? []);
}
