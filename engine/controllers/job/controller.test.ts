import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rfc3339 } from '../../api/clock.ts';
import { internalError } from '../../api/errors.ts';
import { job as jobKind } from '../../api/kinds/batch/job.ts';
import { pod as podKind } from '../../api/kinds/core/pod.ts';
import type { Live } from '../../api/object.ts';
import type { Job, JobSpec, Pod } from '../../api/types.gen.ts';
import { type ControllerSandbox, controllerSandbox } from '../../testing/controller-sandbox.ts';
import { jobController, jobOrphanController } from './controller.ts';
import { indexOf, isTracked } from './job-pods.ts';

const key = { namespace: 'default', name: 'work' };
const labels = { app: 'work' };
function jobOf(spec: Partial<JobSpec> = {}): Job {
  const template = { metadata: { labels }, spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'busybox' }] } };
  const given = { metadata: { ...key, labels }, spec: { manualSelector: true, selector: { matchLabels: labels }, template, ...spec } };
  return jobKind.defaults?.(given) ?? given;
}
const sandbox = (): Promise<ControllerSandbox> => controllerSandbox([jobController, jobOrphanController]);
async function begun(it: ControllerSandbox, spec: Partial<JobSpec> = {}): Promise<void> {
  await it.client.create(jobKind, jobOf(spec));
  await it.settle();
}
const live = async (it: ControllerSandbox): Promise<readonly Live<Pod>[]> =>
  (await it.pods()).filter(
    ({ metadata, status }) => metadata.deletionTimestamp === undefined && !['Succeeded', 'Failed'].includes(status?.phase ?? ''),
  );
/** Its program ends with this code. */
async function end(it: ControllerSandbox, pod: Live<Pod>, exitCode: number, more: Partial<Pod['status']> = {}): Promise<void> {
  const finishedAt = rfc3339(it.clock.now());
  const state = { terminated: { exitCode, finishedAt, startedAt: finishedAt } };
  const containerStatuses = [{ name: 'main', image: '', imageID: '', ready: false, restartCount: 0, state, lastState: {} }];
  const status = { phase: exitCode === 0 ? 'Succeeded' : 'Failed', containerStatuses, ...more };
  const { fault } = it.client;
  // Calls that are to fail are the controller's.
  it.client.fault = () => {};
  await it.client.patch(podKind, pod.metadata, { type: 'merge', patch: { status } }, { subresource: 'status' });
  it.client.fault = fault;
  await it.settle();
}
async function endAll(it: ControllerSandbox, exitCode: number): Promise<void> {
  for (const pod of await live(it)) await end(it, pod, exitCode);
}
const statusOf = async (it: ControllerSandbox) => (await it.client.get(jobKind, key)).status;
const conditionsOf = async (it: ControllerSandbox): Promise<readonly string[]> =>
  ((await statusOf(it))?.conditions ?? []).map(({ type, reason, message }) => `${type} ${reason}: ${message}`);

test('a pod that fails is replaced after ten seconds, then twenty; one failure too many fails the Job', async () => {
  await using it = await sandbox();
  await begun(it, { backoffLimit: 2 });
  await endAll(it, 1);
  expect(await live(it)).toEqual([]);
  it.clock.advance(9_000);
  await it.settle();
  expect(await live(it)).toEqual([]);
  it.clock.advance(1_500);
  await it.settle();
  expect((await live(it)).length).toBe(1);
  await endAll(it, 1);
  it.clock.advance(19_000);
  await it.settle();
  expect(await live(it)).toEqual([]);
  it.clock.advance(1_500);
  await it.settle();
  await endAll(it, 1);
  const message = 'Job has reached the specified backoff limit';
  expect(await conditionsOf(it)).toEqual([`FailureTarget BackoffLimitExceeded: ${message}`, `Failed BackoffLimitExceeded: ${message}`]);
  expect(await statusOf(it)).toMatchObject({ failed: 3, ready: 0, terminating: 0, uncountedTerminatedPods: {} });
  expect((await it.events()).at(-1)).toBe(`BackoffLimitExceeded: ${message}`);
  expect((await it.pods()).some(isTracked)).toBe(false);
});

