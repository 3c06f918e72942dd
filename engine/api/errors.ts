/**
 * Errors of the API: each is a Kubernetes `Status` and nothing else. Made only by the factories below, with upstream's wording.
 * Upstream: k8s.io/apimachinery/pkg/api/errors/errors.go.
 */
import type { FieldError } from './field-error.ts';
import { messageOf } from './message-of.ts';
import type { Status, StatusCause } from './types.gen.ts';

/** `''` (upstream: StatusReasonUnknown) is left out of the answer. */
export type StatusReason =
  | ''
  | 'Unauthorized'
  | 'Forbidden'
  | 'NotFound'
  | 'AlreadyExists'
  | 'Conflict'
  | 'Gone'
  | 'Expired'
  | 'Invalid'
  | 'ServerTimeout'
  | 'Timeout'
  | 'TooManyRequests'
  | 'BadRequest'
  | 'MethodNotAllowed'
  | 'NotAcceptable'
  | 'RequestEntityTooLarge'
  | 'UnsupportedMediaType'
  | 'InternalError'
  | 'ServiceUnavailable';

const codes: Readonly<Record<StatusReason, number>> = {
  '': 500,
  Unauthorized: 401,
  Forbidden: 403,
  NotFound: 404,
  AlreadyExists: 409,
  Conflict: 409,
  Gone: 410,
  Expired: 410,
  Invalid: 422,
  ServerTimeout: 500,
  Timeout: 504,
  TooManyRequests: 429,
  BadRequest: 400,
  MethodNotAllowed: 405,
  NotAcceptable: 406,
  RequestEntityTooLarge: 413,
  UnsupportedMediaType: 415,
  InternalError: 500,
  ServiceUnavailable: 503,
};

export interface ApiErrorDetails {
  readonly name?: string;
  readonly group?: string;
  /** The resource's plural for NotFound and the like, the kind for Invalid. */
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly StatusCause[];
  readonly retryAfterSeconds?: number;
}

export class ApiError extends Error {
  readonly reason: StatusReason;
  readonly code: number;
  readonly details: ApiErrorDetails | undefined;
  /** A token to go on with, of a list that has become too old. */
  readonly continue: string | undefined;
  constructor(
    reason: StatusReason,
    message: string,
    options: { readonly details?: ApiErrorDetails; readonly code?: number; readonly continue?: string; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'ApiError';
    this.reason = reason;
    this.code = options.code ?? codes[reason];
    this.details = options.details;
    this.continue = options.continue;
  }
  toStatus(): Status {
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: this.continue === undefined ? {} : { continue: this.continue },
      status: 'Failure',
      message: this.message,
      ...(this.reason === '' ? {} : { reason: this.reason }),
      ...(this.details ? { details: this.details } : {}),
      code: this.code,
    };
  }
  /** Rebuilds the error a server sent. */
  static fromStatus(status: Status): ApiError {
    const details = status.details as ApiErrorDetails | undefined;
    return new ApiError((status.reason ?? '') as StatusReason, status.message ?? '', {
      ...(details ? { details } : {}),
      ...(status.code ? { code: status.code } : {}),
    });
  }
}

interface Resource {
  readonly group: string;
  readonly plural: string;
}
const qualified = ({ group, plural }: Resource): string => (group === '' ? plural : `${plural}.${group}`);
const details = (resource: Resource, name: string): ApiErrorDetails => ({
  name,
  ...(resource.group ? { group: resource.group } : {}),
  kind: resource.plural,
});

export function notFound(resource: Resource, name: string): ApiError {
  return new ApiError('NotFound', `${qualified(resource)} "${name}" not found`, { details: details(resource, name) });
}
export function alreadyExists(resource: Resource, name: string): ApiError {
  return new ApiError('AlreadyExists', `${qualified(resource)} "${name}" already exists`, { details: details(resource, name) });
}
export function conflict(
  resource: Resource,
  name: string,
  message = 'the object has been modified; please apply your changes to the latest version and try again',
): ApiError {
  return new ApiError('Conflict', `Operation cannot be fulfilled on ${qualified(resource)} "${name}": ${message}`, {
    details: details(resource, name),
  });
}
export function forbidden(resource: Resource, name: string, message: string): ApiError {
  return new ApiError('Forbidden', `${qualified(resource)}${name ? ` "${name}"` : ''} is forbidden: ${message}`, {
    details: details(resource, name),
  });
}
export function unauthorized(message = 'Unauthorized'): ApiError {
  return new ApiError('Unauthorized', message);
}
export function badRequest(message: string): ApiError {
  return new ApiError('BadRequest', message);
}
/** The revision asked for has been compacted; a client must list again. */
export function expired(message: string, token?: string): ApiError {
  return new ApiError('Expired', message, token === undefined ? {} : { continue: token });
}
export function methodNotAllowed(message: string): ApiError {
  return new ApiError('MethodNotAllowed', message, { details: {} });
}
export function notAcceptable(message: string): ApiError {
  return new ApiError('NotAcceptable', message, { details: {} });
}
export function requestEntityTooLarge(message: string): ApiError {
  return new ApiError('RequestEntityTooLarge', message);
}
export function unsupportedMediaType(message: string): ApiError {
  return new ApiError('UnsupportedMediaType', message);
}
/** What upstream refuses with an error that is no Status of its own: 500 without a reason. */
export function unknownError(message: string): ApiError {
  return new ApiError('', message);
}
export function internalError(cause: unknown): ApiError {
  return new ApiError('InternalError', `Internal error occurred: ${messageOf(cause)}`, { cause });
}
export function serviceUnavailable(message: string): ApiError {
  return new ApiError('ServiceUnavailable', message);
}
/** Too much is asked at the same time. */
export function tooManyRequests(retryAfterSeconds = 1): ApiError {
  return new ApiError('TooManyRequests', 'Too many requests, please try again later.', { details: { retryAfterSeconds } });
}
/** 404 for a path that is no resource. */
export function unknownPath(): ApiError {
  return new ApiError('NotFound', 'the server could not find the requested resource', { details: {} });
}
/** More errors than this are counted, not listed: nobody reads them, and a body of 3 MiB can have a hundred thousand. */
const maxListed = 200;

/** All field errors of one object at once. */
export function invalid(kind: { readonly group: string; readonly kind: string }, name: string, errors: readonly FieldError[]): ApiError {
  const listed = errors.slice(0, maxListed);
  const lines = listed.map((error) => `${error.field}: ${error.message}`);
  if (errors.length > maxListed) lines.push(`and ${errors.length - maxListed} more errors`);
  const text = lines.length === 1 ? (lines[0] ?? '') : `[${lines.join(', ')}]`;
  const causes = listed.map((error) => ({ reason: error.type, message: error.message, field: error.field }));
  const qualifiedKind = kind.group === '' ? kind.kind : `${kind.kind}.${kind.group}`;
  return new ApiError('Invalid', `${qualifiedKind} "${name}" is invalid: ${text}`, {
    details: { ...(name ? { name } : {}), ...(kind.group ? { group: kind.group } : {}), ...(kind.kind ? { kind: kind.kind } : {}), causes },
  });
}
export function isApiError(error: unknown, reason?: StatusReason): error is ApiError {
  return error instanceof ApiError && (reason === undefined || error.reason === reason);
}
