/** Makes a Job whenever the time of a CronJob has come. Upstream: pkg/controller/cronjob. */
import { rfc3339 } from '../../api/clock.ts';
import { CronError } from '../../api/cron-expression.ts';
import { isApiError } from '../../api/errors.ts';
import type { Kind } from '../../api/kind.ts';
import { cronJob as cronJobKind } from '../../api/kinds/batch/cron-job.ts';
import { hasCondition, isFinished, job as jobKind } from '../../api/kinds/batch/job.ts';
import { messageOf } from '../../api/message-of.ts';
import { type Json, keyString, type Live } from '../../api/object.ts';
import { sameJson } from '../../api/patch/merge-patch.ts';
import type { CronJob, CronJobStatus, Job, ObjectReference } from '../../api/types.gen.ts';
import { isZone } from '../../api/validation/cron-job.ts';
import type { Cache } from '../../cache/cache.ts';
import { after, Controller, done, onObject, onOwned, type Result } from '../../client/controller.ts';
import type { EventRecorder } from '../../client/events.ts';
import { controllerReference } from '../../client/owner-references.ts';
import type { ControllerContext, ControllerSetup } from '../context.ts';
import { byController, ownedBy } from '../indexes.ts';
import { dueAt, type NextAfter, scheduleOf, waitMs } from './schedule.ts';

const component = 'cronjob-controller';
const minuteMs = 60_000;

export const cronJobController: ControllerSetup = (context) => {
  const cronJobs = context.informers.cache(cronJobKind);
  const jobs = context.informers.cache(jobKind, {}, byController);
  return () => {
    const scheduler = new JobScheduler({ context, cronJobs, jobs });
    return new Controller({
      name: component,
      clock: context.clock,
      onError: context.onError,
      triggers: [onObject(cronJobs), onOwned(jobs, 'CronJob')],
      reconcile: (key) => scheduler.reconcile(key),
    });
  };
};

interface JobSchedulerOptions {
  readonly context: ControllerContext;
  readonly cronJobs: Cache<CronJob>;
  readonly jobs: Cache<Job>;
}
/** A round: what its status will be, and when to look again. */
interface Round {
  active: readonly ObjectReference[];
  lastScheduleTime: string | undefined;
  lastSuccessfulTime: string | undefined;
  waitMs: number | undefined;
}

class JobScheduler {
  readonly #options: JobSchedulerOptions;
  readonly #events: EventRecorder;
  constructor(options: JobSchedulerOptions) {
    this.#options = options;
    this.#events = options.context.events.recorder(component);
  }

