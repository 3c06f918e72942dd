/** CronJobs. Upstream: validateCronJobSpec and its neighbours in pkg/apis/batch/validation. */
import { CronError, parseCron } from '../cron-expression.ts';
import { invalidValue, notSupported, Path } from '../field-error.ts';
import type { CronJob } from '../types.gen.ts';
import { type Errors, nonEmpty, none, nonNegative, oneOf, sorted } from './fields.ts';
import { jobSpecErrors } from './job.ts';

const spec = new Path('spec');
/** A Job's name has eleven characters more. */
const longestName = 52;

export function validateCronJob({ spec: given }: CronJob): Errors {
  const { schedule, timeZone, startingDeadlineSeconds, concurrencyPolicy, jobTemplate } = given;
  const template = spec.at('jobTemplate', 'spec');
  const { selector, manualSelector } = jobTemplate?.spec ?? {};
  return [
    ...(schedule ? scheduleErrors(spec.at('schedule'), schedule) : nonEmpty(spec.at('schedule'), schedule)),
    ...nonNegative(spec.at('startingDeadlineSeconds'), startingDeadlineSeconds),
    ...zoneErrors(spec.at('timeZone'), timeZone),
    ...oneOf(spec.at('concurrencyPolicy'), concurrencyPolicy, ['Allow', 'Forbid', 'Replace']),
    ...jobSpecErrors(template, jobTemplate?.spec ?? { template: {} }),
    ...(selector ? [invalidValue(template.at('selector'), sorted(selector), '`selector` will be auto-generated')] : none),
    ...(manualSelector ? [notSupported(template.at('manualSelector'), true, ['nil', 'false'])] : none),
    ...nonNegative(spec.at('successfulJobsHistoryLimit'), given.successfulJobsHistoryLimit),
    ...nonNegative(spec.at('failedJobsHistoryLimit'), given.failedJobsHistoryLimit),
  ];
}

function scheduleErrors(path: Path, schedule: string): Errors {
  const zone = 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead';
  return [...parseErrors(path, schedule), ...(schedule.includes('TZ') ? [invalidValue(path, schedule, zone)] : none)];
}
function parseErrors(path: Path, schedule: string): Errors {
  // With a zone in front, upstream's parser reads the rest.
  const [, rest = schedule] = /^(?:CRON_)?TZ=\S+\s+(.*)$/.exec(schedule) ?? [];
  try {
    parseCron(rest);
    return none;
  } catch (error) {
    if (error instanceof CronError) return [invalidValue(path, schedule, error.message)];
    throw error;
  }
}

function zoneErrors(path: Path, zone: string | undefined): Errors {
  if (zone === undefined) return none;
  if (zone === '') return [invalidValue(path, zone, 'timeZone must be nil or non-empty string')];
  if (zone.toLowerCase() === 'local')
    return [invalidValue(path, zone, 'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones')];
  return isZone(zone) ? none : [invalidValue(path, zone, `unknown time zone ${zone}`)];
}
/** Names of the IANA database; offsets such as `+09:00` are none. */
export function isZone(zone: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+\-/]*$/.test(zone)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }) !== undefined;
  } catch {
    return false;
  }
}

export function validateCronJobName({ metadata: { name = '' } }: CronJob): Errors {
  if (name.length <= longestName) return none;
  return [invalidValue(new Path('metadata').at('name'), name, `must be no more than ${longestName} characters`)];
}
