/**
 * One pod's life on this node, one step at a time: look, plan, act, until there is nothing to do; then sleep until the pod, its containers, its
 * probes or a time wakes it. Upstream: pkg/kubelet/pod_workers.go and SyncPod.
 */
import { isApiError } from '../../api/errors.ts';
import { messageOf } from '../../api/message-of.ts';
import type { Pod } from '../../api/types.gen.ts';
import { pods } from '../kinds.ts';
import type { RuntimeContainer } from '../runtime/runtime.ts';
import { isUnavailable } from '../runtime/runtime.ts';
import { VolumeError } from '../volumes/volume-kind.ts';
import { nextDelay } from './back-off.ts';
import { stopAll, stopContainer } from './end-pod.ts';
import { emitter, type KubeletParts } from './kubelet-parts.ts';
import { endOf, type HeldBack, type Plan, planPod, type Start } from './plan.ts';
import { PodProbes } from './pod-probes.ts';
import { isTerminal, podStatus } from './pod-status.ts';
import { latest, type PodMemory, type PodView, uidOf, type Waiting } from './pod-view.ts';
import { sandboxSpec } from './sandbox-spec.ts';
import { imageStatusIds, startContainer } from './start-container.ts';
import { TerminationMessages } from './termination-messages.ts';

const firstRetryMs = 1_000;
const maxRetryMs = 60_000;
/** Upstream waits up to two minutes. Here somebody sits in front of it and has just created the ConfigMap that was missing. */
const maxVolumeRetryMs = 5_000;
const defaultGraceSeconds = 30;

export class PodWorker {
  readonly #parts: KubeletParts;
  readonly #onDone: () => void;
  readonly #uid: string;
  readonly #ending = new AbortController();
  readonly #probes: PodProbes;
  readonly #messages: TerminationMessages;
  readonly #waiting = new Map<string, Waiting>();
  readonly #restarts = new Map<string, ReturnType<typeof nextDelay>>();
  readonly #imageIds = new Map<string, string>();
  /** Ends whose crash loop has been told in an event, by container id. */
  readonly #told = new Set<string>();
  #pod: Pod;
  #failed: { readonly reason: string; readonly message: string } | undefined;
  #isGone = false;
  #isStale = true;
  #isDirty = false;
  #isStopped = false;
  #retryMs = firstRetryMs;
  #volumeRetryMs = firstRetryMs;
  #cancelWake: () => void = () => undefined;
  #running: Promise<void> | undefined;

  constructor(parts: KubeletParts, pod: Pod, onDone: () => void) {
    this.#parts = parts;
    this.#pod = pod;
    this.#uid = uidOf(pod);
    this.#onDone = onDone;
    this.#probes = new PodProbes(parts, () => this.wake());
    this.#messages = new TerminationMessages(parts);
  }

  get pod(): Pod {
    return this.#pod;
  }

