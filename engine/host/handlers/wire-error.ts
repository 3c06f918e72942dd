/** Errors as data, for the way to the window. */
import { ApiError } from '../../api/errors.ts';
import { HostError } from '../../api/host-error.ts';
import { messageOf } from '../../api/message-of.ts';
import type { WireError } from '../contract.ts';

export function toWireError(error: unknown): WireError {
  if (error instanceof ApiError) return { code: 'api', params: {}, message: error.message, status: error.toStatus() };
  if (error instanceof HostError) return { code: error.code, params: error.params, message: error.message };
  return { code: 'internal', params: {}, message: messageOf(error) };
}
