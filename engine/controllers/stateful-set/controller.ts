/** Keeps the pods of StatefulSets, each with its own name and claims. Upstream: pkg/controller/statefulset. */
import type { Kind } from '../../api/kind.ts';
import { controllerRevision } from '../../api/kinds/apps/controller-revision.ts';
import { statefulSet as setKind } from '../../api/kinds/apps/stateful-set.ts';
import { persistentVolumeClaim as claimKind } from '../../api/kinds/core/persistent-volume-claim.ts';
import { pod as podKind } from '../../api/kinds/core/pod.ts';
import { type Json, type KubeObject, keyOf, keyString, type Live } from '../../api/object.ts';
import { sameJson } from '../../api/patch/merge-patch.ts';
import { type Selector, selectorOf } from '../../api/selector.ts';
import type { ControllerRevision, PersistentVolumeClaim, Pod, StatefulSet, StatefulSetStatus } from '../../api/types.gen.ts';
import type { Cache, CacheEvent } from '../../cache/cache.ts';
import { after, Controller, done, onChange, onObject, onOwned, type Result } from '../../client/controller.ts';
import { Expectations } from '../../client/expectations.ts';
import { claim } from '../../client/owner-references.ts';
import type { ControllerContext, ControllerSetup } from '../context.ts';
import { inBatches } from '../in-batches.ts';
import { byController, orphansOf, ownedBy } from '../indexes.ts';
import { podTriggerKeys } from '../pod-trigger-keys.ts';
import { templateOf } from '../template-revision.ts';
import { cleanUpHistory, type History, historyOf } from './history.ts';
import { ordinalOf, type Revision } from './identity.ts';
import { PauseBetween } from './pause-between.ts';
import { planStatefulSet, type Step } from './plan.ts';
import { SetControl } from './set-control.ts';

const component = 'statefulset-controller';

export const statefulSetController: ControllerSetup = (context) => {
  const { informers } = context;
  const sets = informers.cache(setKind);
  const revisions = informers.cache(controllerRevision, {}, byController);
  const pods = informers.cache(podKind, {}, byController);
  const claims = informers.cache(claimKind);
  return () => {
    const expectations = new Expectations(context.clock);
    const between = new PauseBetween(context.clock);
    const reconciler = new SetReconciler({ context, sets, revisions, pods, claims, expectations, between });
    const podKeys = podTriggerKeys({ kind: 'StatefulSet', owners: sets, selector, expectations });
    return new Controller({
      name: component,
      clock: context.clock,
      onError: context.onError,
      triggers: [
        onObject(sets),
        onOwned(revisions, 'StatefulSet'),
        onChange(pods, (event) => {
          const keys = podKeys(event);
          if (keys.length > 0) between.see(event);
          return keys;
        }),
        onChange(claims, (event) => waitingFor(event, sets)),
      ],
      reconcile: (key) => reconciler.reconcile(key),
    });
  };
};

function selector({ spec }: StatefulSet): Selector {
  return selectorOf(spec.selector);
}

/** Sets whose next pod may have waited for a claim of an earlier one to be gone. */
function waitingFor({ type, object }: CacheEvent<PersistentVolumeClaim>, sets: Cache<StatefulSet>): readonly string[] {
  if (type !== 'deleted') return [];
  const { namespace, name } = object.metadata;
  const isIts = ({ metadata, spec }: StatefulSet): boolean =>
    (spec.volumeClaimTemplates ?? []).some((template) => name.startsWith(`${template.metadata.name}-${metadata.name}-`));
  return sets.list(namespace).filter(isIts).map(keyOf);
}

interface SetReconcilerOptions {
  readonly context: ControllerContext;
  readonly sets: Cache<StatefulSet>;
  readonly revisions: Cache<ControllerRevision>;
  readonly pods: Cache<Pod>;
  readonly claims: Cache<PersistentVolumeClaim>;
  readonly expectations: Expectations;
  readonly between: PauseBetween;
}

class SetReconciler {
  readonly #options: SetReconcilerOptions;
  readonly #control: SetControl;
  constructor(options: SetReconcilerOptions) {
    this.#options = options;
    const { context, expectations, claims } = options;
    this.#control = new SetControl({ client: context.client, events: context.events.recorder(component), expectations, claims });
  }