  update(pod: Pod): void {
    const old = this.#pod;
    this.#pod = pod;
    // Labels and annotations may be mounted; nothing else of a pod that volumes show changes.
    if (shownByVolumes(old) !== shownByVolumes(pod)) this.#isStale = true;
    if (pod.metadata.deletionTimestamp) this.#hurry(old);
    this.wake();
  }
  /** The object is gone from the API: forced deletion. */
  remove(): void {
    this.#isGone = true;
    this.#ending.abort();
    this.wake();
  }
  /** Mounted objects have changed. */
  refreshVolumes(): void {
    this.#isStale = true;
    this.wake();
  }
  wake(): void {
    this.#isDirty = true;
    this.#running ??= this.#run();
  }
  /** Stops working on the pod; the pod itself runs on. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopped = true;
    this.#ending.abort();
    this.#cancelWake();
    this.#probes[Symbol.dispose]();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#isDirty && !this.#isStopped) {
      this.#isDirty = false;
      this.#cancelWake();
      try {
        await this.#sync();
        this.#retryMs = firstRetryMs;
      } catch (error) {
        this.#retryLater(error);
      }
    }
    this.#running = undefined;
  }

  #retryLater(error: unknown): void {
    // Something new has come meanwhile, a deletion for instance: it is looked at at once.
    if (this.#isStopped || this.#isDirty) return;
    // An engine that is away is told once by the node; when it is back, its list triggers every pod worker.
    if (!isUnavailable(error)) this.#parts.context.log.warn(`pod ${this.#pod.metadata.namespace}/${this.#pod.metadata.name}`, error);
    this.#wakeIn(this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, maxRetryMs);
  }
  #wakeIn(ms: number): void {
    this.#cancelWake = this.#parts.context.clock.timer(Math.max(0, ms), () => this.wake());
  }
  #wakeAt(time: number | undefined): void {
    if (time !== undefined) this.#wakeIn(time - this.#parts.context.clock.now());
  }

  async #sync(): Promise<void> {
    if (this.#isGone || this.#pod.metadata.deletionTimestamp) return this.#terminate();
    if (isTerminal(this.#pod.status?.phase) || this.#failed) return this.#settle();
    if (this.#isPastDeadline()) return this.#settle();
    if (!(await (this.#isNew() ? this.#begin() : this.#setUpVolumes()))) return;
    const plan = this.#plan();
    await this.#report(plan.heldBack);
    this.#recordHeldBack(plan.heldBack);
    if (isTerminal(this.#status(plan.heldBack).phase)) return this.#settle();
    if (await this.#act(plan)) this.#isDirty = true;
    else this.#wakeAt(earliest(plan.wakeAt, this.#deadline()));
  }

  #view(): PodView {
    return this.#parts.watch.view(this.#uid);
  }
  /** Nothing of it has been made or tried yet. The sandbox holds memory volumes, so these come first. */
  #isNew(): boolean {
    const { sandboxes, containers } = this.#view();
    const isUntouched = sandboxes.length + containers.length === 0 && this.#pod.status?.podIP === undefined;
    return isUntouched && this.#volumeRetryMs === firstRetryMs && this.#parts.volumes.memoryVolumes(this.#pod).length === 0;
  }
  /** Volumes and sandbox do not depend on each other: a new pod gets both at once. Where a volume fails, the sandbox is given back, and from then on waits for it. */
  async #begin(): Promise<boolean> {
    await this.#report([]);
    const [volumes, sandbox] = await Promise.allSettled([this.#setUpVolumes(), this.#createSandbox(0)]);
    if (volumes.status === 'fulfilled' && volumes.value && sandbox.status === 'fulfilled') return true;
    for (const { id } of this.#view().sandboxes) await this.#removeContainer(id);
    for (const made of [volumes, sandbox]) if (made.status === 'rejected') throw made.reason;
    return false;
  }
  #memory(): PodMemory {
    return {
      waiting: this.#waiting,
      restarts: this.#restarts,
      probes: this.#probes.results,
      ...(this.#failed ? { failed: this.#failed } : {}),
    };
  }
  #plan(): Plan {
    return planPod({ pod: this.#pod, view: this.#view(), memory: this.#memory(), now: this.#parts.context.clock.now() });
  }

  #status(heldBack: readonly HeldBack[], ended = false) {
    return podStatus({
      pod: this.#pod,
      view: this.#view(),
      memory: this.#memory(),
      heldBack,
      terminationMessages: this.#messages.known,
      imageIds: this.#imageIds,
      hostIp: this.#parts.context.config.nodeIp,
      now: this.#parts.context.clock.now(),
      ended,
    });
  }

  /** Brings probes and status in line with what runs. */
  async #report(heldBack: readonly HeldBack[], ended = false): Promise<void> {
    const view = this.#view();
    const address = view.sandboxes[0]?.ip ?? this.#parts.context.config.nodeIp;
    const running = ended ? [] : view.containers.filter(({ phase }) => phase === 'running');
    this.#probes.keep(this.#pod, running, address);
    await this.#messages.read(this.#pod, view.containers);
    await this.#learnImages(view.containers);
    this.#parts.statuses.set(this.#pod, this.#status(heldBack, ended));
  }

  /** After a restart of the agent the images of running containers are looked up once. */
  async #learnImages(containers: readonly RuntimeContainer[]): Promise<void> {
    for (const { imageId } of containers) {
      if (imageId === '' || this.#imageIds.has(imageId)) continue;
      const image = await this.#parts.runtime.imageStatus(imageId);
      this.#imageIds.set(...(image ? imageStatusIds(image) : ([imageId, `docker://${imageId}`] as const)));
    }
  }

  #recordHeldBack(heldBack: readonly HeldBack[]): void {
    for (const { container } of heldBack) {
      const id = latest(this.#view(), container.name)?.id ?? '';
      if (this.#told.has(id)) continue;
      this.#told.add(id);
      const { name, namespace } = this.#pod.metadata;
      const message = `Back-off restarting failed container ${container.name} in pod ${name}_${namespace}(${this.#uid})`;
      emitter(this.#parts, this.#pod, container)('Warning', 'BackOff', message);
    }
  }

  async #setUpVolumes(): Promise<boolean> {
    if (!this.#isStale) return true;
    this.#isStale = false;
    try {
      await this.#parts.volumes.setUp(this.#pod, this.#view().sandboxes[0]?.ip ?? this.#pod.status?.podIP);
      this.#volumeRetryMs = firstRetryMs;
      return true;
    } catch (error) {
      this.#isStale = true;
      if (!(error instanceof VolumeError)) throw error;
      emitter(this.#parts, this.#pod)('Warning', 'FailedMount', error.message);
      await this.#report([]);
      this.#wakeIn(this.#volumeRetryMs);
      this.#volumeRetryMs = Math.min(this.#volumeRetryMs * 2, maxVolumeRetryMs);
      // A pod that runs already goes on with what it has.
      return this.#view().containers.some(({ phase }) => phase === 'running');
    }
  }

  /** Returns whether anything was done, so that the state has to be read again. */
  async #act(plan: Plan): Promise<boolean> {
    const { clock } = this.#parts.context;
    const graceOf = (seconds = this.#pod.spec.terminationGracePeriodSeconds ?? defaultGraceSeconds): number => clock.now() + seconds * 1000;
    if (plan.sandbox?.changed) {
      emitter(this.#parts, this.#pod)('Normal', 'SandboxChanged', 'Pod sandbox changed, it will be killed and re-created.');
    }
    await Promise.all(
      plan.kill.map(({ container, message, graceSeconds }) => {
        const deadline = graceOf(graceSeconds);
        return stopContainer(this.#parts, { pod: this.#pod, container, deadline, ...(message ? { message } : {}) });
      }),
    );
    for (const id of plan.remove) await this.#removeContainer(id);
    if (plan.sandbox) await this.#createSandbox(plan.sandbox.attempt);
    for (const start of plan.start) await this.#start(start);
    return plan.kill.length + plan.remove.length + plan.start.length > 0 || plan.sandbox !== undefined;
  }

  async #removeContainer(id: string): Promise<void> {
    await this.#parts.runtime.remove(id);
    this.#parts.watch.delete(id);
  }

  async #createSandbox(attempt: number): Promise<void> {
    const { ips, runtime, network, watch, context, volumes, nodeResolvConf } = this.#parts;
    try {
      const ip = this.#pod.spec.hostNetwork ? undefined : ips.allocate(this.#uid);
      const memoryVolumes = volumes.memoryVolumes(this.#pod);
      if (ip !== undefined) await network.prepare(this.#pod, ip);
      watch.put(
        await runtime.runSandbox(sandboxSpec({ pod: this.#pod, attempt, ip, config: context.config, nodeResolvConf, memoryVolumes })),
      );
    } catch (error) {
      if (isUnavailable(error)) throw error;
      const message = messageOf(error);
      emitter(this.#parts, this.#pod)('Warning', 'FailedCreatePodSandBox', `Failed to create pod sandbox: ${message}`);
      throw error;
    }
  }

  async #start(start: Start): Promise<void> {
    const { name } = start.container;
    const [sandbox] = this.#view().sandboxes;
    if (this.#ending.signal.aborted || sandbox?.phase !== 'running') return;
    const last = latest(this.#view(), name);
    if (last?.phase === 'exited') {
      this.#restarts.set(name, nextDelay(this.#restarts.get(name), endOf(last), this.#parts.context.clock.now()));
    }
    const onImage = (image: Parameters<typeof imageStatusIds>[0]): void => void this.#imageIds.set(...imageStatusIds(image));
    const started = await startContainer(this.#parts, { pod: this.#pod, sandbox, start, signal: this.#ending.signal, onImage });
    if (started.ok) this.#waiting.delete(name);
    else this.#waiting.set(name, started.waiting);
    await this.#removeOld(name);
  }

  /** One dead container is kept for `logs --previous`. */
  async #removeOld(name: string): Promise<void> {
    const old = this.#view().containers.filter((container) => container.name === name && container.phase === 'exited');
    for (const { id } of old.slice(1)) await this.#removeContainer(id);
  }

  #deadline(): number | undefined {
    const seconds = this.#pod.spec.activeDeadlineSeconds;
    const startTime = this.#pod.status?.startTime;
    return seconds === undefined || startTime === undefined ? undefined : Date.parse(startTime) + seconds * 1000;
  }
  #isPastDeadline(): boolean {
    const deadline = this.#deadline();
    if (deadline === undefined || this.#parts.context.clock.now() < deadline) return false;
    const message = 'Pod was active on the node longer than the specified deadline';
    this.#failed = { reason: 'DeadlineExceeded', message };
    emitter(this.#parts, this.#pod)('Normal', 'DeadlineExceeded', message);
    return true;
  }

  /** The pod is over but not deleted: what still runs is stopped; dead containers stay for their logs. */
  async #settle(): Promise<void> {
    await this.#report([]);
    const grace = this.#pod.spec.terminationGracePeriodSeconds ?? defaultGraceSeconds;
    await stopAll(this.#parts, this.#pod, this.#parts.context.clock.now() + grace * 1000);
    for (const { id } of this.#view().sandboxes) await this.#removeContainer(id);
    this.#parts.ips.release(this.#uid);
    await this.#report([], true);
  }

  /** Deletion: containers, then the object, then what is left on disk. */
  async #terminate(): Promise<void> {
    this.#ending.abort();
    const { clock } = this.#parts.context;
    await this.#report([]);
    await stopAll(this.#parts, this.#pod, this.#endBy(clock.now()));
    await this.#report([], true);
    for (const { id } of this.#view().sandboxes) await this.#removeContainer(id);
    if (!this.#isGone) {
      await this.#parts.statuses.flush(this.#uid);
      await this.#deleteObject();
    }
    await this.#cleanUp();
  }
  /** Counted from now, as upstream: the API server's clock may be another than this node's, and an agent that comes late is no reason to hurry. */
  #endBy(now: number): number {
    const { deletionGracePeriodSeconds } = this.#pod.metadata;
    const seconds = deletionGracePeriodSeconds ?? this.#pod.spec.terminationGracePeriodSeconds ?? defaultGraceSeconds;
    return now + seconds * 1000;
  }

  /** A second deletion with a shorter grace period, while the first is being carried out. */
  #hurry(old: Pod): void {
    const { deletionGracePeriodSeconds: seconds = defaultGraceSeconds } = this.#pod.metadata;
    this.#ending.abort();
    if (!old.metadata.deletionTimestamp || seconds >= (old.metadata.deletionGracePeriodSeconds ?? defaultGraceSeconds)) return;
    const running = this.#view().containers.filter(({ phase }) => phase === 'running');
    for (const { id } of running) {
      this.#parts.runtime.stop(id, seconds).catch((error: unknown) => this.#parts.context.log.warn('a quicker stop failed', error));
    }
  }

  async #deleteObject(): Promise<void> {
    const { name = '', namespace = '' } = this.#pod.metadata;
    try {
      await this.#parts.context.client.delete(pods, { namespace, name }, { gracePeriodSeconds: 0, uid: this.#uid });
    } catch (error) {
      // Gone already, or replaced by another of the same name: either way this one needs no deleting.
      if (!isApiError(error, 'NotFound') && !isApiError(error, 'Conflict')) throw error;
    }
  }

  async #cleanUp(): Promise<void> {
    const { containers, sandboxes } = this.#view();
    for (const { id } of [...containers, ...sandboxes]) await this.#removeContainer(id);
    await this.#parts.volumes.tearDown(this.#uid, this.#pod);
    this.#parts.ips.release(this.#uid);
    this.#parts.images.forget(this.#uid);
    this.#parts.statuses.forget(this.#uid);
    this.#isStopped = true;
    this.#onDone();
  }
}

function shownByVolumes({ metadata }: Pod): string {
  return JSON.stringify([metadata.labels, metadata.annotations]);
}

function earliest(...times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length > 0 ? Math.min(...known) : undefined;
}
