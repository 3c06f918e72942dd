/** Keeps as many pods as asked: ReplicaSets and ReplicationControllers. Upstream: pkg/controller/replicaset. */
import { pod as podKind } from '../../api/kinds/core/pod.ts';
import type { Json, KubeObject, Live } from '../../api/object.ts';
import { sameJson } from '../../api/patch/merge-patch.ts';
import type { Pod } from '../../api/types.gen.ts';
import type { Cache } from '../../cache/cache.ts';
import { after, Controller, done, onChange, onObject, type Result } from '../../client/controller.ts';
import { Expectations } from '../../client/expectations.ts';
import { claim, controllerOf } from '../../client/owner-references.ts';
import type { ControllerContext, ControllerSetup } from '../context.ts';
import { byController, orphansOf, ownedBy } from '../indexes.ts';
import { pauseAfter } from '../pause-after.ts';
import { PodControl } from '../pod-control.ts';
import { podTriggerKeys } from '../pod-trigger-keys.ts';
import { isActive } from '../pods.ts';
import { burstReplicas, nextAvailableMs, type PlanInput, planChange, planStatus } from './plan.ts';
import { podsToDelete } from './rank.ts';
import { type Replicated, type ReplicatedKind, replicaSets, replicationControllers } from './replicated.ts';

export const replicaSetController: ControllerSetup = (context) => setUp(context, replicaSets);
export const replicationControllerController: ControllerSetup = (context) => setUp(context, replicationControllers);

function setUp<T extends Replicated>(context: ControllerContext, replicated: ReplicatedKind<T>): () => AsyncDisposable {
  const { informers } = context;
  const sets = informers.cache(replicated.kind, {}, byController);
  const pods = informers.cache(podKind, {}, byController);
  return () => {
    const expectations = new Expectations(context.clock);
    const reconciler = new ReplicaReconciler({ context, replicated, sets, pods, expectations });
    const { kind, selector } = replicated;
    const wakes = podTriggerKeys({ kind: kind.kind, owners: sets, selector, expectations });
    return new Controller({
      name: replicated.component,
      clock: context.clock,
      onError: context.onError,
      triggers: [onObject(sets), onChange(pods, wakes)],
      reconcile: (key) => reconciler.reconcile(key),
    });
  };
}

interface ReplicaReconcilerOptions<T extends Replicated> {
  readonly context: ControllerContext;
  readonly replicated: ReplicatedKind<T>;
  readonly sets: Cache<T>;
  readonly pods: Cache<Pod>;
  readonly expectations: Expectations;
}

class ReplicaReconciler<T extends Replicated> {
  readonly #options: ReplicaReconcilerOptions<T>;
  readonly #control: PodControl<T>;
  constructor(options: ReplicaReconcilerOptions<T>) {
    this.#options = options;
    const { context, replicated, expectations } = options;
    const events = context.events.recorder(replicated.component);
    this.#control = new PodControl({ client: context.client, events, expectations, kind: replicated.kind });
  }

  async reconcile(key: string): Promise<Result> {
    const { context, replicated, sets, pods, expectations } = this.#options;
    const set = sets.get(key);
    if (!set) {
      expectations.forget(key);
      return done;
    }
    const isSettled = expectations.satisfied(key);
    // Each of a burst's pods wakes us as the cache shows it; thousands need not be counted before the last of them.
    if (!isSettled && (set.status?.replicas ?? 0) >= burstReplicas) return after(expectations.leftMs(key));
    const candidates = [...ownedBy(pods, set), ...orphansOf(pods, set.metadata.namespace)].filter(isActive);
    const { client, clock } = context;
    const selector = replicated.selector(set);
    const mine = await claim({ client, ownerKind: replicated.kind, owner: set, kind: podKind, selector, candidates });
    const input: PlanInput<T> = { set, pods: mine, nowMs: clock.now() };
    const change = isSettled && set.metadata.deletionTimestamp === undefined ? planChange(input) : { type: 'none' as const };
    const failure = await this.#apply(input, change).then(
      () => undefined,
      (error: unknown) => error,
    );
    await this.#writeStatus(input, failure);
    // The status tells of it; the queue's back-off tries again.
    if (failure !== undefined) throw failure;
    const nextMs = nextAvailableMs(input);
    if (nextMs !== undefined) return after(nextMs);
    if (!isSettled) return after(expectations.leftMs(key));
    return change.type === 'none' ? pauseAfter(mine.length) : done;
  }

  async #apply(input: PlanInput<T>, change: ReturnType<typeof planChange>): Promise<void> {
    if (change.type === 'none') return;
    const { set, pods, nowMs } = input;
    if (change.type === 'create') {
      const pod = this.#control.podOf(set, set.spec.template ?? {});
      await this.#control.apply(set, { create: Array.from({ length: change.count }, () => pod) });
    } else await this.#control.apply(set, { delete: podsToDelete(pods, this.#related(set), change.count, nowMs) });
  }

  /** The pods of all sets with the same owner: during a rollout those of the old and the new template stand on the same nodes. */
  #related(set: Live<T>): readonly Live<Pod>[] {
    const { sets, pods } = this.#options;
    const owner = controllerOf(set);
    const siblings: readonly Live<KubeObject>[] = owner ? sets.byIndex('controller', owner.uid) : [set];
    return siblings.flatMap((sibling) => ownedBy(pods, sibling));
  }

  async #writeStatus(input: PlanInput<T>, failure: unknown): Promise<void> {
    const { context, replicated } = this.#options;
    const status = planStatus(input, failure);
    // Both are JSON: one came over the API, the other is made of numbers and strings.
    if (sameJson(status as unknown as Json, withoutZeros(input.set.status) as unknown as Json)) return;
    await context.client.update(replicated.kind, { ...input.set, status }, { subresource: 'status' });
  }
}

/** Upstream leaves counts of zero out; the server may show them all the same. */
function withoutZeros(status: object = {}): object {
  return Object.fromEntries(Object.entries(status).filter(([name, value]) => name === 'replicas' || (value !== 0 && value !== undefined)));
}
