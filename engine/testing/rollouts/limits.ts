/**
 * Whether a Deployment kept to maxSurge and maxUnavailable at every event. Pure: reads changes in the order in which they were stored.
 * A controller acts on what it has seen: after a change of the spec the old limits may still be acted on until the Deployment and all its ReplicaSets have
 * observed it, so that long the widest of them holds.
 */
import { scaledValue } from '../../api/int-or-string.ts';
import type { Live } from '../../api/object.ts';
import type { Deployment, Pod, ReplicaSet } from '../../api/types.gen.ts';
import { controllerOf } from '../../client/owner-references.ts';

export type Change =
  | { readonly type: 'deployment'; readonly object: Live<Deployment> }
  | { readonly type: 'set'; readonly object: Live<ReplicaSet>; readonly gone: boolean }
  | { readonly type: 'pod'; readonly object: Live<Pod>; readonly gone: boolean };

interface Limits {
  readonly generation: number;
  readonly fewest: number;
  readonly most: number;
}
interface PodFact {
  /** Neither over nor leaving. */
  readonly isActive: boolean;
  readonly isAvailable: boolean;
}
interface SetFact {
  readonly isObserved: boolean;
  readonly available: number;
}

/** Those of one Deployment. */
export class RolloutLimits {
  readonly #breaches: string[] = [];
  /** The present ones last, before them those that may still be acted on. */
  #limits: readonly Limits[] = [];
  #observed = 0;
  readonly #sets = new Map<string, SetFact>();
  readonly #pods = new Map<string, PodFact>();
  /** The fewest that were available since statuses last said what was so. */
  #lowest = 0;

  get breaches(): readonly string[] {
    return this.#breaches;
  }

  see(change: Change): void {
    if (change.type === 'deployment') this.#seeDeployment(change.object);
    else if (change.type === 'set') this.#seeSet(change.object, change.gone);
    else this.#seePod(change.object, change.gone);
    this.#settle();
  }

  #seeDeployment({ metadata: { generation = 0 }, spec, status }: Live<Deployment>): void {
    this.#observed = status?.observedGeneration ?? 0;
    const { replicas = 1, strategy } = spec;
    const { maxSurge = 0, maxUnavailable = 0 } = strategy?.rollingUpdate ?? {};
    const surge = scaledValue(maxSurge, replicas, 'up');
    const missing = scaledValue(maxUnavailable, replicas, 'down');
    const fewest = replicas - (surge === 0 && missing === 0 ? 1 : missing);
    const isNew = this.#limits.at(-1)?.generation !== generation;
    if (isNew) this.#limits = [...this.#limits, { generation, fewest, most: replicas + surge }];
  }

  #seeSet({ metadata: { uid, generation = 0 }, status }: Live<ReplicaSet>, gone: boolean): void {
    const isObserved = (status?.observedGeneration ?? 0) >= generation;
    if (gone) this.#sets.delete(uid);
    else this.#sets.set(uid, { isObserved, available: status?.availableReplicas ?? 0 });
  }

  #seePod(pod: Live<Pod>, gone: boolean): void {
    const { name, uid, deletionTimestamp, resourceVersion } = pod.metadata;
    const before = this.#pods.get(uid);
    const phase = pod.status?.phase;
    const isActive = !gone && deletionTimestamp === undefined && phase !== 'Failed' && phase !== 'Succeeded';
    const isReady = pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
    if (gone) this.#pods.delete(uid);
    else this.#pods.set(uid, { isActive, isAvailable: isActive && isReady });
    const at = `at ${resourceVersion}, pod ${name}:`;
    const active = this.#count(({ isActive: is }) => is);
    const most = Math.max(...this.#limits.map((limits) => limits.most));
    if (isActive && !before?.isActive && active > most) this.#breaches.push(`${at} ${active} pods where ${most} may be`);
    const available = this.#count(({ isAvailable }) => isAvailable);
    // Where fewer work than should, for whatever reason, none that works may go.
    const fewest = Math.min(this.#lowest, ...this.#limits.map((limits) => limits.fewest));
    if (before?.isAvailable && !isActive && available < fewest)
      this.#breaches.push(`${at} ${available} are available where ${fewest} must be`);
    this.#lowest = Math.min(this.#lowest, available);
  }

  #settle(): void {
    const sets = [...this.#sets.values()];
    if (!sets.every(({ isObserved }) => isObserved)) return;
    const present = this.#limits.findLastIndex(({ generation }) => generation <= this.#observed);
    this.#limits = this.#limits.slice(Math.max(0, present));
    const available = this.#count(({ isAvailable }) => isAvailable);
    if (sets.reduce((sum, set) => sum + set.available, 0) === available) this.#lowest = available;
  }

  #count(is: (pod: PodFact) => boolean): number {
    let count = 0;
    for (const pod of this.#pods.values()) if (is(pod)) count++;
    return count;
  }
}

/** The breaches of every Deployment in these changes, which are brought into the order of their versions. */
export function breachesOf(changes: readonly Change[]): readonly string[] {
  const byDeployment = new Map<string, RolloutLimits>();
  const deploymentOfSet = new Map<string, string>();
  for (const change of changes.toSorted((a, b) => versionOf(a) - versionOf(b))) {
    const uid = change.type === 'deployment' ? change.object.metadata.uid : deploymentOf(change, deploymentOfSet);
    if (uid === undefined) continue;
    const limits = byDeployment.get(uid) ?? new RolloutLimits();
    byDeployment.set(uid, limits);
    limits.see(change);
  }
  return [...byDeployment.values()].flatMap(({ breaches }) => breaches);
}
function versionOf({ object }: Change): number {
  return Number(object.metadata.resourceVersion);
}
function deploymentOf({ type, object }: Change, deploymentOfSet: Map<string, string>): string | undefined {
  const owner = controllerOf(object)?.uid;
  if (type === 'pod') return deploymentOfSet.get(owner ?? '');
  if (owner !== undefined) deploymentOfSet.set(object.metadata.uid, owner);
  return owner;
}
