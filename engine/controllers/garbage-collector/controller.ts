/**
 * Deletes what has lost its owners, and carries out foreground and orphan deletion. Its graph is the shared caches of all kinds, indexed by owner: there is no
 * second picture of the input that could differ. Upstream: pkg/controller/garbagecollector.
 */
import { LRUCache } from 'lru-cache';
import { isApiError } from '../../api/errors.ts';
import { apiVersionOf, type KindDefinition } from '../../api/kind.ts';
import { type KubeObject, keyOf, keyString, type Live, parseKey } from '../../api/object.ts';
import type { OwnerReference } from '../../api/types.gen.ts';
import type { Cache, CacheEvent } from '../../cache/cache.ts';
import { Controller, done, onChange, type Result } from '../../client/controller.ts';
import type { EventRecorder } from '../../client/events.ts';
import type { ControllerContext, ControllerSetup } from '../context.ts';
import { type CustomKind, customKindsOf } from '../custom-kinds.ts';
import { inBatches } from '../in-batches.ts';
import { ownKinds } from '../own-kinds.ts';
import { pauseAfter } from '../pause-after.ts';
import {
  type Classified,
  type Decision,
  decide,
  foreground,
  hasFinalizer,
  isDeleting,
  isWaitingForDependents,
  type OwnerState,
  orphan,
} from './owners.ts';

const workers = 20;
const rememberedGone = 10_000;
const byOwner = { owner: ({ metadata }: Live<KubeObject>): readonly string[] => (metadata.ownerReferences ?? []).map(({ uid }) => uid) };

interface Collected {
  readonly kind: KindDefinition;
  readonly cache: Cache<KubeObject>;
}
interface Found extends Collected {
  readonly object: Live<KubeObject>;
}

export const garbageCollector: ControllerSetup = (context) => {
  const collected = new Map(
    ownKinds(context.kinds).map((kind): [string, Collected] => [
      `${kind.group}/${kind.plural}`,
      { kind, cache: context.informers.cache(kind, {}, byOwner) },
    ]),
  );
  const followCustom = customKindsOf(context, byOwner);
  return () => {
    const collector = new Collector(context, collected);
    const controller = new Controller({
      name: 'garbage-collector',
      clock: context.clock,
      onError: context.onError,
      workers,
      triggers: [...collected.values()].map(({ kind, cache }) => onChange(cache, (event) => collector.keysOf(kind, event))),
      reconcile: (key) => collector.reconcile(key),
    });
    const ends = new Map<CustomKind, () => void>();
    const endCustom = followCustom({
      added(custom) {
        // Those of its objects' dependents that are here already asked for an owner of which nothing was known.
        for (const key of collector.add(custom)) controller.add(key);
        ends.set(custom, controller.follow(onChange(custom.cache, (event) => collector.keysOf(custom.kind, event))));
      },
      removed(custom) {
        ends.get(custom)?.();
        ends.delete(custom);
        collector.remove(custom);
      },
    });
    return {
      async [Symbol.asyncDispose]() {
        endCustom();
        await controller[Symbol.asyncDispose]();
      },
    };
  };
};

/** Keys are `<group>/<plural> <object key>`. */
class Collector {
  readonly #context: ControllerContext;
  readonly #collected: Map<string, Collected>;
  readonly #byReference: Map<string, Collected>;
  /** Owners that are known to be gone: a uid never comes back, so thousands of dependents ask once. */
  readonly #gone = new LRUCache<string, true>({ max: rememberedGone });
  readonly #events: EventRecorder;
  constructor(context: ControllerContext, collected: ReadonlyMap<string, Collected>) {
    this.#context = context;
    this.#events = context.events.recorder('garbage-collector-controller');
    this.#collected = new Map(collected);
    this.#byReference = new Map([...collected.values()].map((one) => [`${apiVersionOf(one.kind)} ${one.kind.kind}`, one]));
  }

  /** Gives the keys of objects that name the kind as their owner's. */
  add({ kind, apiVersions, cache }: CustomKind): readonly string[] {
    const own = { kind, cache };
    this.#collected.set(`${kind.group}/${kind.plural}`, own);
    const references = apiVersions.map((apiVersion) => `${apiVersion} ${kind.kind}`);
    for (const reference of references) this.#byReference.set(reference, own);
    const isOf = ({ apiVersion, kind: of }: OwnerReference): boolean => references.includes(`${apiVersion} ${of}`);
    return [...this.#collected.values()].flatMap((one) =>
      one.cache
        .list()
        .filter(({ metadata }) => metadata.ownerReferences?.some(isOf))
        .map((object) => workKey({ ...one, object })),
    );
  }
  remove({ kind, apiVersions }: CustomKind): void {
    this.#collected.delete(`${kind.group}/${kind.plural}`);
    for (const apiVersion of apiVersions) this.#byReference.delete(`${apiVersion} ${kind.kind}`);
  }

