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

const rawBytes = 8 * 1024 * 1024;
const largeBytes = 16 * 1024;

export interface SizedEntry extends StoredEntry {
  /** Of its record; to go by. */
  readonly sizeBytes: number;
}

export class Entries {
  readonly #log: Log;
  readonly #hot: LRUCache<string, Entry>;
  /** Large ones that many read at the same time. */
  readonly #raw = new LRUCache<Revision, Buffer>({ maxSize: rawBytes, sizeCalculation: ({ length }) => length });
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
    return { entry: this.#decoded(pick, bytes, { evict }), decodedBytes: bytes.length };
  }

  #decoded(pick: Pick, bytes: Buffer, { evict }: { readonly evict: boolean }): Entry {
    const entry = makeEntry(pick.key, decodeRecord(bytes).value, pick.revision);
    const hasRoom = this.#hot.calculatedSize + bytes.length <= this.#hot.maxSize;
    // A walk over everything must not push out what is asked for often.
    if ((evict || hasRoom) && this.#isNewest(pick)) this.remember(entry, bytes.length);
    return entry;
  }

  /** Read now unless it is hot; decoded when it is looked at. */
  stored(pick: Pick): SizedEntry {
    const hot = this.#hot.peek(pick.key);
    if (hot?.revision === pick.revision)
      return { ...pick, sizeBytes: this.#hot.info(pick.key)?.size ?? 0, json: () => valueText(this.#bytes(pick)), entry: () => hot };
    const bytes = this.#bytes(pick);
    return { ...pick, sizeBytes: bytes.length, json: () => valueText(bytes), entry: () => this.#decoded(pick, bytes, { evict: false }) };
  }

  #bytes({ key, revision }: Pick): Buffer {
    const known = this.#raw.get(revision);
    if (known) return known;
    const bytes = this.#log.read(revision);
    if (!bytes) throw new Error(`revision ${revision} of ${key} is missing from the log`);
    if (bytes.length >= largeBytes) this.#raw.set(revision, bytes);
    return bytes;
  }
}
