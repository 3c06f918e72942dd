/**
 * All objects of one kind in memory, kept current by a watch on the store: for what every request asks (roles, bindings, classes).
 * It ends with its signal; history that is lost is replaced by a new list.
 */
import type { KubeObject, Live } from '../api/object.ts';
import type { Store } from '../store/store.ts';
import { Compacted } from '../store/store.ts';
import type { Resource } from './resource.ts';

export interface Mirror<T extends KubeObject> {
  readonly objects: ReadonlyMap<string, Live<T>>;
  /** Rises with every change: whoever derives something from the objects compares it. */
  readonly version: number;
}

/** Resolves when the first list is in. `onEnd` hears why the mirror stopped before its signal did. */
export async function startMirror<T extends KubeObject>(
  store: Store,
  resource: Resource,
  { signal, onError }: { readonly signal: AbortSignal; readonly onError: (error: unknown) => void },
): Promise<Mirror<T>> {
  const objects = new Map<string, Live<T>>();
  const mirror = { objects, version: 0 };
  const load = async (): Promise<number> => {
    const page = await store.list(resource.prefix);
    objects.clear();
    // Every object under the prefix is of the resource's kind.
    for (const entry of page.entries) objects.set(entry.key, resource.live(entry) as Live<T>);
    mirror.version++;
    return page.revision;
  };
  const follow = async (after: number): Promise<void> => {
    for await (const changes of store.watch(resource.prefix, { after, signal }))
      for (const change of changes) {
        if (change.type === 'bookmark') continue;
        if (change.type === 'delete') objects.delete(change.key);
        else objects.set(change.entry.key, resource.live(change.entry) as Live<T>);
        mirror.version++;
      }
  };
  const run = async (first: number): Promise<void> => {
    for (let after = first; !signal.aborted; ) {
      try {
        await follow(after);
        // The store closed.
        return;
      } catch (error) {
        if (!(error instanceof Compacted)) throw error;
        after = await load();
      }
    }
  };
  run(await load()).catch(onError);
  return mirror;
}
