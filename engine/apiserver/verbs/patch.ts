/** Changes an object by a patch, in the same loop as an update. Upstream: apiserver's endpoints/handlers/patch.go. */
import { decodePatched, type FieldValidation } from '../../api/decode-body.ts';
import { unsupportedMediaType } from '../../api/errors.ts';
import type { Json, JsonObject, KubeObject } from '../../api/object.ts';
import { applyJsonPatch } from '../../api/patch/json-patch.ts';
import { applyMergePatch } from '../../api/patch/merge-patch.ts';
import { applyStrategicMergePatch } from '../../api/patch/strategic-merge.ts';
import type { Context } from '../context.ts';
import type { LiveObject } from '../resource.ts';
import { type UpdateRequest, update } from './update.ts';

export interface ParsedPatch {
  readonly type: 'json' | 'merge' | 'strategic';
  readonly value: Json;
  /** As it was sent: errors show it. */
  readonly text: string;
}
export interface PatchRequest extends Omit<UpdateRequest, 'change'> {
  readonly patch: ParsedPatch;
  readonly fieldValidation: FieldValidation;
}

const unknownFormat =
  'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml';

export async function patch(context: Context, request: PatchRequest): Promise<LiveObject> {
  const { caller, fieldValidation } = request;
  const { kind } = request.target.resource;
  // Only types that were compiled in say how their lists merge.
  if (kind.custom && request.patch.type === 'strategic') throw unsupportedMediaType(unknownFormat);
  const change = (current: LiveObject): KubeObject => {
    // A live object is the JSON that the store holds.
    const document = applyPatch(kind.schema, current as unknown as JsonObject, request.patch);
    const { object, warnings } = decodePatched(kind, document, { fieldValidation, patch: request.patch.text });
    for (const warning of warnings) caller.warn(warning);
    return unpinned(object, current);
  };
  return update(context, { ...request, change });
}

/** `schema` names the type of the document. */
export function applyPatch(schema: string, document: JsonObject, { type, value }: ParsedPatch): JsonObject {
  switch (type) {
    case 'json':
      return applyJsonPatch(document, value);
    case 'merge':
      return applyMergePatch(document, value);
    case 'strategic':
      return applyStrategicMergePatch(schema, document, value);
  }
}

/** A patch that leaves the version alone applies to whatever version is there. */
function unpinned(object: KubeObject, current: LiveObject): KubeObject {
  const { resourceVersion, ...metadata } = object.metadata;
  return resourceVersion === current.metadata.resourceVersion ? { ...object, metadata } : object;
}