test('pods that still run are ended with their Job, and counted as failed', async () => {
  await using it = await sandbox();
  await begun(it, { parallelism: 3, completions: 3, backoffLimit: 0 });
  const [first] = await live(it);
  if (first) await end(it, first, 1);
  expect(await live(it)).toEqual([]);
  expect(await statusOf(it)).toMatchObject({ failed: 3 });
  expect((await conditionsOf(it)).at(-1)).toContain('Failed BackoffLimitExceeded');
});

test('it is over when its time is, whatever its pods do', async () => {
  await using it = await sandbox();
  await begun(it, { activeDeadlineSeconds: 60 });
  it.clock.advance(61_000);
  await it.settle();
  expect((await conditionsOf(it)).at(-1)).toBe('Failed DeadlineExceeded: Job was active longer than specified deadline');
  expect(await live(it)).toEqual([]);
});

test('its failure policy ends it, or overlooks a failure', async () => {
  await using it = await sandbox();
  const rules = [
    { action: 'FailJob', onExitCodes: { containerName: 'main', operator: 'In', values: [42] } },
    { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
  ];
  await begun(it, { backoffLimit: 0, podFailurePolicy: { rules } });
  const [first] = await live(it);
  if (first) await end(it, first, 1, { conditions: [{ type: 'DisruptionTarget', status: 'True' }] });
  expect([await conditionsOf(it), (await statusOf(it))?.failed]).toEqual([[], undefined]);
  it.clock.advance(15_000);
  await it.settle();
  const [second] = await live(it);
  if (second) await end(it, second, 42);
  const message = `Container main for pod default/${second?.metadata.name} failed with exit code 42 matching FailJob rule at index 0`;
  expect(await conditionsOf(it)).toEqual([`FailureTarget PodFailurePolicy: ${message}`, `Failed PodFailurePolicy: ${message}`]);
});

test('an index that fails too often is given up, the others are not', async () => {
  await using it = await sandbox();
  await begun(it, { completions: 3, parallelism: 3, completionMode: 'Indexed', backoffLimitPerIndex: 1, backoffLimit: 2 ** 31 - 1 });
  for (const failures of ['0', '1']) {
    const pod = (await live(it)).find((one) => indexOf(one) === 1);
    expect(pod?.metadata.annotations?.['batch.kubernetes.io/job-index-failure-count']).toBe(failures);
    if (pod) await end(it, pod, 1);
    it.clock.advance(15_000);
    await it.settle();
  }
  expect(await statusOf(it)).toMatchObject({ failedIndexes: '1', failed: 2, active: 2 });
  await endAll(it, 0);
  expect(await statusOf(it)).toMatchObject({ completedIndexes: '0,2', succeeded: 2 });
  expect((await conditionsOf(it)).at(-1)).toBe('Failed FailedIndexes: Job has failed indexes');
});

test('its success policy ends it early', async () => {
  await using it = await sandbox();
  const successPolicy = { rules: [{ succeededIndexes: '0-1', succeededCount: 1 }] };
  await begun(it, { completions: 4, parallelism: 4, completionMode: 'Indexed', successPolicy });
  const second = (await live(it)).find((one) => indexOf(one) === 1);
  if (second) await end(it, second, 0);
  const message = 'Matched rules at index 0';
  expect(await conditionsOf(it)).toEqual([`SuccessCriteriaMet SuccessPolicy: ${message}`, `Complete SuccessPolicy: ${message}`]);
  expect(await live(it)).toEqual([]);
});

test('with fewer at a time, the surplus goes uncounted', async () => {
  await using it = await sandbox();
  await begun(it, { completions: 5, parallelism: 4 });
  await it.client.patch(jobKind, key, { type: 'merge', patch: { spec: { parallelism: 1 } } });
  await it.settle();
  expect((await live(it)).length).toBe(1);
  expect(await statusOf(it)).toMatchObject({ active: 1 });
  expect((await statusOf(it))?.failed).toBeUndefined();
});

test('pods whose Job is gone are let go of', async () => {
  await using it = await sandbox();
  await begun(it, { completions: 2, parallelism: 2 });
  await it.client.delete(jobKind, key);
  await it.settle();
  expect((await it.pods()).some(isTracked)).toBe(false);
});

test('one that another manager has is left to it', async () => {
  await using it = await sandbox();
  await begun(it, { managedBy: 'example.com/queue' });
  expect(await it.pods()).toEqual([]);
});

/** A Job whose pods end as they like, whose server fails and whose controller is killed; what ended is written down. */
class Story {
  readonly succeeded = new Set<string>();
  readonly failed = new Set<string>();
  readonly indexes = new Set<number>();
  it: ControllerSandbox;
  constructor(it: ControllerSandbox) {
    this.it = it;
  }

  async finish(pod: Live<Pod>, code: number): Promise<void> {
    (code === 0 ? this.succeeded : this.failed).add(pod.metadata.uid);
    if (code === 0) this.indexes.add(indexOf(pod) ?? -1);
    await end(this.it, pod, code);
  }
  async happen({ do: what, on, code }: { readonly do: string; readonly on: number; readonly code: number }): Promise<void> {
    const running = await live(this.it);
    const pod = running[on % Math.max(1, running.length)];
    if (what === 'end' && pod) await this.finish(pod, code);
    else if (what === 'fault') failOnce(this.it, on);
    else if (what === 'wait') this.it.clock.advance(700_000);
    else if (what === 'kill') {
      await this.it[Symbol.asyncDispose]();
      this.it = await controllerSandbox([jobController, jobOrphanController], undefined, this.it);
    }
    await this.it.settle();
  }
  /** All that runs ends well, until the Job is complete. */
  async complete(): Promise<void> {
    this.it.client.fault = () => {};
    const isComplete = async (): Promise<boolean> => (await conditionsOf(this.it)).some((line) => line.startsWith('Complete'));
    for (let round = 0; round < 60 && !(await isComplete()); round++) {
      for (const pod of await live(this.it)) await this.finish(pod, 0);
      this.it.clock.advance(700_000);
      await this.it.settle();
    }
  }
}

test('every end is counted once, whichever calls fail and however often the controller is killed', async () => {
  const event = fc.record({
    do: fc.constantFrom('end', 'end', 'end', 'kill', 'fault', 'wait'),
    on: fc.nat(10),
    code: fc.constantFrom(0, 0, 1),
  });
  const stories = fc.record({
    completions: fc.integer({ min: 1, max: 6 }),
    parallelism: fc.integer({ min: 1, max: 4 }),
    indexed: fc.boolean(),
    events: fc.array(event, { maxLength: 30 }),
  });
  await fc.assert(
    fc.asyncProperty(stories, async ({ completions, parallelism, indexed, events }) => {
      const story = new Story(await sandbox());
      await begun(story.it, { completions, parallelism, backoffLimit: 1000, ...(indexed ? { completionMode: 'Indexed' } : {}) });
      for (const one of events) {
        await story.happen(one);
        expect((await live(story.it)).length).toBeLessThanOrEqual(parallelism);
      }
      await story.complete();
      const status = await statusOf(story.it);
      expect((await conditionsOf(story.it)).at(-1)).toContain('Complete CompletionsReached');
      expect([status?.succeeded, status?.failed ?? 0]).toEqual([completions, story.failed.size]);
      expect(indexed ? story.indexes.size : story.succeeded.size).toBe(completions);
      expect((await story.it.pods()).some(isTracked)).toBe(false);
      await story.it[Symbol.asyncDispose]();
    }),
    { numRuns: 60 },
  );
});

/** The next but so many calls that write fails, as if the server were away. */
function failOnce(it: ControllerSandbox, after: number): void {
  let left = after % 4;
  it.client.fault = (call) => {
    if (!/^(create|update|patch|delete) (pods|jobs)/.test(call) || left-- > 0) return;
    it.client.fault = () => {};
    throw internalError('the server went away');
  };
}
