/** The last word of a session, as kubectl reads it. Upstream: remotecommand/exec.go and apimachinery's NewInternalError. */
import type { Status } from '../../api/types.gen.ts';

const metadata = {};
export const success: Status = { metadata, status: 'Success' };

/** kubectl ends with this code, and says so. */
export function exitStatus(code: number): Status {
  if (code === 0) return success;
  return {
    metadata,
    status: 'Failure',
    message: `command terminated with non-zero exit code: exit status ${code}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
  };
}

export function internalStatus(problem: string): Status {
  return {
    metadata,
    status: 'Failure',
    message: `Internal error occurred: ${problem}`,
    reason: 'InternalError',
    details: { causes: [{ message: problem }] },
    code: 500,
  };
}

/** For clients of before v4: nothing where all is well. */
export function statusText({ status, message = '' }: Status): string {
  return status === 'Success' ? '' : message;
}
