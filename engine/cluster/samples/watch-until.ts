/** Waits for one object by a watch. */
import type { Kind } from '../../api/kind.ts';
import type { KubeObject, Live, ObjectKey } from '../../api/object.ts';
import type { Client, WatchOptions } from '../../client/client.ts';

interface Wait<T extends KubeObject> {
  readonly kind: Kind<T>;
  readonly key: ObjectKey;
  readonly signal: AbortSignal;
}

/** The first state of the object that is accepted. Rejects when the signal aborts. */
export async function watchUntil<T extends KubeObject>(
  client: Client,
  { kind, key, signal, accept }: Wait<T> & { readonly accept: (object: Live<T>) => boolean },
): Promise<Live<T>> {
  for (;;) {
    const { items, resourceVersion } = await client.list(kind, scope(key));
    const [now] = items;
    if (now && accept(now)) return now;
    // The watch may be closed by the server; then it starts over from a new list.
    for await (const event of client.watch(kind, { ...scope(key), resourceVersion, signal })) {
      if (event.type !== 'BOOKMARK' && event.type !== 'DELETED' && accept(event.object)) return event.object;
    }
    signal.throwIfAborted();
  }
}

export async function untilGone<T extends KubeObject>(client: Client, { kind, key, signal }: Wait<T>): Promise<void> {
  for (;;) {
    const { items, resourceVersion } = await client.list(kind, scope(key));
    if (items.length === 0) return;
    for await (const event of client.watch(kind, { ...scope(key), resourceVersion, signal })) if (event.type === 'DELETED') return;
    signal.throwIfAborted();
  }
}

function scope({ namespace, name }: ObjectKey): Pick<WatchOptions, 'fieldSelector'> & { namespace?: string } {
  return { fieldSelector: `metadata.name=${name}`, ...(namespace === undefined ? {} : { namespace }) };
}
