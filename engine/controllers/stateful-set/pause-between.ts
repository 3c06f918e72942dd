/**
 * A moment between a pod and the next one of its name. `kubectl delete pod` looks once whether a pod of that name is there, up to 100 ms after it has listed: one that
 * is back by then would be taken for the old one, and kubectl would wait for its end forever (IsDeleted in k8s.io/kubectl/pkg/cmd/wait does not compare uids).
 */
import type { Clock } from '../../api/clock.ts';
import { keyOf } from '../../api/object.ts';
import type { Pod } from '../../api/types.gen.ts';
import type { CacheEvent } from '../../cache/cache.ts';

const momentMs = 200;

export class PauseBetween {
  readonly #clock: Clock;
  /** When a pod went, by its key. */
  readonly #gone = new Map<string, number>();
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  see({ type, object }: CacheEvent<Pod>): void {
    if (type === 'deleted') this.#gone.set(keyOf(object), this.#clock.now());
    else this.#gone.delete(keyOf(object));
  }
  /** How long the next pod of this name is to wait. */
  leftMs(key: string): number {
    const at = this.#gone.get(key);
    if (at === undefined) return 0;
    const left = at + momentMs - this.#clock.now();
    if (left <= 0) this.#gone.delete(key);
    return Math.max(0, left);
  }
}
