/**
 * All objects of one kind in memory, kept current by a watch on the store: for what every request asks (roles, bindings, classes).
 * It ends with its signal; history that is lost is replaced by a new list.
 */
import type { KubeObject, Live } from '../api/object.ts';
import type { Entry, Store } from '../store/store.ts';
import { Compacted } from '../store/store.ts';
import type { Resource } from './resource.ts';

export interface Mirror<T extends KubeObject> {
  readonly objects: ReadonlyMap<string, Live<T>>;
  /** Rises with every change: whoever derives something from the objects compares it. */
  readonly version: number;
}

interface MirrorOptions {
  readonly signal: AbortSignal;
  /** Told why it stopped before its signal did. */
  readonly onError: (error: unknown) => void;
}
interface FollowOptions<T extends KubeObject> extends MirrorOptions {
  /** One namespace only. */
  readonly namespace?: string;
  /** Told what each key holds from now on; undefined: the object is gone. */
  readonly onChange: (key: string, object: Live<T> | undefined) => void;
}

/** Resolves when the first list is in. */
export async function startMirror<T extends KubeObject>(store: Store, resource: Resource, options: MirrorOptions): Promise<Mirror<T>> {
  const objects = new Map<string, Live<T>>();
  const mirror = { objects, version: 0 };
  await followObjects<T>(store, resource, {
    ...options,
    onChange(key, object) {
      if (object) objects.set(key, object);
      else objects.delete(key);
      mirror.version++;
    },
  });
  return mirror;
}

/** Tells every object and every change, and holds none of the objects. Resolves when what was there has been told. */
export async function followObjects<T extends KubeObject>(
  store: Store,
  resource: Resource,
  { signal, onError, onChange, namespace }: FollowOptions<T>,
): Promise<void> {
  const prefix = resource.prefixOf(namespace);
  const known = new Set<string>();
  const keep = (entry: Entry): void => {
    known.add(entry.key);
    // Every object under the prefix is of the resource's kind.
    onChange(entry.key, resource.live(entry) as Live<T>);
  };
  const drop = (key: string): void => {
    known.delete(key);
    onChange(key, undefined);
  };
  const load = async (): Promise<number> => {
    const page = await store.list(prefix);
    const present = new Set(page.entries.map(({ key }) => key));
    for (const key of known) if (!present.has(key)) drop(key);
    for (const entry of page.entries) keep(entry);
    return page.revision;
  };
  const follow = async (after: number): Promise<void> => {
    for await (const changes of store.watch(prefix, { after, signal }))
      for (const change of changes) {
        if (change.type === 'bookmark') continue;
        if (change.type === 'delete') drop(change.key);
        else keep(change.entry);
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
}
