/**
 * Runs a list of steps that is known before it begins and tells of each change as one complete `Operation` value. A step has a deadline; it can be
 * cancelled in every state; a failed one keeps its reason. Steps are idempotent ("ensure …"), so a retry is the same list again.
 */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../api/clock.ts';
import { diskError, HostError } from '../api/host-error.ts';
import { messageOf } from '../api/message-of.ts';
import type { StepDetail } from '../api/step-detail.ts';
import type { Operation, OperationKind, Step, StepFailure } from '../api/steps.ts';
import type { NodeCall } from '../nodes/node-provider.ts';

/** One step; `run` returns what came out, to be shown beside the title. */
export interface StepPlan {
  readonly id: string;
  readonly title: string;
  readonly deadlineMs: number;
  /** Runs at the same time as its neighbours in the list that name the same group. When one of them fails the others still come to their end. */
  readonly group?: string;
  readonly run: (call: NodeCall) => Promise<string | StepDetail | undefined>;
}

export interface OperationRequest {
  readonly kind: OperationKind;
  readonly cluster: string;
  readonly steps: readonly StepPlan[];
  readonly clock: Clock;
  readonly onChange: (operation: Operation) => void;
  /** Where what it writes lies: errors of a disk that do not say where they were name it. */
  readonly directory?: string;
}

export interface RunningOperation {
  readonly id: string;
  readonly current: Operation;
  /** The last value: done, failed or cancelled. Never rejects. */
  readonly finished: Promise<Operation>;
  cancel(): void;
}

const logLinesKept = 200;

export function runOperation(request: OperationRequest): RunningOperation {
  return new OperationRun(request);
}

class OperationRun implements RunningOperation {
  readonly id = randomUUID();
  readonly finished: Promise<Operation>;
  readonly #request: OperationRequest;
  readonly #abort = new AbortController();
  #current: Operation;

  constructor(request: OperationRequest) {
    this.#request = request;
    const steps = request.steps.map(({ id, title, deadlineMs }): Step => ({ id, title, deadlineMs, state: 'waiting', log: [] }));
    this.#current = {
      id: this.id,
      kind: request.kind,
      cluster: request.cluster,
      state: 'running',
      startedAt: request.clock.now(),
      elapsedMs: 0,
      steps,
    };
    request.onChange(this.#current);
    this.finished = this.#runAll();
  }

  get current(): Operation {
    return this.#current;
  }

  cancel(): void {
    this.#abort.abort(new HostError('cancelled', 'Cancelled.'));
  }

  async #runAll(): Promise<Operation> {
    // A turn of the event loop first, so that whoever asked has the operation's id before its first step ends.
    await Promise.resolve();
    const { steps } = this.#request;
    for (let from = 0, to = 0; from < steps.length; from = to) {
      if (this.#abort.signal.aborted) return this.#finish('cancelled');
      to = endOfBatch(steps, from);
      const batch = steps.slice(from, to);
      const states = await Promise.all(batch.map((plan, at) => this.#runStep(from + at, plan)));
      const worst = states.find((state) => state === 'cancelled') ?? states.find((state) => state === 'failed');
      if (worst) return this.#finish(worst);
    }
    return this.#finish('done');
  }

  async #runStep(index: number, plan: StepPlan): Promise<'done' | 'failed' | 'cancelled'> {
    const startedAt = this.#request.clock.now();
    this.#set(index, { state: 'running', startedAt });
    const deadline = new AbortController();
    const stopTimer = this.#request.clock.timer(plan.deadlineMs, () => deadline.abort(this.#deadlineError(index, plan)));
    const signal = AbortSignal.any([this.#abort.signal, deadline.signal]);
    try {
      const outcome = await raceAbort(plan.run({ signal, progress: this.#progress(index) }), signal);
      const elapsedMs = this.#request.clock.now() - startedAt;
      this.#set(index, { state: 'done', elapsedMs, ...(outcome === undefined ? {} : spoken(outcome)) });
      return 'done';
    } catch (error) {
      const state = this.#abort.signal.aborted ? 'cancelled' : 'failed';
      this.#set(index, {
        state,
        elapsedMs: this.#request.clock.now() - startedAt,
        ...(state === 'failed' ? { failure: failureOf(diskError(error, this.#request.directory ?? '') ?? error) } : {}),
      });
      return state;
    } finally {
      stopTimer();
    }
  }

  /** Says what the step was doing when its time ran out. */
  #deadlineError(index: number, plan: StepPlan): HostError {
    const doing = this.#current.steps[index]?.detail;
    const seconds = Math.round(plan.deadlineMs / 1000);
    const message = `"${plan.title}" did not end within ${seconds} s${doing ? `; it was: ${doing}` : ''}.`;
    return new HostError('deadline-exceeded', message, { params: { seconds, detail: doing ?? '' } });
  }

  #progress(index: number): NodeCall['progress'] {
    return {
      detail: (said) => this.#set(index, spoken(said)),
      log: (line) => this.#set(index, { log: [...(this.#current.steps[index]?.log ?? []), line].slice(-logLinesKept) }),
    };
  }

  #set(index: number, change: Partial<Step>): void {
    const steps = this.#current.steps.map((step, at) => (at === index ? { ...step, ...change } : step));
    this.#publish({ ...this.#current, steps });
  }

  #finish(state: Operation['state']): Operation {
    const left = state === 'cancelled' ? 'cancelled' : 'skipped';
    const steps = this.#current.steps.map((step): Step => (step.state === 'waiting' ? { ...step, state: left } : step));
    this.#publish({ ...this.#current, state, steps });
    return this.#current;
  }

  #publish(operation: Operation): void {
    this.#current = { ...operation, elapsedMs: this.#request.clock.now() - operation.startedAt };
    this.#request.onChange(this.#current);
  }
}

/** Where the steps that run at the same time as the one at `from` end. */
function endOfBatch(steps: readonly StepPlan[], from: number): number {
  const group = steps[from]?.group;
  if (group === undefined) return from + 1;
  const next = steps.findIndex((step, index) => index > from && step.group !== group);
  return next === -1 ? steps.length : next;
}

/** One takes the place of the other whole: data after a sentence has no words. */
function spoken(said: string | StepDetail): Pick<Step, 'detail' | 'said'> {
  return typeof said === 'string'
    ? { detail: said, said: undefined }
    : { detail: said.text, said: { code: said.code, params: said.params } };
}

/** A step that does not heed its signal must not hold the operation: the wait ends, whatever the step still does is undone by the next "ensure". */
function raceAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const onAbort = (): void => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  return promise;
}

export function failureOf(error: unknown): StepFailure {
  if (error instanceof HostError) return { code: error.code, params: error.params, message: error.message };
  return { code: 'internal', params: {}, message: messageOf(error) };
}