  async reconcile(key: string): Promise<Result> {
    const { sets, expectations, context, claims } = this.#options;
    const set = sets.get(key);
    if (!set) {
      expectations.forget(key);
      return done;
    }
    if (!expectations.satisfied(key)) return after(expectations.leftMs(key));
    const pods = (await this.#claim(set, podKind, this.#options.pods)).filter((pod) => ordinalOf(set, pod) !== undefined);
    const history = await historyOf(context.client, set, await this.#claim(set, controllerRevision, this.#options.revisions));
    const { steps, status, wakeMs } = planStatefulSet({
      set,
      pods,
      current: revision(set, history.current),
      update: revision(set, history.update),
      collisionCount: history.collisionCount,
      claim: (name) => claims.get(keyString({ namespace: set.metadata.namespace, name })),
      nowMs: context.clock.now(),
    });
    const waitsMs = steps.map((step) => (step.type === 'create' ? this.#options.between.leftMs(keyOf(step.pod)) : 0));
    const failure = await this.#take(
      set,
      steps.filter((_, index) => waitsMs[index] === 0),
    );
    await this.#writeStatus(set, status);
    await this.#cleanUp(set, history, pods);
    // The queue's back-off tries again.
    if (failure !== undefined) throw failure;
    const waits = [wakeMs, ...waitsMs].filter((ms) => ms !== undefined && ms > 0);
    return waits.length === 0 ? done : after(Math.min(...waits.map((ms) => ms ?? 0)));
  }

  /** One after the other where order matters: a step that fails holds those behind it. */
  async #take(set: Live<StatefulSet>, steps: readonly Step[]): Promise<unknown> {
    if (steps.length === 0) return undefined;
    const creations = steps.filter(({ type }) => type === 'create').length;
    const deletions = steps.flatMap((step) => (step.type === 'delete' ? [step.pod.metadata.uid] : []));
    this.#options.expectations.expect(keyOf(set), { creations, deletions });
    const isParallel = set.spec.podManagementPolicy === 'Parallel';
    if (isParallel) return (await inBatches(steps, (step) => this.#control.take(set, step)))[0];
    for (const [index, step] of steps.entries()) {
      try {
        await this.#control.take(set, step);
      } catch (error) {
        this.#expectNoMore(set, steps.slice(index + 1));
        return error;
      }
    }
    return undefined;
  }
  #expectNoMore(set: Live<StatefulSet>, steps: readonly Step[]): void {
    const { expectations } = this.#options;
    for (const step of steps)
      if (step.type === 'create') expectations.created(keyOf(set));
      else if (step.type === 'delete') expectations.deleted(keyOf(set), step.pod.metadata.uid);
  }

  async #claim<T extends KubeObject>(set: Live<StatefulSet>, kind: Kind<T>, cache: Cache<T>): Promise<readonly Live<T>[]> {
    const orphans = orphansOf(cache, set.metadata.namespace).filter(
      (one) => kind.kind !== 'Pod' || ordinalOf(set, one as Live<Pod & T>) !== undefined,
    );
    const candidates = [...ownedBy(cache, set), ...orphans];
    return claim({ client: this.#options.context.client, ownerKind: setKind, owner: set, kind, selector: selector(set), candidates });
  }

  async #writeStatus(set: Live<StatefulSet>, status: StatefulSetStatus): Promise<void> {
    // Both are JSON: one came over the API, the other is made of numbers and names.
    if (sameJson({ ...set.status } as unknown as Json, { ...status } as unknown as Json)) return;
    await this.#options.context.client.update(setKind, { ...set, status }, { subresource: 'status' });
  }
  async #cleanUp(set: Live<StatefulSet>, history: History, pods: readonly Live<Pod>[]): Promise<void> {
    if (set.metadata.deletionTimestamp === undefined) await cleanUpHistory(this.#options.context.client, set, { history, pods });
  }
}

function revision(set: Live<StatefulSet>, made: Live<ControllerRevision>): Revision {
  return { name: made.metadata.name, template: templateOf(made) ?? set.spec.template };
}
