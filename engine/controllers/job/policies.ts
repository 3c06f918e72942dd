/** What a Job's policies say of a pod that failed, and of the indexes that succeeded. Upstream: pkg/controller/job/{pod_failure_policy,success_policy}.go. */
import { countOf, type Intervals, overlapOf, parseIndexes } from '../../api/index-intervals.ts';
import type { ContainerStatus, JobSpec, Pod, PodFailurePolicyOnExitCodesRequirement, PodFailurePolicyRule } from '../../api/types.gen.ts';

export interface Failure {
  /** Why the whole Job fails. */
  readonly message?: string;
  /** Whether it counts towards the limit. */
  readonly counts: boolean;
  readonly action?: string;
}

export function failureOf({ podFailurePolicy }: JobSpec, pod: Pod): Failure {
  for (const [index, rule] of (podFailurePolicy?.rules ?? []).entries()) {
    const matched = match(rule, pod);
    if (matched === undefined) continue;
    const message = `${matched} matching ${rule.action} rule at index ${index}`;
    return { action: rule.action, counts: rule.action !== 'Ignore', ...(rule.action === 'FailJob' ? { message } : {}) };
  }
  return { counts: true };
}

/** What of the pod the rule is about, in words. */
function match({ onExitCodes, onPodConditions = [] }: PodFailurePolicyRule, { metadata, status }: Pod): string | undefined {
  const { namespace, name } = metadata;
  if (onExitCodes) {
    const all = [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])];
    const container = all.find((one) => matchesExit(onExitCodes, one));
    if (!container) return undefined;
    return `Container ${container.name} for pod ${namespace}/${name} failed with exit code ${container.state?.terminated?.exitCode}`;
  }
  const condition = status?.conditions?.find((one) =>
    onPodConditions.some(({ type, status: wanted }) => type === one.type && wanted === one.status),
  );
  return condition && `Pod ${namespace}/${name} has condition ${condition.type}`;
}
function matchesExit(
  { containerName, operator, values }: PodFailurePolicyOnExitCodesRequirement,
  { name, state }: ContainerStatus,
): boolean {
  const exitCode = state?.terminated?.exitCode ?? 0;
  if (exitCode === 0 || (containerName !== undefined && containerName !== name)) return false;
  return values.includes(exitCode) === (operator === 'In');
}

/** Why the Job has succeeded, if it has. */
export function successOf({ successPolicy, completions = 0 }: JobSpec, succeeded: Intervals): string | undefined {
  if (succeeded.length === 0) return undefined;
  const met = (successPolicy?.rules ?? []).findIndex(({ succeededIndexes, succeededCount }) => {
    if (succeededIndexes === undefined) return succeededCount !== undefined && countOf(succeeded) >= succeededCount;
    const wanted = parseIndexes(succeededIndexes, completions);
    const have = overlapOf(wanted, succeeded);
    return wanted.length > 0 && (have === countOf(wanted) || (succeededCount !== undefined && have >= succeededCount));
  });
  return met === -1 ? undefined : `Matched rules at index ${met}`;
}
