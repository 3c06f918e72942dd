/**
 * A list and its watch, as batches for the window. What is at hand together goes together; a broken watch is mended from where it was, or from a new list
 * when that is too old.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { isApiError } from '../../api/errors.ts';
import { HostError } from '../../api/host-error.ts';
import type { Kind } from '../../api/kind.ts';
import type { KubeObject } from '../../api/object.ts';
import type { Client } from '../../client/client.ts';
import type { ObjectBatch, ObjectChange } from '../contract.ts';
import type { Subscriber } from '../handler-types.ts';
import { toWireError } from './wire-error.ts';

export interface WatchRequest extends Subscriber<ObjectBatch> {
  readonly client: Client;
  readonly kind: Kind;
  readonly scope: { readonly namespace?: string; readonly labelSelector?: string; readonly fieldSelector?: string };
  /** Aborts when the cluster stops. */
  readonly released: AbortSignal;
}

const retryMs = 1000;

/** Resolves when the window has unsubscribed; rejects when the cluster has stopped or refuses the first list. */
export async function watchObjects(request: WatchRequest): Promise<void> {
  const { client, kind, scope, emit, released } = request;
  const signal = AbortSignal.any([request.signal, released]);
  let resourceVersion: string | undefined;
  for (let first = true; !signal.aborted; first = false) {
    try {
      if (resourceVersion === undefined) {
        const list = await client.list(kind, scope);
        emit({ type: 'list', objects: list.items });
        resourceVersion = list.resourceVersion;
      }
      resourceVersion = await follow(request, signal, resourceVersion);
    } catch (error) {
      if (signal.aborted) break;
      if (first && isApiError(error) && error.code < 500 && error.code !== 410) throw error;
      if (isApiError(error, 'Expired') || isApiError(error, 'Gone')) resourceVersion = undefined;
      else emit({ type: 'interrupted', error: toWireError(error) });
      await delay(retryMs, undefined, { signal }).catch(() => undefined);
    }
  }
  if (!request.signal.aborted) throw new HostError('cluster-not-running', 'The cluster has stopped.');
}

/** Follows the watch until the server closes it; returns how far it got. */
async function follow({ client, kind, scope, emit }: WatchRequest, signal: AbortSignal, from: string): Promise<string> {
  const batch = new Batch(emit);
  let resourceVersion = from;
  for await (const event of client.watch(kind, { ...scope, resourceVersion, signal })) {
    if (event.type === 'BOOKMARK') resourceVersion = event.resourceVersion;
    else {
      resourceVersion = event.object.metadata.resourceVersion;
      batch.add({ type: event.type === 'DELETED' ? 'remove' : 'put', object: event.object });
    }
  }
  batch.flush();
  return resourceVersion;
}

/** Sends at the end of the event loop's turn what came in during it. */
class Batch {
  readonly #emit: (batch: ObjectBatch) => void;
  #changes: ObjectChange[] = [];
  constructor(emit: (batch: ObjectBatch) => void) {
    this.#emit = emit;
  }
  add(change: { readonly type: ObjectChange['type']; readonly object: KubeObject }): void {
    if (this.#changes.length === 0) setImmediate(() => this.flush());
    this.#changes.push(change as ObjectChange);
  }
  flush(): void {
    const changes = this.#changes;
    this.#changes = [];
    if (changes.length > 0) this.#emit({ type: 'changes', changes });
  }
}
