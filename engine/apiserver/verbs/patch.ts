/** Changes an object by a patch, in the same loop as an update. Upstream: apiserver's endpoints/handlers/patch.go. */
import { decodePatched, type FieldValidation } from '../../api/decode-body.ts';
import { invalid, unsupportedMediaType } from '../../api/errors.ts';
import { type FieldError, forbiddenValue, Path, required } from '../../api/field-error.ts';
import type { JsonObject, KubeObject } from '../../api/object.ts';
import { applyJsonPatch } from '../../api/patch/json-patch.ts';
import { applyMergePatch } from '../../api/patch/merge-patch.ts';
import { applyStrategicMergePatch } from '../../api/patch/strategic-merge.ts';
import type { Context } from '../context.ts';
import { managerOf } from '../managed-kinds.ts';
import type { LiveObject } from '../resource.ts';
import { type ApplyRequest, apply } from './apply.ts';
import type { ParsedPatch, Patched } from './parsed-patch.ts';
import { unpinned } from './unpinned.ts';
import { type UpdateRequest, update } from './update.ts';

export interface PatchRequest extends Omit<UpdateRequest, 'change' | 'manager'> {
  readonly patch: ParsedPatch;
  readonly fieldValidation: FieldValidation;
  readonly fieldManager: string;
  readonly force: boolean | undefined;
  readonly checkCreate: ApplyRequest['checkCreate'];
}
const unknownFormat =
  'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml';

export async function patch(context: Context, request: PatchRequest): Promise<Patched> {
  const { caller, fieldValidation } = request;
  const { kind } = request.target.resource;
  checkPatchOptions(request);
  if (request.patch.type === 'apply') return apply(context, { ...request, force: request.force === true });
  // Only types that were compiled in say how their lists merge.
  if (kind.custom && request.patch.type === 'strategic') throw unsupportedMediaType(unknownFormat);
  const change = (current: LiveObject): KubeObject => {
    // A live object is the JSON that the store holds.
    const document = applyPatch(kind.schema, current as unknown as JsonObject, request.patch);
    const { object, warnings } = decodePatched(kind, document, { fieldValidation, patch: request.patch.text });
    for (const warning of warnings) caller.warn(warning);
    return unpinned(object, current);
  };
  return { object: await update(context, { ...request, change, manager: managerOf(request, caller) }), isCreated: false };
}

/** Upstream: ValidatePatchOptions of meta/v1's validation. */
export function checkPatchOptions({ patch: { type }, fieldManager, force }: Pick<PatchRequest, 'patch' | 'fieldManager' | 'force'>): void {
  const errors: FieldError[] = [];
  if (type === 'apply' && fieldManager === '') errors.push(required(new Path('fieldManager'), 'is required for apply patch'));
  if (type !== 'apply' && force !== undefined) errors.push(forbiddenValue(new Path('force'), 'may not be specified for non-apply patch'));
  if (errors.length > 0) throw invalid({ group: 'meta.k8s.io', kind: 'PatchOptions' }, '', errors);
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
    case 'apply':
      throw new Error('what is applied is no patch of a document');
  }
}
