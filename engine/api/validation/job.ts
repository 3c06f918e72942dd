/** Jobs. Upstream: pkg/apis/batch/validation/validation.go, with the rules for updates of pkg/registry/batch/job/strategy.go. */
import { type FieldError, forbiddenValue, invalidValue, notSupported, Path, required, tooLong } from '../field-error.ts';
import { matchesLabels } from '../selector.ts';
import type { Affinity, Job, JobSpec, PodTemplateSpec } from '../types.gen.ts';
import { type Errors, immutable, invalidEach, isSame, none, nonNegative, sorted } from './fields.ts';
import { failurePolicyErrors, successPolicyErrors } from './job-policies.ts';
import { validSelector } from './labels.ts';
import { dns1123LabelProblems, dns1123SubdomainProblems } from './names.ts';
import { readable, templateErrors } from './workload.ts';

const spec = new Path('spec');
const mostParallelIndexed = 100_000;
const manyCompletions = 100_000;
const mostOfMany = 10_000;
const longestManager = 63;

export function validateJob(job: Job): Errors {
  const { metadata, spec: given } = job;
  const { completions = 0, completionMode } = given;
  const hostname = `${metadata.name}-${completions - 1}`;
  const isTooLong = completionMode === 'Indexed' && completions > 0 && dns1123LabelProblems(hostname).length > 0;
  return [
    ...generatedErrors(job),
    ...jobSpecErrors(spec, given),
    ...selectorErrors(given),
    ...(isTooLong
      ? [invalidValue(new Path('metadata').at('name'), metadata.name, `will not able to create pod with invalid DNS label: ${hostname}`)]
      : none),
  ];
}

/** What makes a selector of its own work must not be changed by hand. */
function generatedErrors({ metadata: { uid = '', name = '' }, spec: { manualSelector, selector, template } }: Job): Errors {
  if (manualSelector || !selector) return none;
  const labels = template?.metadata?.labels ?? {};
  const wanted = {
    'controller-uid': uid,
    'job-name': name,
    'batch.kubernetes.io/controller-uid': uid,
    'batch.kubernetes.io/job-name': name,
  };
  const path = spec.at('template', 'metadata', 'labels');
  const read = readable(selector);
  return [
    ...Object.entries(wanted).flatMap(([key, value]): Errors => {
      if (labels[key] === undefined) return [required(path.key(key), `must be '${value}'`)];
      return labels[key] === value ? none : [invalidValue(path.key(key), sorted(labels), `must be '${value}'`)];
    }),
    ...(read && !matchesLabels(read, wanted)
      ? [invalidValue(spec.at('selector'), sorted(selector), '`selector` not auto-generated')]
      : none),
  ];
}

function selectorErrors({ selector, template }: JobSpec): Errors {
  const labels = template?.metadata?.labels;
  const read = selector && readable(selector);
  const isOther = selector === undefined || (read !== undefined && !matchesLabels(read, labels));
  return [
    ...(selector ? validSelector(spec.at('selector'), selector) : [required(spec.at('selector'))]),
    ...(isOther
      ? [invalidValue(spec.at('template', 'metadata', 'labels'), sorted(labels ?? null), '`selector` does not match template `labels`')]
      : none),
  ];
}

/** Also of the template of a CronJob. */
export function jobSpecErrors(path: Path, given: JobSpec): Errors {
  const { successPolicy, podFailurePolicy, completionMode = 'NonIndexed', template } = given;
  const numbers = ['parallelism', 'completions', 'activeDeadlineSeconds', 'backoffLimit', 'ttlSecondsAfterFinished'] as const;
  const isIndexed = completionMode === 'Indexed';
  return [
    ...numbers.flatMap((name) => nonNegative(path.at(name), given[name])),
    ...perIndexErrors(path, given),
    ...managerErrors(path.at('managedBy'), given.managedBy),
    ...(completionMode !== 'NonIndexed' && !isIndexed
      ? [notSupported(path.at('completionMode'), completionMode, ['NonIndexed', 'Indexed'])]
      : none),
    ...(isIndexed ? indexedErrors(path, given) : none),
    ...(podFailurePolicy ? failurePolicyErrors(path.at('podFailurePolicy'), podFailurePolicy, given) : none),
    ...(successPolicy && isIndexed ? successPolicyErrors(path.at('successPolicy'), successPolicy, given.completions ?? 0) : none),
    ...(successPolicy && !isIndexed
      ? [invalidValue(path.at('successPolicy'), sorted(successPolicy), 'requires indexed completion mode')]
      : none),
    ...replacementErrors(path.at('podReplacementPolicy'), given),
    ...templateErrors(path.at('template'), template ?? {}),
    ...restartErrors(path.at('template', 'spec', 'restartPolicy'), given),
  ];
}

