/** The conditions of a Job. Upstream: ensureJobConditionStatus in pkg/controller/job. */
import type { JobCondition } from '../../api/types.gen.ts';

export interface ConditionChange {
  readonly conditions: readonly JobCondition[];
  readonly isNews: boolean;
}

/** One that was never true does not begin as false. */
export function withCondition(conditions: readonly JobCondition[], next: JobCondition): ConditionChange {
  const index = conditions.findIndex(({ type }) => type === next.type);
  const known = conditions[index];
  if (!known) return next.status === 'False' ? { conditions, isNews: false } : { conditions: [...conditions, next], isNews: true };
  if (known.status === next.status && known.reason === next.reason && known.message === next.message) return { conditions, isNews: false };
  return { conditions: conditions.with(index, next), isNews: true };
}
