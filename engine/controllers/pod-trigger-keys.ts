/** Whom a pod's change concerns: the controller that has it, had it, or would adopt it. Upstream: addPod, updatePod and deletePod of each controller. */
import { type KubeObject, keyOf, keyString, type Live } from '../api/object.ts';
import { sameJson } from '../api/patch/merge-patch.ts';
import { matchesLabels, type Selector } from '../api/selector.ts';
import type { Pod } from '../api/types.gen.ts';
import type { Cache, CacheEvent } from '../cache/cache.ts';
import type { Expectations } from '../client/expectations.ts';
import { controllerOf } from '../client/owner-references.ts';

export interface PodTriggerOptions<T extends KubeObject> {
  /** `ReplicaSet` */
  readonly kind: string;
  readonly owners: Cache<T>;
  readonly selector: (owner: T) => Selector;
  /** Told of what the cache has shown. */
  readonly expectations: Expectations;
}

export function podTriggerKeys<T extends KubeObject>(options: PodTriggerOptions<T>): (event: CacheEvent<Pod>) => readonly string[] {
  const { expectations } = options;
  return (event) => {
    const { object } = event;
    const owner = ownerOf(options, object);
    const before = event.type === 'updated' ? ownerOf(options, event.previous) : undefined;
    const isLeaving = event.type === 'deleted' || object.metadata.deletionTimestamp !== undefined;
    if (owner && isLeaving) expectations.deleted(owner, object.metadata.uid);
    else if (owner && event.type === 'added') expectations.created(owner);
    const keys = [owner, before === owner ? undefined : before].filter((key) => key !== undefined);
    if (owner !== undefined || isLeaving || controllerOf(object)) return keys;
    const isNews = event.type !== 'updated' || before !== undefined || !sameLabels(event.previous, object);
    return isNews ? [...keys, ...adopters(options, object)] : keys;
  };
}

function ownerOf<T extends KubeObject>({ kind, owners }: PodTriggerOptions<T>, { metadata }: Live<Pod>): string | undefined {
  const reference = controllerOf({ metadata });
  if (reference?.kind !== kind) return undefined;
  const key = keyString({ namespace: metadata.namespace, name: reference.name });
  // Another owner under the name of one that is gone does not answer for its pods.
  return owners.get(key)?.metadata.uid === reference.uid ? key : undefined;
}
/** The owners that would adopt an orphan. */
export function adopters<T extends KubeObject>(
  { owners, selector }: Pick<PodTriggerOptions<T>, 'owners' | 'selector'>,
  { metadata }: Live<KubeObject>,
): readonly string[] {
  return owners
    .list(metadata.namespace)
    .filter((owner) => matchesLabels(selector(owner), metadata.labels))
    .map(keyOf);
}
function sameLabels(a: KubeObject, b: KubeObject): boolean {
  return sameJson({ ...a.metadata.labels }, { ...b.metadata.labels });
}
