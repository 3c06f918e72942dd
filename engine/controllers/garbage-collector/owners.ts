/** What an object's owners mean for it. Upstream: classifyReferences and attemptToDeleteItem in pkg/controller/garbagecollector. */
import type { KubeObject, Live } from '../../api/object.ts';
import type { OwnerReference } from '../../api/types.gen.ts';

export const foreground = 'foregroundDeletion';
export const orphan = 'orphan';

/** `unknown`: of a kind that is not served, or in a namespace that cannot be told; nothing can be decided. */
export type OwnerState = 'there' | 'gone' | 'waiting' | 'unknown';
export interface Classified {
  /** Owners that keep the object. */
  readonly there: readonly OwnerReference[];
  readonly gone: readonly OwnerReference[];
  /** Owners in the middle of a foreground deletion: they wait for their dependents. */
  readonly waiting: readonly OwnerReference[];
  readonly unknown: readonly OwnerReference[];
}

export type Decision =
  | { readonly type: 'keep' }
  /** Some owner keeps it; the references to the others go. */
  | { readonly type: 'drop-references'; readonly uids: readonly string[] }
  | {
      readonly type: 'delete';
      readonly policy: 'Background' | 'Foreground' | 'Orphan';
      /** Its owners must not wait for it, as it waits for one of them: a circle. */
      readonly unblocks?: true;
    };

export function isDeleting({ metadata }: KubeObject): boolean {
  return metadata.deletionTimestamp !== undefined;
}
export function hasFinalizer({ metadata }: KubeObject, finalizer: string): boolean {
  return metadata.finalizers?.includes(finalizer) === true;
}
export function isWaitingForDependents(object: KubeObject): boolean {
  return isDeleting(object) && hasFinalizer(object, foreground);
}

export function decide(object: Live<KubeObject>, owners: Classified, dependents: readonly KubeObject[]): Decision {
  const { there, gone, waiting, unknown } = owners;
  if (unknown.length > 0) return { type: 'keep' };
  if (there.length > 0) {
    const uids = [...gone, ...waiting].map(({ uid }) => uid);
    return uids.length > 0 ? { type: 'drop-references', uids } : { type: 'keep' };
  }
  if (gone.length + waiting.length === 0) return { type: 'keep' };
  // Its own dependents must go before it does, as those who wait for it expect.
  if (waiting.length > 0 && dependents.length > 0) {
    const isCircle = dependents.some(isWaitingForDependents);
    return { type: 'delete', policy: 'Foreground', ...(isCircle ? { unblocks: true } : {}) };
  }
  if (hasFinalizer(object, orphan)) return { type: 'delete', policy: 'Orphan' };
  return { type: 'delete', policy: hasFinalizer(object, foreground) ? 'Foreground' : 'Background' };
}