  async reconcile(key: string): Promise<Result> {
    const { cronJobs, jobs } = this.#options;
    const cronJob = cronJobs.get(key);
    if (!cronJob) return done;
    const { active = [], lastScheduleTime, lastSuccessfulTime } = cronJob.status ?? {};
    const round: Round = { active, lastScheduleTime, lastSuccessfulTime, waitMs: undefined };
    const own = ownedBy(jobs, cronJob);
    await this.#cleanUp(cronJob, own, round);
    await this.#takeStock(cronJob, own, round);
    // What was begun is written down even where the rest fails.
    const failure = await this.#schedule(cronJob, round).then(
      () => undefined,
      (error: unknown) => error ?? new Error('no reason given'),
    );
    await this.#write(cronJob, round);
    if (failure !== undefined) throw failure;
    return round.waitMs === undefined ? done : after(round.waitMs);
  }

  /** Finished ones beyond the limits go, the oldest first. */
  async #cleanUp(cronJob: Live<CronJob>, jobs: readonly Live<Job>[], round: Round): Promise<void> {
    const { successfulJobsHistoryLimit, failedJobsHistoryLimit } = cronJob.spec;
    for (const [type, limit] of [
      ['Complete', successfulJobsHistoryLimit],
      ['Failed', failedJobsHistoryLimit],
    ] as const) {
      if (limit === undefined) continue;
      const ended = jobs.filter((job) => hasCondition(job, type)).toSorted(byStart);
      for (const job of ended.slice(0, Math.max(0, ended.length - limit))) await this.#delete(cronJob, job, round);
    }
  }
  async #delete(cronJob: Live<CronJob>, { metadata: { namespace, name, uid } }: Live<Job>, round: Round): Promise<void> {
    try {
      await this.#options.context.client.delete(jobKind, { namespace, name }, { propagationPolicy: 'Background' });
    } catch (error) {
      if (!isApiError(error, 'NotFound')) {
        this.#events.event(cronJob, 'Warning', 'FailedDelete', `Deleted job: ${messageOf(error)}`);
        throw error;
      }
    }
    round.active = without(round.active, uid);
    this.#events.event(cronJob, 'Normal', 'SuccessfulDelete', `Deleted job ${name}`);
  }

  /** Which of its Jobs run, and which have ended since. */
  async #takeStock(cronJob: Live<CronJob>, jobs: readonly Live<Job>[], round: Round): Promise<void> {
    for (const job of jobs) this.#see(cronJob, job, round);
    for (const { uid = '', name = '', namespace } of round.active) {
      if (jobs.some(({ metadata }) => metadata.uid === uid)) continue;
      // The cache may be late.
      const found = await this.#find({ namespace, name });
      if (found) continue;
      this.#events.event(cronJob, 'Normal', 'MissingJob', `Active job went missing: ${name}`);
      round.active = without(round.active, uid);
    }
  }
  #see(cronJob: Live<CronJob>, job: Live<Job>, round: Round): void {
    const { uid, name } = job.metadata;
    const isKnown = round.active.some((one) => one.uid === uid);
    if (!isFinished(job)) {
      if (!isKnown)
        this.#events.event(cronJob, 'Warning', 'UnexpectedJob', `Saw a job that the controller did not create or forgot: ${name}`);
      return;
    }
    const isComplete = hasCondition(job, 'Complete');
    if (isKnown) {
      round.active = without(round.active, uid);
      const condition = isComplete ? 'Complete' : 'Failed';
      this.#events.event(cronJob, 'Normal', 'SawCompletedJob', `Saw completed job: ${name}, condition: ${condition}`);
    }
    const ended = job.status?.completionTime;
    if (isComplete && ended !== undefined && (round.lastSuccessfulTime === undefined || ended > round.lastSuccessfulTime))
      round.lastSuccessfulTime = ended;
  }

  async #schedule(cronJob: Live<CronJob>, round: Round): Promise<void> {
    const { spec, metadata } = cronJob;
    if (metadata.deletionTimestamp !== undefined || spec.suspend) return;
    if (spec.timeZone !== undefined && !isZone(spec.timeZone)) {
      const words = `invalid timeZone: ${JSON.stringify(spec.timeZone)}: unknown time zone ${spec.timeZone}`;
      this.#events.event(cronJob, 'Warning', 'UnknownTimeZone', words);
      return;
    }
    const next = this.#read(cronJob);
    if (!next) return;
    const nowMs = this.#options.context.clock.now();
    const { at, missed, isImpossible } = dueAt(cronJob, next, { nowMs, withDeadline: true });
    if (isImpossible) {
      const words = `invalid schedule: ${spec.schedule} : time difference between two schedules is less than 1 second`;
      this.#events.event(cronJob, 'Warning', 'InvalidSchedule', words);
      return;
    }
    if (at !== undefined && missed === 'many') {
      const words = 'too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew';
      this.#events.event(cronJob, 'Warning', 'TooManyMissedTimes', words);
    }
    if (at !== undefined && this.#mayStart(cronJob, round, { at, nowMs })) await this.#start(cronJob, round, at);
    const { lastScheduleTime } = round;
    const told = { ...cronJob, status: { ...cronJob.status, ...(lastScheduleTime ? { lastScheduleTime } : {}) } };
    round.waitMs = waitMs(told, next, nowMs);
  }
  #read(cronJob: Live<CronJob>): NextAfter | undefined {
    try {
      return scheduleOf(cronJob.spec);
    } catch (error) {
      if (!(error instanceof CronError)) throw error;
      const words = `unparseable schedule: ${JSON.stringify(cronJob.spec.schedule)} : ${error.message}`;
      this.#events.event(cronJob, 'Warning', 'UnparseableSchedule', words);
      return undefined;
    }
  }

  #mayStart(
    cronJob: Live<CronJob>,
    { active, lastScheduleTime }: Round,
    { at, nowMs }: { readonly at: number; readonly nowMs: number },
  ): boolean {
    const { startingDeadlineSeconds: deadline, concurrencyPolicy } = cronJob.spec;
    if (deadline !== undefined && at + deadline * 1000 < nowMs) {
      this.#events.event(cronJob, 'Warning', 'MissSchedule', `Missed scheduled time to start a job: ${rfc1123(at)}`);
      return false;
    }
    if (active.some(({ name }) => name === nameOf(cronJob, at)) || lastScheduleTime === rfc3339(at)) return false;
    if (concurrencyPolicy !== 'Forbid' || active.length === 0) return true;
    const words = 'Not starting job because prior execution is running and concurrency policy is Forbid';
    this.#events.event(cronJob, 'Normal', 'JobAlreadyActive', words);
    return false;
  }

  /** Its name says for which time it is: whoever tries again after a crash finds it. */
  async #start(cronJob: Live<CronJob>, round: Round, at: number): Promise<void> {
    if (cronJob.spec.concurrencyPolicy === 'Replace') await this.#replace(cronJob, round);
    const { client } = this.#options.context;
    let made: Live<Job>;
    try {
      made = await client.create(jobKind, jobOf(cronJob, at));
      this.#events.event(cronJob, 'Normal', 'SuccessfulCreate', `Created job ${made.metadata.name}`);
    } catch (error) {
      if (!isApiError(error, 'AlreadyExists')) {
        this.#events.event(cronJob, 'Warning', 'FailedCreate', `Error creating job: ${messageOf(error)}`);
        throw error;
      }
      const found = await this.#find({ namespace: cronJob.metadata.namespace, name: nameOf(cronJob, at) });
      const isOurs = found?.metadata.ownerReferences?.some(({ uid, controller }) => controller && uid === cronJob.metadata.uid);
      if (!found || !isOurs) return;
      made = found;
    }
    const { namespace, name, uid, resourceVersion } = made.metadata;
    const reference = { apiVersion: 'batch/v1', kind: 'Job', namespace: namespace ?? '', name, uid, resourceVersion };
    round.active = [...without(round.active, uid), reference];
    round.lastScheduleTime = rfc3339(at);
  }
  async #replace(cronJob: Live<CronJob>, round: Round): Promise<void> {
    for (const { namespace, name = '' } of round.active) {
      const job = await this.#find({ namespace, name });
      if (job) await this.#delete(cronJob, job, round);
    }
  }

  async #find({ namespace, name }: { readonly namespace: string | undefined; readonly name: string }): Promise<Live<Job> | undefined> {
    const known = this.#options.jobs.get(keyString({ namespace, name }));
    if (known) return known;
    try {
      return await this.#options.context.client.get(jobKind, { namespace, name });
    } catch (error) {
      if (isApiError(error, 'NotFound')) return undefined;
      throw error;
    }
  }

  async #write(cronJob: Live<CronJob>, { active, lastScheduleTime, lastSuccessfulTime }: Round): Promise<void> {
    const status: CronJobStatus = {
      ...(active.length > 0 ? { active } : {}),
      ...(lastScheduleTime === undefined ? {} : { lastScheduleTime }),
      ...(lastSuccessfulTime === undefined ? {} : { lastSuccessfulTime }),
    };
    // Both are JSON.
    if (sameJson({ ...cronJob.status } as unknown as Json, { ...status } as unknown as Json)) return;
    await this.#options.context.client.update(cronJobKind, { ...cronJob, status }, { subresource: 'status' });
  }
}

