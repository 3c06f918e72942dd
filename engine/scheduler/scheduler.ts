/**
 * Gives every pod that waits for one a node. Fed by caches, driven by their events; decides one pod after the other, binds many at a time.
 * Upstream: scheduler/schedule_one.go and eventhandlers.go, with the default profile and without preemption.
 */
import type { Clock } from '../api/clock.ts';
import { messageOf } from '../api/message-of.ts';
import { keyOf, type Live } from '../api/object.ts';
import type { Node, Pod, ReplicaSet } from '../api/types.gen.ts';
import type { CacheEvent } from '../cache/cache.ts';
import type { Client } from '../client/client.ts';
import { bindPod, isGone, markUnschedulable } from './bind.ts';
import type { SchedulerCaches } from './caches.ts';
import { nodeEvents, podEvents, wantsOtherwise } from './cluster-events.ts';
import { ClusterState } from './cluster-state.ts';
import type { PodInfo } from './pod-info.ts';
import { SchedulingQueue } from './queue.ts';
import { schedule } from './schedule.ts';

export interface SchedulerEvents {
  event(pod: Live<Pod>, type: 'Normal' | 'Warning', reason: string, message: string): void;
}
export interface SchedulerOptions {
  readonly client: Client;
  readonly caches: SchedulerCaches;
  readonly events: SchedulerEvents;
  readonly clock: Clock;
  /** From 0 up to 1; decides between nodes that are equally good. */
  readonly random: () => number;
  /** Gives way to others; resolves when it is our turn again. */
  readonly yieldTurn: () => Promise<void>;
  /** What went wrong where nobody waits for the answer; the pod is tried again in any case. */
  readonly onError: (cause: unknown) => void;
}

export const schedulerName = 'default-scheduler';
const maxBinding = 128;
/** Decisions made in one turn of the event loop take no longer than this. */
const turnMs = 4;

export function startScheduler(options: SchedulerOptions): AsyncDisposable {
  const unsynced = Object.entries(options.caches).filter(([, cache]) => !cache.synced);
  if (unsynced.length > 0) throw new Error(`the scheduler was started before ${unsynced.map(([name]) => name).join(', ')} had synced`);
  const scheduler = new Scheduler(options);
  scheduler.start();
  return scheduler;
}

class Scheduler implements AsyncDisposable {
  readonly #options: SchedulerOptions;
  readonly #state: ClusterState;
  readonly #queue: SchedulingQueue;
  readonly #unsubscribe: (() => void)[] = [];
  readonly #underway = new Set<Promise<void>>();
  #binding = 0;
  #loop: Promise<void> | undefined;
  #start = 0;
  #stopped = false;

  constructor(options: SchedulerOptions) {
    this.#options = options;
    this.#state = new ClusterState(options.caches);
    this.#queue = new SchedulingQueue(options.clock, () => this.#kick());
  }

