/** One round of a Job: looks, decides, makes or takes away pods, counts, tells. Upstream: syncJob in pkg/controller/job. */
import { rfc3339 } from '../../api/clock.ts';
import { job as jobKind } from '../../api/kinds/batch/job.ts';
import { pod as podKind } from '../../api/kinds/core/pod.ts';
import type { Json, Live } from '../../api/object.ts';
import { sameJson } from '../../api/patch/merge-patch.ts';
import { selectorOf } from '../../api/selector.ts';
import type { Job, JobCondition, JobStatus, Pod } from '../../api/types.gen.ts';
import type { Cache, CacheEvent } from '../../cache/cache.ts';
import { after, done, type Result } from '../../client/controller.ts';
import type { EventRecorder } from '../../client/events.ts';
import type { Expectations } from '../../client/expectations.ts';
import { claim } from '../../client/owner-references.ts';
import type { ControllerContext } from '../context.ts';
import { inBatches } from '../in-batches.ts';
import { orphansOf, ownedBy } from '../indexes.ts';
import { PodControl } from '../pod-control.ts';
import { isReady } from '../pods.ts';
import { type Failures, noFailures } from './back-off.ts';
import { withCondition } from './conditions.ts';
import { condition, type Decision, decide, type JobView } from './decide.ts';
import { isSuspended, isTracked } from './job-pods.ts';
import { type Management, manage } from './manage.ts';
import { letGo } from './release.ts';
import { counted, track } from './track.ts';

export interface JobReconcilerOptions {
  readonly context: ControllerContext;
  readonly jobs: Cache<Job>;
  readonly pods: Cache<Pod>;
  readonly expectations: Expectations;
  readonly component: string;
}

/** What a round has done to the pods, and how the Job stands after it. */
interface Round {
  readonly active: number;
  readonly ready: number;
  readonly terminating: number;
  readonly finished: JobCondition | undefined;
  readonly isManaged: boolean;
  readonly waitMs?: number;
  readonly failure?: unknown;
}

export class JobReconciler {
  readonly #options: JobReconcilerOptions;
  readonly #events: EventRecorder;
  readonly #control: PodControl<Job>;
  /** Of each Job, its failures since the last success. Lost with the process, as upstream's. */
  readonly #failures = new Map<string, Failures>();
  /** Pods that were let go of, until the cache shows it. */
  readonly #released = new Set<string>();

  constructor(options: JobReconcilerOptions) {
    this.#options = options;
    const { context, expectations, component } = options;
    this.#events = context.events.recorder(component);
    this.#control = new PodControl({ client: context.client, events: this.#events, expectations, kind: jobKind });
  }

  see({ type, object }: CacheEvent<Pod>): void {
    if (type === 'deleted' || !isTracked(object)) this.#released.delete(object.metadata.uid);
  }
  forget(key: string): Result {
    this.#failures.delete(key);
    if (!this.#options.jobs.get(key)) this.#options.expectations.forget(key);
    return done;
  }

  async reconcile(key: string, job: Live<Job>): Promise<Result> {
    const { expectations, context } = this.#options;
    // Before the pods are looked at: a pod that comes meanwhile is seen in the next round.
    const isSettled = expectations.satisfied(key);
    const view: JobView = {
      job,
      pods: await this.#claim(job),
      released: this.#released,
      failures: this.#failures.get(key) ?? noFailures,
      nowMs: context.clock.now(),
    };
    const decision = decide(view);
    const round = await this.#act(view, decision, isSettled);
    await this.#count(key, view, { decision, round });
    if (round.failure !== undefined) throw round.failure;
    const waits = [round.waitMs, decision.deadlineMs, isSettled ? undefined : expectations.leftMs(key)].filter(
      (ms) => ms !== undefined && ms > 0,
    );
    return waits.length === 0 ? done : after(Math.min(...waits.map((ms) => ms ?? 0)));
  }

  async #claim(job: Live<Job>): Promise<readonly Live<Pod>[]> {
    const { context, pods } = this.#options;
    const candidates = [...ownedBy(pods, job), ...orphansOf(pods, job.metadata.namespace)];
    return claim({
      client: context.client,
      ownerKind: jobKind,
      owner: job,
      kind: podKind,
      selector: selectorOf(job.spec.selector),
      candidates,
    });
  }