const without = (active: readonly ObjectReference[], uid: string): readonly ObjectReference[] => active.filter((one) => one.uid !== uid);
function byStart(a: Live<Job>, b: Live<Job>): number {
  const [first, second] = [a.status?.startTime ?? '~', b.status?.startTime ?? '~'];
  if (first !== second) return first < second ? -1 : 1;
  return a.metadata.name < b.metadata.name ? -1 : 1;
}
function nameOf({ metadata }: CronJob, at: number): string {
  return `${metadata.name}-${Math.floor(at / minuteMs)}`;
}
function jobOf(cronJob: Live<CronJob>, at: number): Job {
  const { metadata = {}, spec = { template: {} } } = cronJob.spec.jobTemplate;
  const annotations = { ...metadata.annotations, 'batch.kubernetes.io/cronjob-scheduled-timestamp': inZone(at, cronJob.spec.timeZone) };
  const ownerReferences = [controllerReference(cronJobKind as unknown as Kind, cronJob)];
  return {
    metadata: {
      name: nameOf(cronJob, at),
      namespace: cronJob.metadata.namespace,
      labels: { ...metadata.labels },
      annotations,
      ownerReferences,
    },
    spec,
  };
}
/** RFC 3339 with the offset of the zone. */
function inZone(at: number, zone = 'UTC'): string {
  const parts = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' }).formatToParts(at);
  const offset = parts.find(({ type }) => type === 'timeZoneName')?.value.replace('GMT', '') ?? '';
  if (offset === '') return rfc3339(at);
  const [, sign = '+', hours = '0', minutes = '0'] = /^([+-])(\d+):(\d+)/.exec(offset) ?? [];
  const shift = (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * minuteMs;
  return `${rfc3339(at + shift).slice(0, -1)}${offset}`;
}
/** `Fri, 27 Nov 2026 16:00:00 +0000`. Upstream: Go's time.RFC1123Z. */
function rfc1123(at: number): string {
  return new Date(at).toUTCString().replace('GMT', '+0000');
}
