/**
 * The versioned key-value store (the role etcd plays in Kubernetes). One global revision counts every write. Keys are paths such as
 * `/pods/default/nginx`; values are JSON objects, frozen when they are handed out: a reader must not change them.
 */
import type { JsonObject } from '../api/object.ts';
import type { IndexDefinition } from './field-index.ts';

/** Counts writes from 1; safe integer. */
export type Revision = number;

export interface Entry {
  readonly key: string;
  readonly value: JsonObject;
  /** The write that made this value. */
  readonly revision: Revision;
}

export interface ListOptions {
  /** Read as of this revision; the present if absent. Throws `Compacted` when it is gone, `FutureRevision` when it is not yet there. */
  readonly at?: Revision;
  readonly limit?: number;
  /** Start behind this key: where the page before ended. */
  readonly after?: string;
  /** Only what has this value in an index of the prefix. A hint: more may come, where that is not known of the past. */
  readonly where?: { readonly index: string; readonly value: string };
}
export interface Page {
  readonly entries: readonly Entry[];
  /** The revision that the page shows; give it as `at` for the next page. */
  readonly revision: Revision;
  /** How many entries of the range lie behind this page. */
  readonly remaining: number;
}

/** An entry that is read only when it is looked at; while its scan is open. */
export interface StoredEntry {
  readonly key: string;
  readonly revision: Revision;
  /** The value as it was written: JSON in UTF-8. */
  readonly json: () => Uint8Array;
  readonly entry: () => Entry;
}
/** A range at one revision, read piece by piece at the reader's pace. Holds its history until it is disposed of. */
export interface Scan extends Disposable {
  readonly revision: Revision;
  /** How many entries it has. */
  readonly size: number;
  /** How many entries of the range lie behind it. */
  readonly remaining: number;
  readonly lastKey: string | undefined;
  /** Once. */
  pages(): AsyncIterable<readonly StoredEntry[]>;
}

export type Write =
  | { readonly type: 'create'; readonly key: string; readonly value: JsonObject }
  /** Only if the entry's revision is still `expect`. */
  | { readonly type: 'update'; readonly key: string; readonly value: JsonObject; readonly expect: Revision }
  | { readonly type: 'delete'; readonly key: string; readonly expect: Revision };

/** A refused write names what is there now; `undefined` when nothing is. */
export type WriteResult = { readonly ok: true; readonly revision: Revision } | { readonly ok: false; readonly conflict: Entry | undefined };

export type Change =
  | { readonly type: 'create'; readonly entry: Entry }
  | { readonly type: 'update'; readonly entry: Entry; readonly previous: Entry }
  /** `revision` is the deletion's; `previous` the last value. */
  | { readonly type: 'delete'; readonly key: string; readonly revision: Revision; readonly previous: Entry }
  /** All changes of the range up to `revision` have been delivered. Sent when the watch has caught up, and every `bookmarkMs` in which something was written. */
  | { readonly type: 'bookmark'; readonly revision: Revision };

export interface WatchOptions {
  /** Deliver what came after this revision. Throws `Compacted` when history starts later. */
  readonly after: Revision;
  readonly signal: AbortSignal;
  /** If given, a watch that had caught up and then falls so far behind that the shared backlog has gone on says so, and ends. Without it, it reads the log. */
  readonly onBehind?: () => void;
}

export interface Store extends AsyncDisposable {
  /** The newest revision that is durable. */
  readonly revision: Revision;
  get(key: string): Promise<Entry | undefined>;
  /** All entries whose key starts with `prefix`, in key order. */
  list(prefix: string, options?: ListOptions): Promise<Page>;
  /** The same without holding it: refuses as `list` does. */
  scan(prefix: string, options?: ListOptions): Promise<Scan>;
  /** Lets lists of the prefix ask for one value of a field (`where`). */
  index(definition: IndexDefinition): void;
  /** Durable before it resolves. */
  write(change: Write): Promise<WriteResult>;
  /** Gap-free and in order; yields the changes that are at hand together. Throws `Compacted` when it cannot keep that promise. */
  watch(prefix: string, options: WatchOptions): AsyncIterable<readonly Change[]>;
  /** Forgets history before `before`; the present is kept. */
  compact(before: Revision): Promise<void>;
}

/** The revision asked for lies before the compaction, or a watcher fell so far behind that its backlog was dropped. */
export class Compacted extends Error {
  readonly oldest: Revision;
  constructor(asked: Revision, oldest: Revision) {
    super(`revision ${asked} has been compacted; the oldest available is ${oldest}`);
    this.name = 'Compacted';
    this.oldest = oldest;
  }
}
/** The revision asked for has not been written yet. */
export class FutureRevision extends Error {
  readonly newest: Revision;
  constructor(asked: Revision, newest: Revision) {
    super(`revision ${asked} is in the future; the newest is ${newest}`);
    this.name = 'FutureRevision';
    this.newest = newest;
  }
}
