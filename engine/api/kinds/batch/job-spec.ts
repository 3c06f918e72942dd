/** What Jobs and the templates of CronJobs get filled in. Upstream: SetDefaults_Job in pkg/apis/batch/v1/defaults.go. */
import type { JobSpec, PodFailurePolicyRule } from '../../types.gen.ts';
import { podTemplateDefaults } from '../core/pod-defaults.ts';
import { each, fill, inField } from '../fill.ts';

const mostFailures = 2 ** 31 - 1;

/** Of a spec as it stands in a template: what depends on the Job itself is left to the Job. */
export function jobTemplateDefaults(spec: JobSpec): JobSpec {
  return inField(spec, 'template', podTemplateDefaults);
}

export function jobSpecDefaults(spec: JobSpec): JobSpec {
  const isSingle = spec.completions === undefined && spec.parallelism === undefined;
  const filled = fill(isSingle ? { ...spec, completions: 1, parallelism: 1 } : spec, {
    parallelism: 1,
    backoffLimit: spec.backoffLimitPerIndex === undefined ? 6 : mostFailures,
    completionMode: 'NonIndexed',
    suspend: false,
    podReplacementPolicy: spec.podFailurePolicy ? 'Failed' : 'TerminatingOrFailed',
    manualSelector: false,
  });
  const ruled = inField(filled, 'podFailurePolicy', (policy) => inField(policy, 'rules', each(ruleDefaults)));
  return jobTemplateDefaults(ruled);
}
function ruleDefaults(rule: PodFailurePolicyRule): PodFailurePolicyRule {
  return inField(
    rule,
    'onPodConditions',
    each((pattern) => fill(pattern, { status: 'True' })),
  );
}
