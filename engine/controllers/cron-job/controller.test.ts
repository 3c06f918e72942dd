import { expect, test } from 'vitest';
import { rfc3339 } from '../../api/clock.ts';
import { cronJob as cronJobKind } from '../../api/kinds/batch/cron-job.ts';
import { job as jobKind } from '../../api/kinds/batch/job.ts';
import type { Live } from '../../api/object.ts';
import type { CronJob, CronJobSpec, Job } from '../../api/types.gen.ts';
import { type ControllerSandbox, controllerSandbox } from '../../testing/controller-sandbox.ts';
import { cronJobController } from './controller.ts';
import { dueAt, scheduleOf } from './schedule.ts';

const key = { namespace: 'default', name: 'tick' };
const minuteMs = 60_000;
const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'busybox' }] } };
function cronJobOf(spec: Partial<CronJobSpec> = {}): CronJob {
  const given = {
    metadata: key,
    spec: { schedule: '* * * * *', jobTemplate: { metadata: { labels: { a: 'b' } }, spec: { template } }, ...spec },
  };
  return cronJobKind.defaults?.(given) ?? given;
}
async function begun(spec: Partial<CronJobSpec> = {}): Promise<ControllerSandbox> {
  const it = await controllerSandbox([cronJobController]);
  await it.client.create(cronJobKind, cronJobOf(spec));
  await it.settle();
  return it;
}
async function pass(it: ControllerSandbox, ms: number): Promise<void> {
  it.clock.advance(ms);
  await it.settle();
}
const jobs = async (it: ControllerSandbox): Promise<readonly Live<Job>[]> =>
  (await it.client.list(jobKind, { namespace: 'default' })).items.toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
async function end(it: ControllerSandbox, { metadata }: Live<Job>, type: 'Complete' | 'Failed' = 'Complete'): Promise<void> {
  const now = rfc3339(it.clock.now());
  const status = { startTime: now, conditions: [{ type, status: 'True' }], ...(type === 'Complete' ? { completionTime: now } : {}) };
  await it.client.patch(jobKind, metadata, { type: 'merge', patch: { status } }, { subresource: 'status' });
  await it.settle();
}
const cronJob = (it: ControllerSandbox) => it.client.get(cronJobKind, key);

test('each minute brings a Job of that minute’s name, which is followed to its end', async () => {
  await using it = await begun({ timeZone: 'Asia/Tokyo' });
  expect(await jobs(it)).toEqual([]);
  await pass(it, minuteMs + 200);
  const [first, ...others] = await jobs(it);
  if (!first) throw new Error('no Job');
  const at = Date.UTC(2026, 0, 1, 0, 1);
  expect(others).toEqual([]);
  expect(first.metadata).toMatchObject({
    name: `tick-${at / minuteMs}`,
    labels: { a: 'b' },
    annotations: { 'batch.kubernetes.io/cronjob-scheduled-timestamp': '2026-01-01T09:01:00+09:00' },
    ownerReferences: [{ kind: 'CronJob', name: 'tick', controller: true }],
  });
  expect((await cronJob(it)).status).toMatchObject({
    lastScheduleTime: '2026-01-01T00:01:00Z',
    active: [{ kind: 'Job', uid: first.metadata.uid }],
  });
  await end(it, first);
  const { status } = await cronJob(it);
  expect(status).toEqual({ lastScheduleTime: '2026-01-01T00:01:00Z', lastSuccessfulTime: '2026-01-01T00:01:00Z' });
  expect(await it.events()).toEqual([
    `SuccessfulCreate: Created job ${first.metadata.name}`,
    `SawCompletedJob: Saw completed job: ${first.metadata.name}, condition: Complete`,
  ]);
  await pass(it, minuteMs);
  expect((await jobs(it)).length).toBe(2);
});

test.each([
  ['Allow', 2],
  ['Forbid', 1],
  ['Replace', 1],
] as const)('while one runs and its policy is %s, there are %i', async (concurrencyPolicy, count) => {
  await using it = await begun({ concurrencyPolicy });
  await pass(it, minuteMs + 200);
  const [first] = await jobs(it);
  await pass(it, minuteMs);
  const now = await jobs(it);
  expect([now.length, (await cronJob(it)).status?.active?.length]).toEqual([count, count]);
  expect(now[0]?.metadata.uid === first?.metadata.uid).toBe(concurrencyPolicy !== 'Replace');
  if (concurrencyPolicy === 'Forbid')
    expect((await it.events()).at(-1)).toBe(
      'JobAlreadyActive: Not starting job because prior execution is running and concurrency policy is Forbid',
    );
});