  keysOf(kind: KindDefinition, event: CacheEvent<KubeObject>): readonly string[] {
    const { object, type } = event;
    if (type === 'deleted') {
      this.#gone.set(object.metadata.uid, true);
      return [...this.#dependentsOf(object.metadata.uid).map(workKey), ...this.#waitingOwners(object)];
    }
    const self = workKey({ kind, object });
    const isGoing = isDeleting(object) && (hasFinalizer(object, foreground) || hasFinalizer(object, orphan));
    const { ownerReferences = [] } = object.metadata;
    const lostReferences = type === 'updated' ? this.#waitingOwners(event.previous) : [];
    // An owner that is there and stays keeps it; that is so for nearly all, and need not be looked into.
    const isKept = ownerReferences.length === 0 || ownerReferences.every((reference) => this.#cachedState(object, reference) === 'there');
    return [...(isGoing || (!isKept && !isDeleting(object)) ? [self] : []), ...lostReferences];
  }

  async reconcile(key: string): Promise<Result> {
    const found = this.#find(key);
    if (!found) return done;
    const { object } = found;
    if (isDeleting(object) && hasFinalizer(object, orphan)) await this.#orphanDependents(found);
    else if (isWaitingForDependents(object)) return pauseAfter(await this.#endForeground(found));
    else if (!isDeleting(object)) await this.#decide(found);
    return done;
  }

  #find(key: string): Found | undefined {
    const space = key.indexOf(' ');
    const collected = this.#collected.get(key.slice(0, space));
    const object = collected?.cache.get(key.slice(space + 1));
    return collected && object ? { ...collected, object } : undefined;
  }
  #dependentsOf(uid: string): readonly Found[] {
    return [...this.#collected.values()].flatMap((collected) =>
      collected.cache.byIndex('owner', uid).map((object) => ({ ...collected, object })),
    );
  }
  /** Owners whose foreground deletion may go on when this object is gone or no longer theirs. */
  #waitingOwners(object: Live<KubeObject>): readonly string[] {
    return (object.metadata.ownerReferences ?? []).flatMap((reference) => {
      const owner = this.#ownerOf(object, reference);
      return owner && isWaitingForDependents(owner.object) ? [workKey(owner)] : [];
    });
  }

