/** How long a Job waits with new pods after failures. Upstream: pkg/controller/job/backoff_utils.go. */
import type { Live } from '../../api/object.ts';
import type { Pod } from '../../api/types.gen.ts';
import { finishedAtMs } from './job-pods.ts';

const firstMs = 10_000;
const longestMs = 600_000;

/** Failures since the last success. */
export interface Failures {
  readonly count: number;
  readonly lastMs: number;
}
export const noFailures: Failures = { count: 0, lastMs: 0 };

export function withEnded(before: Failures, succeeded: readonly Live<Pod>[], failed: readonly Live<Pod>[]): Failures {
  if (succeeded.length === 0 && failed.length === 0) return before;
  const lastSuccess = Math.max(...succeeded.map(finishedAtMs), Number.NEGATIVE_INFINITY);
  const later = failed.map(finishedAtMs).filter((at) => succeeded.length === 0 || at > lastSuccess);
  const earlier = succeeded.length === 0 ? before : noFailures;
  return later.length === 0 ? earlier : { count: earlier.count + later.length, lastMs: Math.max(...later) };
}

export function waitMs({ count, lastMs }: Failures, nowMs: number): number {
  if (count === 0) return 0;
  const back = Math.min(longestMs, firstMs * 2 ** Math.min(count - 1, 30));
  return Math.max(0, lastMs + back - nowMs);
}
