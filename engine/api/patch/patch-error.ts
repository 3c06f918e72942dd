/** Refusals of patches, as the API answers them. Upstream: k8s.io/apimachinery/pkg/util/mergepatch and apiserver's patch handler. */
import { ApiError, badRequest } from '../errors.ts';

/** The patch cannot be read. */
export function malformedPatch(message: string): ApiError {
  return badRequest(message);
}

/** The patch can be read but not applied. Upstream's message hides why; the cause tells it, and kubectl prints causes. */
export function inapplicablePatch(message: string): ApiError {
  return new ApiError('Invalid', 'the server rejected our request due to an error in our request', {
    details: { causes: [{ reason: 'FieldValueInvalid', field: 'patch', message }] },
  });
}

export const badPrimitiveList = 'invalid patch format of primitive list';
export const badRetainKeys = 'invalid patch format of retainKeys';
export const badSetElementOrder = 'invalid patch format of setElementOrder list';