test('of those that have ended, as many stay as its limits say, of each kind', async () => {
  await using it = await begun({ successfulJobsHistoryLimit: 2, failedJobsHistoryLimit: 0 });
  for (const type of ['Complete', 'Complete', 'Failed', 'Complete'] as const) {
    await pass(it, minuteMs + 200);
    const running = (await jobs(it)).find(({ status }) => !status?.conditions);
    if (running) await end(it, running, type);
  }
  expect((await jobs(it)).map(({ status }) => status?.conditions?.[0]?.type)).toEqual(['Complete', 'Complete']);
});

test('suspended nothing comes; what was missed comes once when it goes on, unless it is too late', async () => {
  await using it = await begun({ suspend: true });
  await pass(it, 10 * minuteMs);
  expect(await jobs(it)).toEqual([]);
  await it.client.patch(cronJobKind, key, { type: 'merge', patch: { spec: { suspend: false } } });
  await it.settle();
  expect((await jobs(it)).map(({ metadata }) => metadata.name)).toEqual([`tick-${Date.UTC(2026, 0, 1, 0, 10) / minuteMs}`]);
});

test('after a long sleep one Job comes and not a thousand, and it is said', async () => {
  await using it = await begun();
  it.clock.sleep(3 * 24 * 60 * minuteMs);
  await it.settle();
  expect((await jobs(it)).length).toBe(1);
  expect(await it.events()).toContain(
    'TooManyMissedTimes: too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew',
  );
});

test('a Job that was made before a crash is found by its name, and not made twice', async () => {
  await using it = await begun();
  it.client.fault = (call) => {
    if (!call.startsWith('update cronjobs')) return;
    it.client.fault = () => {};
    throw new Error('the server went away');
  };
  await pass(it, minuteMs + 200);
  await pass(it, 30_000);
  expect((await jobs(it)).length).toBe(1);
  expect((await cronJob(it)).status?.active?.length).toBe(1);
});

test.each([
  ['a time that never comes', { schedule: '59 23 31 2 *' }, 'InvalidSchedule'],
  ['a schedule that nobody can read', { schedule: 'nonsense' }, 'UnparseableSchedule'],
  ['a zone that is none', { timeZone: 'Nowhere/Land' }, 'UnknownTimeZone'],
])('%s is told, and no Job comes', async (_, spec, reason) => {
  await using it = await begun(spec);
  await pass(it, 60 * minuteMs);
  expect(await jobs(it)).toEqual([]);
  expect((await it.events())[0]).toContain(`${reason}: `);
});

const after = (spec: Partial<CronJobSpec>, from: string): readonly string[] => {
  const next = scheduleOf({ ...cronJobOf(spec).spec });
  const first = next(Date.parse(from));
  const second = first === undefined ? undefined : next(first);
  return [first, second].map((ms) => (ms === undefined ? 'never' : new Date(ms).toISOString().slice(0, 16)));
};
test.each([
  ['each quarter of an hour', { schedule: '*/15 * * * *' }, '2026-01-01T00:01:00Z', ['2026-01-01T00:15', '2026-01-01T00:30']],
  ['the 13th or a Friday, not both', { schedule: '0 0 13 * fri' }, '2026-02-10T00:00:00Z', ['2026-02-13T00:00', '2026-02-20T00:00']],
  ['at nine in Tokyo', { schedule: '0 9 * * *', timeZone: 'Asia/Tokyo' }, '2026-01-01T01:00:00Z', ['2026-01-02T00:00', '2026-01-03T00:00']],
  [
    'at nine in Berlin, in summer too',
    { schedule: '0 9 * * *', timeZone: 'Europe/Berlin' },
    '2026-03-28T09:00:00Z',
    ['2026-03-29T07:00', '2026-03-30T07:00'],
  ],
  ['every so often', { schedule: '@every 90m' }, '2026-01-01T00:00:00Z', ['2026-01-01T01:30', '2026-01-01T03:00']],
] as const)('%s', (_, spec, from, times) => {
  expect(after(spec, from)).toEqual(times);
});

test('a deadline forgets what is too old', () => {
  const metadata = { ...key, uid: 'u', resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' };
  const late = { ...cronJobOf({ schedule: '0 * * * *', startingDeadlineSeconds: 60 }), metadata } as Live<CronJob>;
  const due = (minute: number) => dueAt(late, scheduleOf(late.spec), { nowMs: Date.UTC(2026, 0, 1, 5, minute), withDeadline: true }).at;
  expect([due(0), due(30)]).toEqual([Date.UTC(2026, 0, 1, 5), undefined]);
});
