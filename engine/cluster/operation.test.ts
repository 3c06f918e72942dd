import { describe, expect, it } from 'vitest';
import type { Clock } from '../api/clock.ts';
import { HostError } from '../api/host-error.ts';
import { detail } from '../api/step-detail.ts';
import type { Operation } from '../api/steps.ts';
import { runOperation, type StepPlan } from './operation.ts';

/** A clock whose timers fire when the test says so. */
function manualClock() {
  let now = 1000;
  const timers = new Set<{ at: number; run: () => void }>();
  const clock: Clock = {
    now: () => now,
    timer(delayMs, run) {
      const timer = { at: now + delayMs, run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
  };
  return {
    clock,
    pending: () => timers.size,
    advance(ms: number) {
      now += ms;
      for (const timer of [...timers]) if (timer.at <= now && timers.delete(timer)) timer.run();
    },
  };
}
const step = (id: string, run: StepPlan['run']): StepPlan => ({ id, title: id, deadlineMs: 5000, run });
const states = (operation: Operation): readonly string[] => operation.steps.map(({ state }) => state);

describe('an operation', () => {
  it('runs its steps in order, knows the whole list from the first value on, and ends done', async () => {
    const { clock, advance, pending } = manualClock();
    const seen: string[] = [];
    const said: unknown[] = [];
    const run = runOperation({
      kind: 'create',
      cluster: 'minato',
      clock,
      onChange: (operation) => {
        seen.push(states(operation).join(' '));
        said.push(operation.steps[0]?.said);
      },
      steps: [
        step('engine', async ({ progress }) => {
          advance(400);
          progress.detail(detail('pulling', { image: 'debian' }));
          progress.log('a line');
          return 'Docker 20.10';
        }),
        step('network', async () => detail('available', { available: 1, wanted: 2 })),
      ],
    });
    const last = await run.finished;
    const available = { code: 'available', params: { available: 1, wanted: 2 } };
    expect({
      first: seen[0],
      state: last.state,
      elapsedMs: last.elapsedMs,
      pending: pending(),
      steps: last.steps.map(({ id, state, detail, said, elapsedMs, log }) => ({ id, state, detail, said, elapsedMs, log })),
    }).toEqual({
      first: 'waiting waiting',
      state: 'done',
      elapsedMs: 400,
      pending: 0,
      steps: [
        { id: 'engine', state: 'done', detail: 'Docker 20.10', said: undefined, elapsedMs: 400, log: ['a line'] },
        { id: 'network', state: 'done', detail: '1 of 2 available', said: available, elapsedMs: 0, log: [] },
      ],
    });
    expect(said).toContainEqual({ code: 'pulling', params: { image: 'debian' } });
  });

  it('keeps the reason of a failed step and skips the rest', async () => {
    const { clock } = manualClock();
    const fail = async (): Promise<undefined> => {
      throw new HostError('port-taken', 'port 6443 is taken', { params: { port: 6443 } });
    };
    const last = await runOperation({
      kind: 'create',
      cluster: 'minato',
      clock,
      onChange: () => undefined,
      steps: [step('a', fail), step('b', async () => undefined)],
    }).finished;
    expect({ state: last.state, steps: states(last), failure: last.steps[0]?.failure }).toEqual({
      state: 'failed',
      steps: ['failed', 'skipped'],
      failure: { code: 'port-taken', params: { port: 6443 }, message: 'port 6443 is taken' },
    });
  });

  it('runs neighbours of one group at the same time, lets each come to its end, and only then goes on or fails', async () => {
    const { clock } = manualClock();
    const ends = { b: Promise.withResolvers<undefined>(), c: Promise.withResolvers<undefined>() };
    const moments = {
      'done running running waiting': Promise.withResolvers<void>(),
      'done failed running waiting': Promise.withResolvers<void>(),
    };
    const inGroup = (id: 'b' | 'c'): StepPlan => ({ ...step(id, () => ends[id].promise), group: 'nodes' });
    const run = runOperation({
      kind: 'start',
      cluster: 'minato',
      clock,
      onChange: (operation) => moments[states(operation).join(' ') as keyof typeof moments]?.resolve(),
      steps: [step('a', async () => undefined), inGroup('b'), inGroup('c'), { ...step('d', async () => undefined), group: 'others' }],
    });
    await moments['done running running waiting'].promise;
    ends.b.reject(new Error('no'));
    await moments['done failed running waiting'].promise;
    ends.c.resolve(undefined);
    const last = await run.finished;
    expect({ state: last.state, steps: states(last) }).toEqual({ state: 'failed', steps: ['done', 'failed', 'done', 'skipped'] });
  });

  it('says what a step was doing when its deadline passed, even if the step does not listen', async () => {
    const { clock, advance } = manualClock();
    const started = Promise.withResolvers<void>();
    const run = runOperation({
      kind: 'start',
      cluster: 'minato',
      clock,
      onChange: () => undefined,
      steps: [
        step('ready', ({ progress }) => {
          progress.detail('waiting for minato-m02');
          started.resolve();
          return new Promise(() => undefined);
        }),
      ],
    });
    await started.promise;
    advance(5000);
    const last = await run.finished;
    expect(last.steps[0]?.failure).toMatchObject({ code: 'deadline-exceeded', message: expect.stringContaining('waiting for minato-m02') });
  });

  it('can be cancelled while a step runs', async () => {
    const { clock } = manualClock();
    const started = Promise.withResolvers<void>();
    const run = runOperation({
      kind: 'create',
      cluster: 'minato',
      clock,
      onChange: () => undefined,
      steps: [
        step('a', () => {
          started.resolve();
          return new Promise(() => undefined);
        }),
        step('b', async () => undefined),
      ],
    });
    await started.promise;
    run.cancel();
    const last = await run.finished;
    expect({ state: last.state, steps: states(last) }).toEqual({ state: 'cancelled', steps: ['cancelled', 'cancelled'] });
  });
});
