/** Pods of this node with their addresses: also of those that are about to start, whose status nobody has written yet. */
import type { Live } from '../../api/object.ts';
import type { Pod } from '../../api/types.gen.ts';
import type { Cache, CacheEvent } from '../../cache/cache.ts';
import type { LocalPod } from './pod-policies.ts';

export class LocalPods {
  readonly #cache: Cache<Pod>;
  /** Addresses by uid. */
  readonly #starting = new Map<string, string>();

  constructor(cache: Cache<Pod>) {
    this.#cache = cache;
  }

  start(pod: Pod, ip: string): void {
    this.#starting.set(pod.metadata.uid ?? '', ip);
  }
  list(): readonly LocalPod[] {
    return this.#cache.list().flatMap((pod) => {
      const { phase } = pod.status ?? {};
      const ip = this.#starting.get(pod.metadata.uid) ?? pod.status?.podIP;
      return ip === undefined || phase === 'Succeeded' || phase === 'Failed' ? [] : [{ pod, ip }];
    });
  }
  /** Gives whether policies may mean something else for it now. */
  see(event: CacheEvent<Pod>): boolean {
    const { object } = event;
    const { uid } = object.metadata;
    if (event.type === 'deleted' || object.status?.podIP === this.#starting.get(uid)) this.#starting.delete(uid);
    return event.type !== 'updated' || facts(object) !== facts(event.previous);
  }
}

function facts({ metadata: { uid, labels }, status }: Live<Pod>): string {
  return JSON.stringify([uid, labels, status?.podIP, status?.phase]);
}