  start(): void {
    const { pods, nodes, services, replicaSets, namespaces, claims } = this.#options.caches;
    this.#unsubscribe.push(
      nodes.subscribe((event) => this.#onNode(event)),
      pods.subscribe((event) => this.#onPod(event)),
      services.subscribe(() => this.#state.forgetFellows()),
      replicaSets.subscribe((event) => this.#onReplicaSet(event)),
      namespaces.subscribe(() => this.#onNamespace()),
      claims.subscribe(() => this.#queue.moved(['claim'])),
    );
    for (const node of nodes.list()) this.#state.setNode(node);
    for (const pod of pods.list()) this.#setPod(pod, false);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true;
    for (const end of this.#unsubscribe.splice(0)) end();
    this.#queue.close();
    await this.#loop;
    while (this.#underway.size > 0) await Promise.all(this.#underway);
  }

  // What happens in the cluster

  #onNode(event: CacheEvent<Node>): void {
    if (event.type === 'deleted') this.#state.removeNode(event.object.metadata.name);
    else this.#state.setNode(event.object);
    this.#queue.moved(nodeEvents(event));
  }

  #onPod(event: CacheEvent<Pod>): void {
    if (event.type === 'deleted') {
      this.#state.remove(event.object.metadata.uid);
      this.#queue.remove(keyOf(event.object));
    } else {
      // A pod may have been deleted and created anew under its name in between.
      if (event.type === 'updated' && event.previous.metadata.uid !== event.object.metadata.uid) {
        this.#state.remove(event.previous.metadata.uid);
        this.#queue.remove(keyOf(event.previous));
      }
      this.#setPod(event.object, event.type === 'updated' && !event.object.spec.nodeName && wantsOtherwise(event.object, event.previous));
    }
    this.#queue.moved(podEvents(event));
  }

  #setPod(pod: Live<Pod>, changed: boolean): void {
    const { uid } = pod.metadata;
    const key = keyOf(pod);
    if (isOver(pod)) {
      this.#state.remove(uid);
      this.#queue.remove(key);
    } else if (pod.spec.nodeName) {
      this.#state.confirm(pod, pod.spec.nodeName);
      this.#queue.remove(key);
    } else if (!isOurs(pod)) this.#queue.remove(key);
    else if (!this.#state.isAssumed(uid)) this.#queue.add({ key, priority: pod.spec.priority ?? 0 }, changed);
  }

  #onReplicaSet(event: CacheEvent<ReplicaSet>): void {
    // Their status changes with every pod; what they select never does.
    if (event.type !== 'updated') this.#state.forgetFellows();
  }
  #onNamespace(): void {
    this.#state.forgetMatchers();
    this.#queue.moved(['namespace-labels']);
  }

  // One pod after the other

  #kick(): void {
    if (this.#stopped || this.#loop || this.#binding >= maxBinding) return;
    this.#loop = this.#run().finally(() => {
      this.#loop = undefined;
      // What became ready while the loop was ending.
      if (this.#queue.hasReady) this.#kick();
    });
  }

  async #run(): Promise<void> {
    while (!this.#stopped && this.#queue.hasReady && this.#binding < maxBinding) {
      await this.#options.yieldTurn();
      const endMs = this.#options.clock.now() + turnMs;
      while (!this.#stopped && this.#binding < maxBinding && this.#options.clock.now() <= endMs) {
        const key = this.#queue.take();
        if (key === undefined) break;
        this.#decide(key);
      }
    }
  }

  #decide(key: string): void {
    const pod = this.#options.caches.pods.get(key);
    if (!pod || !isOurs(pod) || pod.spec.nodeName || this.#state.isPlaced(pod.metadata.uid)) {
      this.#queue.remove(key);
      return;
    }
    const info = this.#state.describe(pod);
    try {
      const decision = schedule(info, this.#state, { start: this.#start, random: this.#options.random });
      this.#start = (this.#start + decision.examined) % Math.max(1, this.#state.nodes.length);
      if ('node' in decision) {
        this.#state.assume(info, decision.node);
        this.#track(this.#bind(info, decision.node));
        return;
      }
      this.#queue.refuse(key, decision.refusedBy);
      this.#report(pod, 'Unschedulable', decision.message);
    } catch (cause) {
      // One pod that cannot be decided must not hold up the others.
      this.#queue.retry(key);
      this.#report(pod, 'SchedulerError', messageOf(cause));
      this.#options.onError(cause);
    }
    this.#state.release(info);
  }

  async #bind({ pod, uid, key }: PodInfo, node: string): Promise<void> {
    this.#binding++;
    try {
      await bindPod(this.#options.client, pod, node);
      this.#queue.remove(key);
      this.#options.events.event(pod, 'Normal', 'Scheduled', `Successfully assigned ${key} to ${node}`);
    } catch (cause) {
      if (this.#state.isAssumed(uid)) this.#state.remove(uid);
      this.#queue.retry(key);
      // A pod that was deleted meanwhile needs no report; its deletion reaches us by the cache.
      if (!isGone(cause)) this.#report(pod, 'SchedulerError', `binding rejected: running Bind plugin "DefaultBinder": ${messageOf(cause)}`);
    } finally {
      this.#binding--;
      if (this.#queue.hasReady) this.#kick();
    }
  }

  #report(pod: Live<Pod>, reason: 'Unschedulable' | 'SchedulerError', message: string): void {
    this.#options.events.event(pod, 'Warning', 'FailedScheduling', message);
    this.#track(markUnschedulable(this.#options.client, pod, { reason, message, nowMs: this.#options.clock.now() }));
  }

  #track(work: Promise<void>): void {
    const tracked = work.catch((cause) => {
      if (!isGone(cause)) this.#options.onError(cause);
    });
    this.#underway.add(tracked);
    void tracked.finally(() => this.#underway.delete(tracked));
  }
}

function isOver({ status }: Live<Pod>): boolean {
  return status?.phase === 'Succeeded' || status?.phase === 'Failed';
}
/** Ours to place, and ready for it. */
function isOurs({ metadata, spec }: Live<Pod>): boolean {
  if (metadata.deletionTimestamp !== undefined || (spec.schedulingGates ?? []).length > 0) return false;
  return (spec.schedulerName ?? schedulerName) === schedulerName;
}
