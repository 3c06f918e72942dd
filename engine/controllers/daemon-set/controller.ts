/** Keeps one pod on each node that a DaemonSet is for. Upstream: pkg/controller/daemon. */

import type { Kind } from '../../api/kind.ts';
import { controllerRevision } from '../../api/kinds/apps/controller-revision.ts';
import { daemonSet as daemonSetKind, templateGenerationOf } from '../../api/kinds/apps/daemon-set.ts';
import { node as nodeKind } from '../../api/kinds/core/node.ts';
import { pod as podKind } from '../../api/kinds/core/pod.ts';
import { type Json, type KubeObject, keyOf, type Live } from '../../api/object.ts';
import { sameJson } from '../../api/patch/merge-patch.ts';
import { type Selector, selectorOf } from '../../api/selector.ts';
import type { ControllerRevision, DaemonSet, Node, Pod } from '../../api/types.gen.ts';
import type { Cache, CacheEvent } from '../../cache/cache.ts';
import { after, Controller, done, onChange, onObject, onOwned, type Result } from '../../client/controller.ts';
import type { EventRecorder } from '../../client/events.ts';
import { Expectations } from '../../client/expectations.ts';
import { claim, controllerOf } from '../../client/owner-references.ts';
import type { ControllerContext, ControllerSetup } from '../context.ts';
import { byController, byNode, orphansOf, ownedBy } from '../indexes.ts';
import { pauseAfter } from '../pause-after.ts';
import { PodControl } from '../pod-control.ts';
import { adopters, podTriggerKeys } from '../pod-trigger-keys.ts';
import { FailedPods } from './failed-pods.ts';
import { cleanUpHistory, constructHistory, type History } from './history.ts';
import { type Changes, type Management, manage } from './manage.ts';
import { hashLabel, placement, podTemplateFor } from './placement.ts';
import { input, isRolling, type PlanInput } from './plan-input.ts';
import { roll } from './rolling.ts';
import { nextAvailableMs, planStatus } from './status.ts';

const component = 'daemonset-controller';
/** Pods created, and deleted, in one go. */
const burst = 250;

export const daemonSetController: ControllerSetup = (context) => {
  const { informers } = context;
  const sets = informers.cache(daemonSetKind);
  const revisions = informers.cache(controllerRevision, {}, byController);
  const pods = informers.cache(podKind, {}, { ...byController, ...byNode });
  const nodes = informers.cache(nodeKind);
  return () => {
    const expectations = new Expectations(context.clock);
    const daemons = new Daemons({ context, sets, revisions, pods, nodes, expectations });
    return new Controller({
      name: component,
      clock: context.clock,
      onError: context.onError,
      triggers: [
        onObject(sets),
        onOwned(revisions, 'DaemonSet'),
        onChange(revisions, ({ type, object }) =>
          type === 'deleted' || controllerOf(object) ? [] : adopters({ owners: sets, selector }, object),
        ),
        onChange(pods, podTriggerKeys({ kind: 'DaemonSet', owners: sets, selector, expectations })),
        onChange(nodes, (event) => daemons.concernedBy(event)),
      ],
      reconcile: (key) => daemons.reconcile(key),
    });
  };
};

function selector({ spec }: DaemonSet): Selector {
  return selectorOf(spec.selector);
}

interface DaemonsOptions {
  readonly context: ControllerContext;
  readonly sets: Cache<DaemonSet>;
  readonly revisions: Cache<ControllerRevision>;
  readonly pods: Cache<Pod>;
  readonly nodes: Cache<Node>;
  readonly expectations: Expectations;
}

class Daemons {
  readonly #options: DaemonsOptions;
  readonly #events: EventRecorder;
  readonly #control: PodControl<DaemonSet>;
  readonly #failed: FailedPods;
  constructor(options: DaemonsOptions) {
    this.#options = options;
    const { context, expectations } = options;
    this.#events = context.events.recorder(component);
    this.#control = new PodControl({ client: context.client, events: this.#events, expectations, kind: daemonSetKind });
    this.#failed = new FailedPods(context.clock);
  }

  /** The sets that a node's coming, going, labels or taints give something to do. Heartbeats change neither. */
  concernedBy(event: CacheEvent<Node>): readonly string[] {
    const { sets, pods } = this.#options;
    if (event.type === 'deleted') return sets.list().map(keyOf);
    if (event.type === 'updated' && looks(event.previous) === looks(event.object)) return [];
    const here = new Set(pods.byIndex('node', event.object.metadata.name).map((pod) => controllerOf(pod)?.uid));
    return sets
      .list()
      .filter((set) => {
        const { start, stay } = placement(set)(event.object);
        const hasPod = here.has(set.metadata.uid);
        return (start && !hasPod) || (!stay && hasPod) || (hasPod && (set.status?.numberMisscheduled ?? 0) > 0);
      })
      .map(keyOf);
  }

