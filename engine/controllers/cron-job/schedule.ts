/**
 * When the next Job of a CronJob is due. Upstream: mostRecentScheduleTime and nextScheduleTimeDuration in pkg/controller/cronjob/utils.go. The arithmetic of time zones
 * is croner's.
 */
import { Cron } from 'croner';
import { parseCron } from '../../api/cron-expression.ts';
import type { Live } from '../../api/object.ts';
import type { CronJob } from '../../api/types.gen.ts';

/** The first time after `ms`; undefined when there is none. */
export type NextAfter = (ms: number) => number | undefined;

/** Throws CronError. */
export function scheduleOf({ schedule, timeZone }: CronJob['spec']): NextAfter {
  const parsed = parseCron(schedule);
  if (parsed.type === 'every') return (ms) => ms - (ms % 1000) + parsed.ms;
  const cron = new Cron(parsed.expression, { mode: '5-part', ...(timeZone ? { timezone: timeZone } : {}) });
  return (ms) => cron.nextRun(new Date(ms))?.getTime();
}

export interface Due {
  /** The latest time that has come and was not kept; undefined when all were. */
  readonly at: number | undefined;
  readonly missed: 'none' | 'few' | 'many';
  /** No time follows another: the 31st of February. */
  readonly isImpossible: boolean;
}
/** So many missed times are told of. */
const many = 100;

export function dueAt(
  { metadata, spec, status }: Live<CronJob>,
  next: NextAfter,
  { nowMs, withDeadline }: { nowMs: number; withDeadline: boolean },
): Due {
  const since = Date.parse(status?.lastScheduleTime ?? metadata.creationTimestamp);
  const deadline = withDeadline && spec.startingDeadlineSeconds !== undefined ? nowMs - spec.startingDeadlineSeconds * 1000 : since;
  const first = next(Math.max(since, deadline));
  const second = first === undefined ? undefined : next(first);
  if (first === undefined || second === undefined) return { at: undefined, missed: 'none', isImpossible: true };
  if (nowMs < first) return { at: undefined, missed: 'none', isImpossible: false };
  if (nowMs < second) return { at: first, missed: 'none', isImpossible: false };
  // Not one by one: a computer may have slept for a year.
  const count = Math.floor((nowMs - first) / (second - first)) + 1;
  let at: number | undefined;
  for (let time = next(first + (count - 2) * (second - first)); time !== undefined && time <= nowMs; time = next(time)) at = time;
  return { at, missed: count > many ? 'many' : 'few', isImpossible: false };
}

/** How long until the next time. A little later: clocks differ. */
export function waitMs(cronJob: Live<CronJob>, next: NextAfter, nowMs: number): number | undefined {
  const { at, missed, isImpossible } = dueAt(cronJob, next, { nowMs, withDeadline: false });
  const since = Date.parse(cronJob.status?.lastScheduleTime ?? cronJob.metadata.creationTimestamp);
  const from = isImpossible || (at === undefined && missed !== 'none') ? nowMs : (at ?? since);
  const time = next(from);
  return time === undefined ? undefined : Math.max(0, time + 100 - nowMs);
}
