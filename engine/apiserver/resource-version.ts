/** resourceVersions and continue tokens as clients send them. Upstream: apiserver's storage/continue.go and versioner. */
import { ApiError, badRequest, expired } from '../api/errors.ts';
import type { Revision } from '../store/store.ts';
import { Compacted } from '../store/store.ts';

/** Undefined for none; 0 means any. */
export function parseResourceVersion(text: string | undefined): Revision | undefined {
  if (text === undefined || text === '') return undefined;
  const revision = /^[0-9]+$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(revision)) return revision;
  const detail = `Invalid value: ${JSON.stringify(text)}: strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`;
  throw badRequest(`invalid resource version: resourceVersion: ${detail}`);
}

/** In a token: whatever is newest. What such a list shows was not there all at once. */
export const inconsistent = -1;

export interface Continuation {
  /** Or `inconsistent`. */
  readonly revision: Revision;
  /** Behind the prefix of the list. */
  readonly after: string;
}

export function encodeContinue({ revision, after }: Continuation): string {
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: revision, start: after })).toString('base64url');
}

export function decodeContinue(token: string): Continuation {
  const { v, rv, start } = parseToken(token);
  if (v !== 'meta.k8s.io/v1')
    throw badRequest(`continue key is not valid: server does not recognize this encoded version ${JSON.stringify(v ?? '')}`);
  if (typeof rv !== 'number' || !Number.isSafeInteger(rv) || rv === 0 || rv < inconsistent)
    throw badRequest('continue key is not valid: incorrect encoded start resourceVersion (version meta.k8s.io/v1)');
  if (typeof start !== 'string' || start === '')
    throw badRequest('continue key is not valid: encoded start key empty (version meta.k8s.io/v1)');
  return { revision: rv, after: start };
}

function parseToken(token: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    if (typeof value === 'object' && value !== null) return { ...value };
  } catch (cause) {
    throw new ApiError('BadRequest', `continue key is not valid: ${cause instanceof Error ? cause.message : 'malformed'}`, { cause });
  }
  throw badRequest('continue key is not valid: not an object');
}

/**
 * What the store's refusal of a revision is to a client. `after`: where its token goes on; then the answer has a token for the rest as it is by then.
 * Upstream: handleCompactedErrorForPaging in apiserver's storage/etcd3/errors.go.
 */
export function asRevisionError(error: unknown, after?: string): unknown {
  if (!(error instanceof Compacted)) return error;
  if (after === undefined) return expired('The resourceVersion for the provided list is too old.');
  return expired(
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.',
    encodeContinue({ revision: inconsistent, after }),
  );
}

export function tooLarge({ asked, newest }: { readonly asked: Revision; readonly newest: Revision }): ApiError {
  const message = `Too large resource version: ${asked}, current: ${newest}`;
  return new ApiError('Timeout', message, {
    details: { causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }], retryAfterSeconds: 1 },
  });
}
