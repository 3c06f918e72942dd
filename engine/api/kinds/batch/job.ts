/** Jobs. Upstream: pkg/registry/batch/job/strategy.go, pkg/apis/batch/v1/defaults.go, printJob in pkg/printers. */
import { humanDuration } from '../../age.ts';
import { kind } from '../../kind.ts';
import { formatLabelSelector } from '../../selector.ts';
import type { Job } from '../../types.gen.ts';
import { validateJob, validateJobStatusUpdate, validateJobUpdate } from '../../validation/job.ts';
import { dns1123LabelProblems, dns1123SubdomainProblems } from '../../validation/names.ts';
import { templateWarnings } from '../../validation/pod-warnings.ts';
import { age, templateColumns, text, wide } from '../columns.ts';
import { inField } from '../fill.ts';
import { jobSpecDefaults } from './job-spec.ts';

const jobNameLabel = 'batch.kubernetes.io/job-name';
const controllerUidLabel = 'batch.kubernetes.io/controller-uid';

function defaults(job: Job): Job {
  const labels = job.spec?.template?.metadata?.labels;
  const isLabelled = Object.keys(job.metadata.labels ?? {}).length > 0;
  const labelled = labels && !isLabelled ? { ...job, metadata: { ...job.metadata, labels } } : job;
  return inField(labelled, 'spec', jobSpecDefaults);
}

/** A selector of its own, by which no Job takes another's Pods. Upstream: generateSelectorIfNeeded. */
function withSelector(job: Job): Job {
  const { metadata, spec } = job;
  if (!spec || spec.manualSelector) return job;
  const { uid = '', name = '' } = metadata;
  const own = { 'job-name': name, [jobNameLabel]: name, 'controller-uid': uid, [controllerUidLabel]: uid };
  const labels = { ...own, ...spec.template.metadata?.labels };
  const matchLabels = { [controllerUidLabel]: uid, ...spec.selector?.matchLabels };
  const template = { ...spec.template, metadata: { ...spec.template.metadata, labels } };
  return { ...job, spec: { ...spec, template, selector: { ...spec.selector, matchLabels } } };
}

export function hasCondition({ status }: Job, type: string): boolean {
  return status?.conditions?.some((one) => one.type === type && one.status === 'True') ?? false;
}
export function isFinished(job: Job): boolean {
  return hasCondition(job, 'Complete') || hasCondition(job, 'Failed');
}

function phase(job: Job): string {
  if (hasCondition(job, 'Complete')) return 'Complete';
  if (hasCondition(job, 'Failed')) return 'Failed';
  if (job.metadata.deletionTimestamp !== undefined) return 'Terminating';
  if (hasCondition(job, 'Suspended')) return 'Suspended';
  return hasCondition(job, 'FailureTarget') ? 'FailureTarget' : 'Running';
}
function completions({ spec, status }: Job): string {
  const succeeded = status?.succeeded ?? 0;
  if (spec?.completions !== undefined) return `${succeeded}/${spec.completions}`;
  const { parallelism = 0 } = spec ?? {};
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}
function duration({ status }: Job, nowMs: number): string {
  if (!status?.startTime) return '';
  return humanDuration((status.completionTime ? Date.parse(status.completionTime) : nowMs) - Date.parse(status.startTime));
}

export const surprisingName =
  'metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended: ';

export const job = kind<Job>({
  group: 'batch',
  kind: 'Job',
  plural: 'jobs',
  categories: ['all'],
  namespaced: true,
  hasStatus: true,
  hasGeneration: true,
  defaultPropagation: 'Orphan',
  defaults,
  prepareCreate: (given) => ({ ...withSelector(given), status: {} }),
  validateName: dns1123SubdomainProblems,
  validate: validateJob,
  validateUpdate: validateJobUpdate,
  validateStatusUpdate: validateJobStatusUpdate,
  selectableFields: { 'status.successful': ({ status }) => String(status?.succeeded ?? 0) },
  warnings({ metadata, spec }) {
    const problems = dns1123LabelProblems(metadata.name ?? '');
    const name = problems.length > 0 ? [`${surprisingName}[${problems.join(' ')}]`] : [];
    return [...name, ...(spec ? templateWarnings({ spec }) : [])];
  },
  columns: [
    text('Status', phase),
    text('Completions', completions),
    text('Duration', duration),
    age,
    ...templateColumns<Job>(({ spec }) => spec?.template),
    wide('Selector', ({ spec }) => formatLabelSelector(spec?.selector)),
  ],
});
