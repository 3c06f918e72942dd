/**
 * Watches objects: what is there (when asked), then every change in order. An object that leaves the selector is DELETED to this
 * watcher, one that enters it ADDED. Upstream: apiserver's storage/etcd3/watcher.go and cacher.
 */
import { expired } from '../../api/errors.ts';
import type { KubeObject } from '../../api/object.ts';
import type { Change, Revision } from '../../store/store.ts';
import { Compacted } from '../../store/store.ts';
import type { Context, Target } from '../context.ts';
import type { LiveObject, Resource } from '../resource.ts';
import { parseResourceVersion, tooLarge } from '../resource-version.ts';
import { parseSelection, type Selection, type SelectorText } from '../selection.ts';

export interface WatchOptions extends SelectorText {
  /** Deliver what came after it; absent or `0` starts with what is there. */
  readonly resourceVersion?: string | undefined;
  /** Start with what is there, and say with a bookmark when that is over. */
  readonly sendInitialEvents?: boolean | undefined;
  /** See the store's: who takes too long to take what is new is told so, and the watch ends. */
  readonly onBehind?: () => void;
  readonly signal: AbortSignal;
}
export type WatchEvent =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: LiveObject }
  /** `endsInitial` marks the one after the initial events. */
  | { readonly type: 'BOOKMARK'; readonly resourceVersion: string; readonly endsInitial?: boolean };

/** Yields what is at hand together. Refuses at once what cannot be watched; the generator throws Expired when history does not reach back. */
export function watch(context: Context, target: Target, options: WatchOptions): AsyncGenerator<readonly WatchEvent[]> {
  const { store } = context;
  const selection = parseSelection(target.resource, options);
  const asked = parseResourceVersion(options.resourceVersion);
  if (asked !== undefined && asked > store.revision) throw tooLarge({ asked, newest: store.revision });
  return events(context, target, { ...options, selection, asked });
}

interface Watching extends WatchOptions {
  readonly selection: Selection;
  readonly asked: Revision | undefined;
}

async function* events({ store }: Context, { resource, namespace }: Target, options: Watching): AsyncGenerator<readonly WatchEvent[]> {
  const { selection, asked } = options;
  const prefix = resource.prefixOf(namespace);
  let after: Revision = asked ?? 0;
  if (!asked || options.sendInitialEvents) {
    using scan = await store.scan(prefix);
    after = scan.revision;
    for await (const page of scan.pages()) {
      const present = page.map((stored) => resource.live(stored.entry())).filter(selection.matches);
      if (present.length > 0) yield present.map((object) => ({ type: 'ADDED', object }));
    }
    if (options.sendInitialEvents) yield [{ type: 'BOOKMARK', resourceVersion: String(after), endsInitial: true }];
  }
  const { onBehind } = options;
  const signal = resource.kind.custom ? AbortSignal.any([options.signal, resource.life.signal]) : options.signal;
  try {
    for await (const changes of store.watch(prefix, { after, signal, ...(onBehind ? { onBehind } : {}) })) {
      const told = changes.flatMap((change) => eventOf(resource, selection.matches, change) ?? []);
      if (told.length > 0) yield told;
    }
  } catch (error) {
    if (error instanceof Compacted) throw expired(`too old resource version: ${after} (${error.oldest})`);
    throw error;
  }
}

function eventOf(resource: Resource, matches: (object: KubeObject) => boolean, change: Change): WatchEvent | undefined {
  if (change.type === 'bookmark') return { type: 'BOOKMARK', resourceVersion: String(change.revision) };
  const before = change.type === 'create' ? undefined : change.previous;
  const matched = before !== undefined && matches(resource.live(before));
  if (change.type === 'delete') return matched ? { type: 'DELETED', object: resource.last(change.previous, change.revision) } : undefined;
  const object = resource.live(change.entry);
  if (matches(object)) return { type: matched ? 'MODIFIED' : 'ADDED', object };
  return before && matched ? { type: 'DELETED', object: resource.last(before, change.entry.revision) } : undefined;
}