function perIndexErrors(path: Path, { backoffLimitPerIndex, maxFailedIndexes, completionMode = 'NonIndexed' }: JobSpec): Errors {
  const limit = path.at('backoffLimitPerIndex');
  const failed = path.at('maxFailedIndexes');
  const unindexed = (at: Path, value: number | undefined): Errors =>
    value !== undefined && completionMode === 'NonIndexed' ? [invalidValue(at, value, 'requires indexed completion mode')] : none;
  return [
    ...nonNegative(limit, backoffLimitPerIndex),
    ...nonNegative(failed, maxFailedIndexes),
    ...(maxFailedIndexes !== undefined && backoffLimitPerIndex === undefined
      ? [required(limit, 'when maxFailedIndexes is specified')]
      : none),
    ...unindexed(limit, backoffLimitPerIndex),
    ...unindexed(failed, maxFailedIndexes),
  ];
}

function indexedErrors(path: Path, { completions, parallelism = 0, maxFailedIndexes, backoffLimitPerIndex }: JobSpec): Errors {
  const failed = path.at('maxFailedIndexes');
  const atMost = (at: Path, value: number | undefined, most: number, why: string): Errors =>
    value !== undefined && value > most ? [invalidValue(at, value, `must be less than or equal to ${why}`)] : none;
  const many = `${mostOfMany} when completions are above ${manyCompletions} and used with backoff limit per index`;
  const isMany = completions !== undefined && completions > manyCompletions && backoffLimitPerIndex !== undefined;
  return [
    ...(completions === undefined ? [required(path.at('completions'), 'when completion mode is Indexed')] : none),
    ...atMost(path.at('parallelism'), parallelism, mostParallelIndexed, `${mostParallelIndexed} when completion mode is Indexed`),
    ...(completions === undefined ? none : atMost(failed, maxFailedIndexes, completions, 'completions')),
    ...atMost(failed, maxFailedIndexes, mostParallelIndexed, String(mostParallelIndexed)),
    ...(isMany && maxFailedIndexes === undefined
      ? [required(failed, `must be specified when completions is above ${manyCompletions}`)]
      : none),
    ...(isMany ? atMost(path.at('parallelism'), parallelism, mostOfMany, many) : none),
    ...(isMany ? atMost(failed, maxFailedIndexes, mostOfMany, many) : none),
  ];
}

/** `example.com/queue` */
function managerErrors(path: Path, manager: string | undefined): Errors {
  if (manager === undefined) return none;
  const [domain = '', ...rest] = manager.split('/');
  const isPath = rest.length > 0 && rest.join('/') !== '';
  const problems = isPath ? dns1123SubdomainProblems(domain) : ['must be a domain-prefixed path (such as "acme.io/foo")'];
  const wrong: readonly FieldError[] = manager === '' ? [required(path)] : invalidEach(path, manager, problems);
  return [...wrong, ...(manager.length > longestManager ? [tooLong(path, longestManager)] : none)];
}

function replacementErrors(path: Path, { podReplacementPolicy: policy, podFailurePolicy }: JobSpec): Errors {
  const supported = podFailurePolicy ? ['Failed'] : ['Failed', 'TerminatingOrFailed'];
  return policy === undefined || supported.includes(policy) ? none : [notSupported(path, policy, supported)];
}

