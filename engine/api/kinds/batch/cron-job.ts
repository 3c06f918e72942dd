/** CronJobs. Upstream: pkg/registry/batch/cronjob/strategy.go, pkg/apis/batch/v1/defaults.go, printCronJob in pkg/printers. */
import { ageSince } from '../../age.ts';
import { kind } from '../../kind.ts';
import { formatLabelSelector } from '../../selector.ts';
import type { CronJob, CronJobSpec } from '../../types.gen.ts';
import { validateCronJob, validateCronJobName } from '../../validation/cron-job.ts';
import { dns1123LabelProblems } from '../../validation/names.ts';
import { age, integer, templateColumns, text, wide } from '../columns.ts';
import { fill, inField } from '../fill.ts';
import { surprisingName } from './job.ts';
import { jobTemplateDefaults } from './job-spec.ts';

function specDefaults(spec: CronJobSpec): CronJobSpec {
  const filled = fill(spec, { concurrencyPolicy: 'Allow', suspend: false, successfulJobsHistoryLimit: 3, failedJobsHistoryLimit: 1 });
  return inField(filled, 'jobTemplate', (template) => inField(template, 'spec', jobTemplateDefaults));
}

export const cronJob = kind<CronJob>({
  group: 'batch',
  kind: 'CronJob',
  plural: 'cronjobs',
  shortNames: ['cj'],
  categories: ['all'],
  namespaced: true,
  hasStatus: true,
  hasGeneration: true,
  defaults: (given) => inField(given, 'spec', specDefaults),
  prepareCreate: (given) => ({ ...given, status: {} }),
  validate: validateCronJob,
  validateCreate: validateCronJobName,
  warnings({ metadata }) {
    const problems = dns1123LabelProblems(metadata.name ?? '');
    return problems.length > 0 ? [`${surprisingName}[${problems.join(' ')}]`] : [];
  },
  columns: [
    text('Schedule', ({ spec }) => spec.schedule),
    text('Timezone', ({ spec }) => spec.timeZone ?? '<none>'),
    { name: 'Suspend', type: 'boolean', priority: 0, cell: ({ spec }) => (spec.suspend ? 'True' : 'False') },
    integer('Active', ({ status }) => status?.active?.length ?? 0),
    text('Last Schedule', ({ status }, nowMs) => (status?.lastScheduleTime ? ageSince(status.lastScheduleTime, nowMs) : '<none>')),
    age,
    ...templateColumns<CronJob>(({ spec }) => spec.jobTemplate.spec?.template),
    wide('Selector', ({ spec }) => formatLabelSelector(spec.jobTemplate.spec?.selector)),
  ],
});