  /** The collected kind a reference names; not found for kinds that the API does not have. */
  #kindOf({ apiVersion, kind }: OwnerReference): Collected | undefined {
    return this.#byReference.get(`${apiVersion} ${kind}`);
  }
  #ownerOf(object: Live<KubeObject>, reference: OwnerReference): Found | undefined {
    const collected = this.#kindOf(reference);
    const namespace = collected?.kind.namespaced ? object.metadata.namespace : undefined;
    const owner = collected?.cache.get(keyString({ namespace, name: reference.name }));
    return collected && owner?.metadata.uid === reference.uid ? { ...collected, object: owner } : undefined;
  }
  #cachedState(object: Live<KubeObject>, reference: OwnerReference): OwnerState | undefined {
    const owner = this.#ownerOf(object, reference);
    if (owner) return isWaitingForDependents(owner.object) ? 'waiting' : 'there';
    return this.#gone.has(reference.uid) ? 'gone' : undefined;
  }

  async #stateOf(object: Live<KubeObject>, reference: OwnerReference): Promise<OwnerState> {
    const cached = this.#cachedState(object, reference);
    if (cached) return cached;
    const { kind } = this.#kindOf(reference) ?? {};
    if (!kind) return 'unknown';
    if (kind.namespaced && object.metadata.namespace === undefined) {
      this.#reportNamespace(object, reference);
      return 'unknown';
    }
    // The caches of two kinds need not be at the same point of time: only the server knows.
    const namespace = kind.namespaced ? object.metadata.namespace : undefined;
    try {
      const owner = await this.#context.client.get(kind, { namespace, name: reference.name });
      if (owner.metadata.uid === reference.uid) return isWaitingForDependents(owner) ? 'waiting' : 'there';
    } catch (error) {
      if (!isApiError(error, 'NotFound')) throw error;
    }
    this.#reportNamespace(object, reference);
    this.#gone.set(reference.uid, true);
    return 'gone';
  }
  /** An owner that is there, but in another namespace, owns nothing: whoever wrote the reference is told. Upstream: reportInvalidNamespaceOwnerRef. */
  #reportNamespace(object: Live<KubeObject>, { apiVersion, kind, name, uid }: OwnerReference): void {
    const owner = this.#kindOf({ apiVersion, kind, name, uid })
      ?.cache.list()
      .find(({ metadata }) => metadata.uid === uid);
    const { namespace = '' } = object.metadata;
    if (!owner || owner.metadata.namespace === namespace) return;
    const identity = `[${apiVersion}/${kind}, namespace: ${namespace}, name: ${name}, uid: ${uid}]`;
    this.#events.event(
      object,
      'Warning',
      'OwnerRefInvalidNamespace',
      `ownerRef ${identity} does not exist in namespace ${JSON.stringify(namespace)}`,
    );
  }

  async #decide(found: Found): Promise<void> {
    const { object } = found;
    const references = object.metadata.ownerReferences ?? [];
    const states = await Promise.all(references.map((reference) => this.#stateOf(object, reference)));
    const of = (state: OwnerState): readonly OwnerReference[] => references.filter((_, index) => states[index] === state);
    const owners: Classified = { there: of('there'), gone: of('gone'), waiting: of('waiting'), unknown: of('unknown') };
    const dependents = this.#dependentsOf(object.metadata.uid).map((dependent) => dependent.object);
    await this.#apply(found, decide(object, owners, dependents));
  }
  async #apply(found: Found, decision: Decision): Promise<void> {
    const { kind, object } = found;
    if (decision.type === 'drop-references') await this.#dropReferences(found, decision.uids);
    if (decision.type !== 'delete') return;
    const { uid } = object.metadata;
    const resourceVersion = decision.unblocks ? await this.#unblock(found) : object.metadata.resourceVersion;
    // The version: what has got another owner in the meantime must stay.
    await this.#context.client
      .delete(kind, parseKey(keyOf(object)), { uid, resourceVersion, propagationPolicy: decision.policy })
      .catch(ignoreGone);
  }
  /** Takes blockOwnerDeletion off all its references; gives the version after that. Upstream: unblockOwnerReferencesStrategicMergePatch. */
  async #unblock({ kind, object }: Found): Promise<string> {
    const { uid, ownerReferences = [] } = object.metadata;
    if (kind.custom)
      return this.#writeReferences(
        { kind, object },
        ownerReferences.map((one) => ({ ...one, blockOwnerDeletion: false })),
      );
    const patch = {
      metadata: { uid, ownerReferences: ownerReferences.map((reference) => ({ uid: reference.uid, blockOwnerDeletion: false })) },
    };
    const patched = await this.#context.client.patch(kind, parseKey(keyOf(object)), { type: 'strategic', patch });
    return patched.metadata.resourceVersion;
  }
  /** Of kinds whose lists nobody can merge. Throws a Conflict where somebody else changed the object. */
  async #writeReferences({ kind, object }: Pick<Found, 'kind' | 'object'>, ownerReferences: readonly OwnerReference[]): Promise<string> {
    const { uid, resourceVersion } = object.metadata;
    const patch = { metadata: { uid, resourceVersion, ownerReferences } };
    const patched = await this.#context.client.patch(kind, parseKey(keyOf(object)), { type: 'merge', patch });
    return patched.metadata.resourceVersion;
  }
  async #dropReferences({ kind, object }: Found, uids: readonly string[]): Promise<void> {
    if (kind.custom) {
      const kept = (object.metadata.ownerReferences ?? []).filter((reference) => !uids.includes(reference.uid));
      await this.#writeReferences({ kind, object }, kept).catch(ignoreGone);
      return;
    }
    const ownerReferences = uids.map((uid) => ({ $patch: 'delete', uid }));
    const patch = { metadata: { ownerReferences, uid: object.metadata.uid } };
    await this.#context.client.patch(kind, parseKey(keyOf(object)), { type: 'strategic', patch }).catch(ignoreGone);
  }

  async #orphanDependents(found: Found): Promise<void> {
    const { uid } = found.object.metadata;
    for (const dependent of this.#dependentsOf(uid)) await this.#dropReferences(dependent, [uid]);
    await this.#removeFinalizer(found, orphan);
  }

  /** Dependents are deleted, each as its own owners demand; when none that blocks is left, so is the owner. Gives how many there were. */
  async #endForeground(found: Found): Promise<number> {
    const { uid } = found.object.metadata;
    const dependents = this.#dependentsOf(uid);
    const blocking = dependents.filter(({ object }) =>
      (object.metadata.ownerReferences ?? []).some((reference) => reference.uid === uid && reference.blockOwnerDeletion === true),
    );
    if (blocking.length === 0) await this.#removeFinalizer(found, foreground);
    const due = dependents.filter(({ object }) => !isDeleting(object));
    const [failure] = await inBatches(due, (dependent) => this.#decide(dependent));
    if (failure !== undefined) throw failure;
    return dependents.length;
  }

  async #removeFinalizer({ kind, object }: Found, finalizer: string): Promise<void> {
    const { uid, resourceVersion } = object.metadata;
    const finalizers = object.metadata.finalizers?.filter((one) => one !== finalizer);
    await this.#context.client
      .patch(kind, parseKey(keyOf(object)), { type: 'merge', patch: { metadata: { uid, resourceVersion, finalizers } } })
      .catch(ignoreGone);
  }
}

function workKey({ kind, object }: { readonly kind: KindDefinition; readonly object: Live<KubeObject> }): string {
  return `${kind.group}/${kind.plural} ${keyOf(object)}`;
}
function ignoreGone(error: unknown): void {
  if (!isApiError(error, 'NotFound')) throw error;
}