function restartErrors(path: Path, { template, podFailurePolicy }: JobSpec): Errors {
  const { restartPolicy = '' } = template?.spec ?? {};
  if (restartPolicy === 'Always' || restartPolicy === '') return [required(path, 'valid values: "OnFailure", "Never"')];
  if (restartPolicy !== 'OnFailure' && restartPolicy !== 'Never') return [notSupported(path, restartPolicy, ['OnFailure', 'Never'])];
  if (!podFailurePolicy || restartPolicy === 'Never') return none;
  return [invalidValue(path, restartPolicy, 'only "Never" is supported when podFailurePolicy is specified')];
}

const fixed = ['selector', 'completionMode', 'podFailurePolicy', 'backoffLimitPerIndex', 'managedBy', 'successPolicy'] as const;

export function validateJobUpdate(next: Job, old: Job): Errors {
  const { completions, parallelism } = next.spec;
  const at = spec.at('completions');
  const isIndexed = next.spec.completionMode === 'Indexed';
  const isUntied = isIndexed && completions !== undefined && completions !== old.spec.completions && completions !== parallelism;
  return [
    ...(isIndexed ? none : immutable(at, completions, old.spec.completions)),
    ...(isUntied ? [invalidValue(at, completions, 'can only be modified in tandem with spec.parallelism')] : none),
    ...immutable(spec.at('template'), next.spec.template, comparable(next, old)),
    ...fixed.flatMap((name) => immutable(spec.at(name), next.spec[name], old.spec[name])),
  ];
}
/** Where its Pods may run can change until it has started. */
function comparable({ spec: { template: next } }: Job, { spec: { suspend, template: old }, status }: Job): PodTemplateSpec {
  if (!suspend || status?.startTime !== undefined || !old?.spec || !next?.spec) return old;
  const { nodeSelector, tolerations, schedulingGates, affinity } = next.spec;
  const { labels, annotations } = next.metadata ?? {};
  const oldAffinity: Affinity | undefined = withNodeAffinity(old.spec.affinity, affinity);
  return {
    ...old,
    metadata: { ...old.metadata, labels, annotations },
    spec: { ...old.spec, nodeSelector, tolerations, schedulingGates, affinity: oldAffinity },
  };
}
function withNodeAffinity(old: Affinity | undefined, next: Affinity | undefined): Affinity | undefined {
  const both = { ...old, nodeAffinity: next?.nodeAffinity };
  return isSame(both, {}) ? undefined : both;
}

export function validateJobStatusUpdate(next: Job, old: Job): Errors {
  const status = new Path('status');
  const is = ({ status: of }: Job, type: string): boolean =>
    of?.conditions?.some((one) => one.type === type && one.status === 'True') ?? false;
  const ended = ['Failed', 'Complete', 'FailureTarget'].filter((type) => is(old, type) && !is(next, type));
  const counts = ['active', 'succeeded', 'failed', 'ready', 'terminating'] as const;
  const decreased = (name: 'failed' | 'succeeded'): Errors =>
    (next.status?.[name] ?? 0) < (old.status?.[name] ?? 0)
      ? [invalidValue(status.at(name), next.status?.[name] ?? 0, `cannot decrease the ${name} counter`)]
      : none;
  const isTied = next.spec.completionMode === 'Indexed' && next.spec.completions === next.spec.parallelism;
  const isReached = is(old, 'SuccessCriteriaMet') && !is(next, 'SuccessCriteriaMet');
  const conditions = status.at('conditions');
  return [
    ...counts.flatMap((name) => nonNegative(status.at(name), next.status?.[name])),
    ...ended.map((type) => omitted(conditions, `cannot disable the terminal ${type}=True condition`)),
    ...decreased('failed'),
    ...(isTied ? none : decreased('succeeded')),
    ...(isReached ? [omitted(conditions, 'cannot disable the SuccessCriteriaMet=True condition')] : none),
    ...(is(next, 'Complete') && is(next, 'Failed') ? [omitted(conditions, 'cannot set Complete=True and Failed=true conditions')] : none),
  ];
}
/** Upstream's OmitValueType: the value is not shown. */
function omitted(path: Path, detail: string): FieldError {
  return { ...forbiddenValue(path, detail), type: 'FieldValueInvalid', message: `Invalid value: ${detail}` };
}
