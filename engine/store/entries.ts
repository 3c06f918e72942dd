/** The values of the log by key and revision, the hot ones decoded. */
import { LRUCache } from 'lru-cache';
import { makeEntry } from './commit.ts';
import type { Log } from './log.ts';
import { decodeRecord, valueText } from './record.ts';
import type { Entry, Revision, StoredEntry } from './store.ts';

export interface Pick {
  readonly key: string;
  readonly revision: Revision;
}

export class Entries {
  readonly #log: Log;
  readonly #hot: LRUCache<string, Entry>;
  readonly #isNewest: (pick: Pick) => boolean;

  constructor(log: Log, { cacheBytes, isNewest }: { readonly cacheBytes: number; readonly isNewest: (pick: Pick) => boolean }) {
    this.#log = log;
    this.#hot = new LRUCache({ maxSize: cacheBytes });
    this.#isNewest = isNewest;
  }

  remember(entry: Entry, sizeBytes: number): void {
    this.#hot.set(entry.key, entry, { size: sizeBytes });
  }
  forget(key: string): void {
    this.#hot.delete(key);
  }

  /** `decodedBytes` is 0 where nothing had to be decoded. */
  read(pick: Pick, { evict }: { readonly evict: boolean }): { readonly entry: Entry; readonly decodedBytes: number } {
    const hot = this.#hot.get(pick.key);
    if (hot?.revision === pick.revision) return { entry: hot, decodedBytes: 0 };
    const bytes = this.#bytes(pick);
    const entry = makeEntry(pick.key, decodeRecord(bytes).value, pick.revision);
    const hasRoom = this.#hot.calculatedSize + bytes.length <= this.#hot.maxSize;
    // A walk over everything must not push out what is asked for often.
    if ((evict || hasRoom) && this.#isNewest(pick)) this.remember(entry, bytes.length);
    return { entry, decodedBytes: bytes.length };
  }

  /** Read when it is looked at. */
  stored(pick: Pick): StoredEntry {
    return {
      ...pick,
      json: () => valueText(this.#bytes(pick)),
      entry: () => this.read(pick, { evict: false }).entry,
    };
  }

  #bytes({ key, revision }: Pick): Buffer {
    const bytes = this.#log.read(revision);
    if (!bytes) throw new Error(`revision ${revision} of ${key} is missing from the log`);
    return bytes;
  }
}