  async #act(view: JobView, decision: Decision, isSettled: boolean): Promise<Round> {
    const { job } = view;
    const { active, ready, terminating, finished } = decision;
    const counts = { active: active.length, ready, terminating };
    if (finished) {
      const failure = await this.#delete(job, active);
      const left = failure === undefined ? 0 : active.length;
      // With pods that are still there, or that the cache does not show yet, it is too early to say that all is over.
      return {
        active: left,
        ready: left,
        terminating: terminating + active.length - left,
        finished: isSettled && left === 0 ? finished : undefined,
        isManaged: false,
        failure,
      };
    }
    if (!isSettled || job.metadata.deletionTimestamp !== undefined)
      return { ...counts, finished: this.#completed(view, decision, active.length), isManaged: false };
    const management = manage(view, decision);
    const failure = await this.#change(job, management);
    const gone = failure === undefined ? management.delete : [];
    const made = failure === undefined ? management.create.length : 0;
    const now = active.length - gone.length + made;
    return {
      active: now,
      ready: ready - gone.filter(isReady).length,
      terminating: terminating + gone.length,
      finished: this.#completed(view, decision, now),
      isManaged: true,
      ...(management.waitMs === undefined ? {} : { waitMs: management.waitMs }),
      failure,
    };
  }

  #completed({ job, nowMs }: JobView, { succeeded }: Decision, active: number): JobCondition | undefined {
    const { completions } = job.spec;
    const isComplete = active === 0 && (completions === undefined ? succeeded > 0 : succeeded >= completions);
    const message = 'Reached expected number of succeeded pods';
    return isComplete ? condition(nowMs, { type: 'SuccessCriteriaMet', reason: 'CompletionsReached', message }) : undefined;
  }

  /** Their ends are counted afterwards: they stay until then. */
  async #delete(job: Live<Job>, pods: readonly Live<Pod>[]): Promise<unknown> {
    if (pods.length === 0) return undefined;
    return this.#control.apply(job, { delete: pods }).then(
      () => undefined,
      (error: unknown) => error,
    );
  }
  /** Pods that are too many count as nothing: they are let go of first. */
  async #change(job: Live<Job>, management: Management): Promise<unknown> {
    const { client } = this.#options.context;
    if (management.delete.length + management.create.length === 0) return undefined;
    const [failure] = await inBatches(management.delete, (pod) => letGo(client, pod));
    if (failure !== undefined) return failure;
    const create = management.create.map(({ template, generateName }): Pod => {
      const pod = this.#control.podOf(job, template);
      return { ...pod, metadata: { ...pod.metadata, generateName } };
    });
    return this.#control.apply(job, { create, delete: management.delete }).then(
      () => undefined,
      (error: unknown) => error,
    );
  }

  async #count(key: string, view: JobView, { decision, round }: { readonly decision: Decision; readonly round: Round }): Promise<void> {
    const tracking = track(view, decision, round.finished);
    const told = this.#withConditions(view, { decision, round });
    const next: JobStatus = {
      ...tracking.status,
      ...told,
      active: round.active > 0 ? round.active : undefined,
      ready: round.ready,
      terminating: round.terminating,
    };
    const job = await this.#write(view.job, next);
    this.#failures.set(key, decision.failures);
    const released = await this.#release(tracking.release);
    const held = new Set(
      view.pods.filter((pod) => isTracked(pod) && !this.#released.has(pod.metadata.uid)).map(({ metadata }) => metadata.uid),
    );
    const status = counted(job.status ?? {}, held);
    const ended = tracking.isPartial || released !== undefined ? undefined : this.#ended(status, round.finished, view.nowMs);
    const last = await this.#write(job, ended ?? status);
    if (ended) this.#tellEnd(last);
    if (released !== undefined) throw released;
  }

  /** What its status says beside the counts: suspended or not, and the first step of its end. */
  #withConditions(
    { job, nowMs }: JobView,
    { decision, round }: { readonly decision: Decision; readonly round: Round },
  ): Partial<JobStatus> {
    const { conditions = [] } = job.status ?? {};
    const started = decision.startTime === undefined ? {} : { startTime: decision.startTime };
    const { finished } = round;
    if (finished) {
      const isFirst = finished.type !== 'Failed' && !conditions.some(({ type, status }) => type === finished.type && status === 'True');
      return { ...started, conditions: isFirst ? [...conditions, finished] : conditions };
    }
    if (!round.isManaged) return { ...started, conditions };
    const suspended = isSuspended(job);
    const words = suspended
      ? { status: 'True', reason: 'JobSuspended', message: 'Job suspended' }
      : { status: 'False', reason: 'JobResumed', message: 'Job resumed' };
    const change = withCondition(conditions, condition(nowMs, { type: 'Suspended', ...words }));
    if (change.isNews) this.#events.event(job, 'Normal', suspended ? 'Suspended' : 'Resumed', words.message);
    // The deadline counts from when it is resumed.
    const resumed = change.isNews && !suspended ? { startTime: rfc3339(nowMs) } : {};
    return { ...started, ...resumed, conditions: change.conditions };
  }

  /** The second step, once every pod is counted and none is left. */
  #ended(status: JobStatus, finished: JobCondition | undefined, nowMs: number): JobStatus | undefined {
    const { succeeded = [], failed = [] } = status.uncountedTerminatedPods ?? {};
    if (!finished || succeeded.length + failed.length > 0 || (status.terminating ?? 0) > 0) return undefined;
    const type = finished.type === 'SuccessCriteriaMet' ? 'Complete' : 'Failed';
    const { reason = '', message = '' } = finished;
    const { conditions } = withCondition(status.conditions ?? [], condition(nowMs, { type, reason, message }));
    return { ...status, conditions, ...(type === 'Complete' ? { completionTime: rfc3339(nowMs) } : {}) };
  }

  #tellEnd(job: Live<Job>): void {
    const failed = job.status?.conditions?.find(({ type, status }) => type === 'Failed' && status === 'True');
    if (failed) {
      this.#events.event(job, 'Warning', failed.reason ?? '', failed.message ?? '');
      return;
    }
    const { completions } = job.spec;
    if (completions !== undefined && (job.status?.succeeded ?? 0) > completions)
      this.#events.event(job, 'Warning', 'TooManySucceededPods', 'Too many succeeded pods running after completion count reached');
    this.#events.event(job, 'Normal', 'Completed', 'Job completed');
  }

  /** Gives the first failure; those that did work are remembered. */
  async #release(pods: readonly Live<Pod>[]): Promise<unknown> {
    const [failure] = await inBatches(pods, async (pod) => {
      await letGo(this.#options.context.client, pod);
      this.#released.add(pod.metadata.uid);
    });
    return failure;
  }

  /** Gives the Job as it is written. One that was read too early is refused, and looked at again. */
  async #write(job: Live<Job>, status: JobStatus): Promise<Live<Job>> {
    const isSaid = (value: unknown): boolean => value !== undefined && !(Array.isArray(value) && value.length === 0);
    const said = Object.fromEntries(Object.entries(status).filter(([, value]) => isSaid(value))) as JobStatus;
    // Both are JSON.
    if (sameJson({ ...job.status } as unknown as Json, said as unknown as Json)) return job;
    return this.#options.context.client.update(jobKind, { ...job, status: said }, { subresource: 'status' });
  }
}