  async reconcile(key: string): Promise<Result> {
    const { sets, expectations } = this.#options;
    const set = sets.get(key);
    if (!set) expectations.forget(key);
    // While it is deleted its revisions may be gone before its pods: nothing can be said of them any more.
    if (!set || set.metadata.deletionTimestamp !== undefined) return done;
    if (isEmpty(set)) return this.#refuse(set);
    const history = await constructHistory({ ...this.#context(set), revisions: await this.#claim(set, controllerRevision, 'revisions') });
    const before = await this.#look(set, history);
    const isSettled = expectations.satisfied(key);
    const outcome = isSettled ? await this.#act(before, history).catch((error: unknown) => ({ error })) : undefined;
    const now = isSettled ? await this.#look(set, history) : before;
    await this.#writeStatus(now, isSettled);
    // The queue's back-off tries again.
    if (outcome && 'error' in outcome) throw outcome.error;
    const waits = [nextAvailableMs(now), outcome?.waitMs, isSettled ? undefined : expectations.leftMs(key)].filter(
      (ms) => ms !== undefined,
    );
    return waits.length === 0 ? pauseAfter(now.podsOn.size) : after(Math.min(...waits));
  }

  #refuse(set: Live<DaemonSet>): Result {
    this.#events.event(set, 'Warning', 'SelectingAll', 'This daemon set is selecting all pods. A non-empty selector is required.');
    return done;
  }

  #context(set: Live<DaemonSet>) {
    const { context, pods } = this.#options;
    return { client: context.client, set, pods: ownedBy(pods, set) };
  }
  async #claim<K extends 'pods' | 'revisions', T extends KubeObject>(set: Live<DaemonSet>, kind: Kind<T>, name: K) {
    // The cache under each name is that of its kind.
    const cache = this.#options[name] as unknown as Cache<T>;
    const candidates = [...ownedBy(cache, set), ...orphansOf(cache, set.metadata.namespace)];
    const { client } = this.#options.context;
    return claim({ client, ownerKind: daemonSetKind, owner: set, kind, selector: selector(set), candidates });
  }
  async #look(set: Live<DaemonSet>, { current }: History): Promise<PlanInput> {
    const revision = { hash: current.metadata.labels?.[hashLabel] ?? '', generation: templateGenerationOf(set) };
    const pods = await this.#claim(set, podKind, 'pods');
    return input({ set, pods, revision, nodes: this.#options.nodes.list(), nowMs: this.#options.context.clock.now() });
  }

  /** Rolls on when every node has what it shall have: what was just begun shows in the cache first, and wakes us. */
  async #act(at: PlanInput, history: History): Promise<Pick<Management, 'waitMs'>> {
    const { set } = at;
    const keyOn = (node: string): string => `${set.metadata.uid}/${set.status?.observedGeneration ?? 0}/${node}`;
    const management = manage(at, (node) => this.#failed.leftMs(keyOn(node)));
    for (const { pod, node } of management.ended) {
      this.#tellEnd(set, pod, node);
      if (pod.status?.phase === 'Failed') this.#failed.replaced(keyOn(node));
    }
    const isQuiet = management.create.length + management.delete.length === 0;
    await this.#change(at, isQuiet && isRolling(set) ? roll(at) : management);
    await cleanUpHistory({ ...this.#context(set), revisions: [] }, history);
    return management;
  }
  async #change({ set, revision }: PlanInput, { create, delete: doomed }: Changes): Promise<void> {
    if (create.length + doomed.length === 0) return;
    const { template } = set.spec;
    const pods = create.slice(0, burst).map((node) => this.#control.podOf(set, podTemplateFor(template, node, revision)));
    await this.#control.apply(set, { create: pods, delete: doomed.slice(0, burst) });
  }
  #tellEnd(set: Live<DaemonSet>, { metadata, status }: Live<Pod>, node: string): void {
    const which = `daemon pod ${metadata.namespace}/${metadata.name} on node ${node}, will try to`;
    if (status?.phase === 'Failed') this.#events.event(set, 'Warning', 'FailedDaemonPod', `Found failed ${which} kill it`);
    else this.#events.event(set, 'Normal', 'SucceededDaemonPod', `Found succeeded ${which} delete it`);
  }

  async #writeStatus(at: PlanInput, observed: boolean): Promise<void> {
    const status = planStatus(at, observed);
    // Both are JSON: one came over the API, the other is made of numbers.
    if (sameJson(withoutZeros(at.set.status) as unknown as Json, withoutZeros(status) as unknown as Json)) return;
    await this.#options.context.client.update(daemonSetKind, { ...at.set, status }, { subresource: 'status' });
  }
}

function isEmpty({ spec }: DaemonSet): boolean {
  const { matchLabels = {}, matchExpressions = [] } = spec.selector;
  return Object.keys(matchLabels).length === 0 && matchExpressions.length === 0;
}
/** What of a node decides over its daemons. */
function looks({ metadata, spec }: Live<Node>): string {
  return JSON.stringify([metadata.labels ?? {}, spec?.taints ?? []]);
}
function withoutZeros(status: object = {}): object {
  return Object.fromEntries(Object.entries(status).filter(([, value]) => value !== 0 && value !== undefined));
}
