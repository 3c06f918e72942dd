/** Whether a creation was refused because its namespace goes away: nothing can be created there any more, and nothing need be. */
import { ApiError } from '../api/errors.ts';

export function isNamespaceTerminating(error: unknown): boolean {
  return error instanceof ApiError && (error.details?.causes ?? []).some(({ reason }) => reason === 'NamespaceTerminating');
}
