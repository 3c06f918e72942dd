/** The store as plainly as it can be said: every state is found by replaying the history. The oracle of the tests; nothing is durable. */
import type { Clock } from '../api/clock.ts';
import { freeze } from './record.ts';
import type { Change, Entry, ListOptions, Page, Revision, Scan, Store, WatchOptions, Write, WriteResult } from './store.ts';
import { Compacted, FutureRevision } from './store.ts';

type DataChange = Exclude<Change, { type: 'bookmark' }>;
export interface ModelOptions {
  readonly clock: Clock;
  readonly bookmarkMs?: number;
}

export function createModel({ clock, bookmarkMs = 60_000 }: ModelOptions): Store {
  return new Model(clock, bookmarkMs);
}

class Model implements Store {
  readonly #clock: Clock;
  readonly #bookmarkMs: number;
  /** The change of revision r is at r - 1. */
  readonly #history: DataChange[] = [];
  readonly #sleepers = new Set<() => void>();
  #compacted: Revision = 0;
  #closed = false;

  constructor(clock: Clock, bookmarkMs: number) {
    this.#clock = clock;
    this.#bookmarkMs = bookmarkMs;
  }
  get revision(): Revision {
    return this.#history.length;
  }

  async get(key: string): Promise<Entry | undefined> {
    return this.#stateAt(this.revision).get(key);
  }

  async list(prefix: string, { at = this.revision, limit, after }: ListOptions = {}): Promise<Page> {
    if (at > this.revision) throw new FutureRevision(at, this.revision);
    if (at < this.#compacted) throw new Compacted(at, this.#compacted);
    const all = [...this.#stateAt(at).values()]
      .filter(({ key }) => key.startsWith(prefix) && (after === undefined || key > after))
      .sort((a, b) => (a.key < b.key ? -1 : 1));
    const entries = all.slice(0, limit);
    return { entries, revision: at, remaining: all.length - entries.length };
  }

  async scan(prefix: string, options?: ListOptions): Promise<Scan> {
    const { entries, revision, remaining } = await this.list(prefix, options);
    const stored = entries.map((entry) => ({ ...entry, json: () => Buffer.from(JSON.stringify(entry.value)), entry: () => entry }));
    async function* pages(): AsyncGenerator<typeof stored> {
      if (stored.length > 0) yield stored;
    }
    return { revision, remaining, size: entries.length, lastKey: entries.at(-1)?.key, pages, [Symbol.dispose]: () => {} };
  }
  /** Indexes are for speed. */
  index(): void {}

  async write(write: Write): Promise<WriteResult> {
    if (this.#closed) throw new Error('the store is closed');
    const { key } = write;
    const previous = this.#stateAt(this.revision).get(key);
    if (write.type === 'create' ? previous : previous?.revision !== write.expect) return { ok: false, conflict: previous };
    const revision = this.revision + 1;
    const value = write.type === 'delete' ? {} : freeze(write.value);
    const entry = { key, value, revision };
    if (write.type === 'create') this.#history.push({ type: 'create', entry });
    else if (previous)
      this.#history.push(write.type === 'delete' ? { type: 'delete', key, revision, previous } : { type: 'update', entry, previous });
    this.#wake();
    return { ok: true, revision };
  }

  async *watch(prefix: string, { after, signal }: WatchOptions): AsyncGenerator<readonly Change[]> {
    if (after < this.#compacted) throw new Compacted(after, this.#compacted);
    const bookmarks = this.#bookmarks(signal);
    try {
      for (let cursor = after, told = -1; !signal.aborted && !this.#closed; ) {
        const changes = this.#history.slice(cursor).filter((change) => keyOf(change).startsWith(prefix));
        cursor = Math.max(cursor, this.revision);
        if (changes.length > 0) yield changes;
        else if (bookmarks.due() && cursor > told) {
          told = cursor;
          yield [{ type: 'bookmark', revision: cursor }];
        } else await new Promise<void>((resolve) => this.#sleepers.add(resolve));
      }
    } finally {
      bookmarks.end();
    }
  }

  async compact(before: Revision): Promise<void> {
    this.#compacted = Math.max(this.#compacted, Math.min(before, this.revision));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    this.#wake();
  }

  #stateAt(revision: Revision): Map<string, Entry> {
    const state = new Map<string, Entry>();
    for (const change of this.#history.slice(0, revision)) {
      if (change.type === 'delete') state.delete(change.key);
      else state.set(change.entry.key, change.entry);
    }
    return state;
  }

  #bookmarks(signal: AbortSignal): { due(): boolean; end(): void } {
    let due = true;
    let cancel = (): void => {};
    const wake = (): void => this.#wake();
    const arm = (): void => {
      cancel = this.#clock.timer(this.#bookmarkMs, () => {
        due = true;
        wake();
        arm();
      });
    };
    const take = (): boolean => {
      const was = due;
      due = false;
      return was;
    };
    arm();
    signal.addEventListener('abort', wake);
    return {
      due: take,
      end: () => {
        cancel();
        signal.removeEventListener('abort', wake);
      },
    };
  }
  #wake(): void {
    for (const wake of this.#sleepers) wake();
    this.#sleepers.clear();
  }
}

function keyOf(change: DataChange): string {
  return change.type === 'delete' ? change.key : change.entry.key;
}
