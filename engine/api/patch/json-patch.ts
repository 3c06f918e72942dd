/** JSON patch (RFC 6902): applied by fast-json-patch, refused in the words of upstream's library. */
import { applyOperation, getValueByPointer, JsonPatchError, type Operation } from 'fast-json-patch/commonjs/core.js';
import { requestEntityTooLarge } from '../errors.ts';
import { parseExact } from '../exact-json.ts';
import type { Json, JsonObject } from '../object.ts';
import { inapplicablePatch, malformedPatch } from './patch-error.ts';

/** As upstream: more operations are a mistake or an attack. */
const maxOperations = 10_000;

function problemOf({ name, operation }: InstanceType<typeof JsonPatchError>): string {
  // The library declares `operation` as any.
  const { op, path } = (operation ?? {}) as { readonly op?: string; readonly path?: string };
  if (name === 'TEST_OPERATION_FAILED') return `testing value ${path} failed: test failed`;
  if (name === 'OPERATION_OP_INVALID') return `Unexpected kind: ${op ?? 'unknown'}`;
  return `${op} operation does not apply: doc is missing path: ${JSON.stringify(path)}: missing value`;
}

/** The document itself is not changed. Throws an ApiError (400 or 422). */
export function applyJsonPatch(document: JsonObject, patch: Json): JsonObject {
  if (!Array.isArray(patch)) throw malformedPatch('json: cannot unmarshal object into Go value of type jsonpatch.Patch');
  if (patch.length > maxOperations)
    throw requestEntityTooLarge(`The allowed maximum operations in a JSON patch is ${maxOperations}, got ${patch.length}`);
  const patched = apply(document, patch);
  if (typeof patched !== 'object' || patched === null || Array.isArray(patched))
    throw inapplicablePatch('the patched document is not an object');
  return patched as JsonObject;
}

function apply(document: JsonObject, operations: readonly Json[]): Json {
  try {
    // It checks every operation itself (third argument) and changes the copy (fourth).
    let patched = parseExact(JSON.stringify(document));
    let copied = 0;
    for (const [index, operation] of (operations as readonly unknown[] as readonly Operation[]).entries()) {
      copied += copiedBytes(patched, operation);
      if (copied > maxCopiedBytes) throw inapplicablePatch(tooMuchCopied(copied));
      patched = applyOperation<Json>(patched, operation, true, true, true, index).newDocument;
    }
    return patched;
  } catch (error) {
    if (error instanceof JsonPatchError) throw inapplicablePatch(problemOf(error));
    // Its guard against writing to prototypes throws a TypeError.
    if (error instanceof TypeError) throw inapplicablePatch(error.message);
    throw error;
  }
}

/** As upstream: few copies of copies make a document of any size. */
const maxCopiedBytes = 3 * 1024 * 1024;
const tooMuchCopied = (size: number): string =>
  `Unable to complete the copy, the accumulated size increase of copy is ${size}, exceeding the limit ${maxCopiedBytes}`;

function copiedBytes(document: Json, operation: Operation | null): number {
  if (operation?.op !== 'copy' || typeof operation.from !== 'string') return 0;
  // Undefined where there is nothing: the library says so when it applies the operation.
  const value: unknown = getValueByPointer(document, operation.from);
  return JSON.stringify(value)?.length ?? 0;
}
