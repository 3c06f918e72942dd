/**
 * What a controller has written itself and its cache may not show yet: a plan made of what the cache shows would be made twice. By the key of who owns the
 * objects; what is gone is forgotten at the next look. Upstream: the consistency store of pkg/controller/util/consistency, which compares versions.
 */
import type { KubeObject, Live } from '../api/object.ts';

export class OwnWrites {
  /** Generation after our last change, by uid, by owner's key. */
  readonly #written = new Map<string, Map<string, number>>();

  wrote(key: string, { metadata: { uid, generation = 0 } }: Live<KubeObject>): void {
    const written = this.#written.get(key) ?? new Map<string, number>();
    this.#written.set(key, written.set(uid, generation));
  }
  /** Whether these, all that the cache has of this owner, show everything that was written. */
  areShownIn(key: string, objects: readonly Live<KubeObject>[]): boolean {
    const written = this.#written.get(key);
    if (!written) return true;
    const shown = new Map(objects.map(({ metadata }) => [metadata.uid, metadata.generation ?? 0]));
    for (const [uid, generation] of written) {
      const at = shown.get(uid);
      if (at === undefined || at >= generation) written.delete(uid);
    }
    if (written.size === 0) this.#written.delete(key);
    return written.size === 0;
  }
  forget(key: string): void {
    this.#written.delete(key);
  }
  /** How many owners have something outstanding. */
  get size(): number {
    return this.#written.size;
  }
}
