/**
 * The store's promises on top of an append-only log: group commit, reads of the present and the past, watches, compaction.
 * In memory are the index of keys and the hot values; the log alone is the truth. Upstream: etcd's mvcc package; kine's logstructured.
 */

import { setImmediate as immediate } from 'node:timers/promises';
import { messageOf } from '../api/message-of.ts';
import { type Accepted, type EncodedWrite, type Head, type Plan, planCommit } from './commit.ts';
import { Entries, type Pick } from './entries.ts';
import { type DataChange, Feed, type SizedChange, type Watcher } from './feed.ts';
import { FieldIndex, type IndexDefinition } from './field-index.ts';
import type { KeyIndex } from './key-index.ts';
import { DiskFull, type Log } from './log.ts';
import { LoggedScan } from './logged-scan.ts';
import { decodeHeader, freeze } from './record.ts';
import type { Recovered } from './recover.ts';
import { Refusal, type RefusalOptions } from './refusal.ts';
import { firstBehind, Snapshots } from './snapshots.ts';
import type { Change, Entry, ListOptions, Page, Revision, Store, WatchOptions, Write, WriteResult } from './store.ts';
import { Compacted, FutureRevision } from './store.ts';

export interface LoggedStoreOptions extends RefusalOptions {
  readonly bookmarkMs: number;
  /** How much JSON text's worth of decoded values is kept at hand. */
  readonly cacheBytes: number;
  /** How many changes of a prefix its watchers may fall behind before they read the log instead. */
  readonly backlog: number;
  /** The same in JSON text's worth. */
  readonly backlogBytes: number;
}

/** One commit takes at most this much, so that planning it does not hold up the event loop. */
const groupWrites = 256;
const groupBytes = 4 * 1024 * 1024;
/** Longer reads give way to others after decoding this much: some 2 ms. */
const sliceBytes = 256 * 1024;
const sliceRecords = 512;

interface Queued extends EncodedWrite {
  readonly resolve: (result: WriteResult) => void;
  readonly reject: (cause: unknown) => void;
}

export class LoggedStore implements Store {
  readonly #log: Log;
  readonly #options: LoggedStoreOptions;
  readonly #live: KeyIndex<Revision>;
  readonly #dead: KeyIndex<Revision>;
  readonly #feed: Feed;
  readonly #entries: Entries;
  readonly #snapshots: Snapshots;
  readonly #indexes: FieldIndex[] = [];
  readonly #readers = new Set<{ readonly at: Revision; readonly done: Promise<void> }>();
  #revision: Revision;
  #compacted: Revision;
  #queue: Queued[] = [];
  #draining: Promise<void> | undefined;
  #compacting: Promise<void> = Promise.resolve();
  #cancelBookmarks: (() => void) | undefined;
  /** Set when no further write can be accepted. */
  #refusal: Error | undefined;
  readonly #told: Refusal;
  #closed = false;

  constructor(log: Log, recovered: Recovered, options: LoggedStoreOptions) {
    this.#log = log;
    this.#options = options;
    this.#told = new Refusal(options);
    this.#live = recovered.live;
    this.#dead = recovered.dead;
    this.#revision = recovered.revision;
    this.#compacted = recovered.compacted;
    this.#feed = new Feed(recovered.revision, options);
    const isNewest = ({ key, revision }: Pick): boolean => this.#live.get(key) === revision;
    this.#entries = new Entries(log, { cacheBytes: options.cacheBytes, isNewest });
    this.#snapshots = new Snapshots(log, this.#live, this.#dead);
  }

  get revision(): Revision {
    return this.#revision;
  }

  async get(key: string): Promise<Entry | undefined> {
    const revision = this.#live.get(key);
    return revision === undefined ? undefined : this.#entry({ key, revision }).entry;
  }

  async list(prefix: string, options: ListOptions = {}): Promise<Page> {
    using scan = await this.scan(prefix, options);
    const entries: Entry[] = [];
    let decoded = 0;
    for (const pick of scan.picks()) {
      const { entry, decodedBytes } = this.#entries.read(pick, { evict: true });
      entries.push(entry);
      decoded += decodedBytes;
      if (decoded < sliceBytes) continue;
      decoded = 0;
      await immediate();
    }
    return { entries, revision: scan.revision, remaining: scan.remaining };
  }

  async scan(prefix: string, options: ListOptions = {}): Promise<LoggedScan> {
    const index =
      options.where &&
      this.#indexes.find((one) => prefix.startsWith(one.definition.prefix) && one.definition.name === options.where?.index);
    await index?.ready(() => this.#fill(index));
    const at = options.at ?? this.#revision;
    if (at > this.#revision) throw new FutureRevision(at, this.#revision);
    if (at < this.#compacted) throw new Compacted(at, this.#compacted);
    const value = options.where?.value ?? '';
    const present = index && (() => index.keys(value).filter((key) => key.startsWith(prefix)));
    const range = { prefix, part: index ? `${index.definition.name}=${value}` : '', ...(present ? { present } : {}) };
    const snapshot = this.#snapshots.at(range, at, this.#revision);
    const first = firstBehind(snapshot, options.after);
    const end = Math.min(snapshot.keys.length, first + (options.limit ?? Number.POSITIVE_INFINITY));
    const { promise: done, resolve } = Promise.withResolvers<void>();
    const reader = { at, done };
    this.#readers.add(reader);
    const release = (): void => {
      this.#readers.delete(reader);
      resolve();
    };
    return new LoggedScan({ snapshot, first, end, stored: (pick) => this.#entries.stored(pick), release });
  }

  index(definition: IndexDefinition): void {
    this.#indexes.push(new FieldIndex(definition));
  }

  async write(change: Write): Promise<WriteResult> {
    if (this.#refusal) throw this.#refusal;
    const json = change.type === 'delete' ? '' : JSON.stringify(freeze(change.value));
    const { promise, resolve, reject } = Promise.withResolvers<WriteResult>();
    this.#queue.push({ change, json, resolve, reject });
    this.#draining ??= this.#drain();
    return promise;
  }

  async *watch(prefix: string, { after, signal, onBehind }: WatchOptions): AsyncGenerator<readonly Change[]> {
    if (signal.aborted || this.#closed) return;
    if (after < this.#compacted) throw new Compacted(after, this.#compacted);
    const watcher = this.#feed.join(prefix, after, onBehind);
    const wake = (): void => watcher.wake();
    signal.addEventListener('abort', wake);
    this.#armBookmarks();
    try {
      while (!signal.aborted && !this.#closed && !watcher.hasLost) {
        const behind = watcher.cursor < watcher.group.since;
        const changes = watcher.take() ?? this.#replay(prefix, watcher);
        if (changes.length > 0) yield changes;
        // History may be long: others get their turn.
        if (behind) await immediate();
        if (behind || changes.length > 0) continue;
        const bookmark = watcher.bookmark();
        if (bookmark) yield [bookmark];
        else await watcher.sleep();
      }
    } finally {
      signal.removeEventListener('abort', wake);
      this.#feed.leave(watcher);
      if (!this.#feed.watching) this.#disarmBookmarks();
    }
  }

  compact(before: Revision): Promise<void> {
    const run = this.#compacting.then(() => this.#compact(Math.min(before, this.#revision)));
    // A failure belongs to its caller; the next compaction starts afresh.
    this.#compacting = run.catch(() => {});
    return run;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#refusal ??= new Error('the store is closed');
    if (this.#closed) return;
    this.#closed = true;
    this.#disarmBookmarks();
    this.#told[Symbol.dispose]();
    this.#feed.wakeAll();
    await this.#draining;
    await this.#compacting;
    await Promise.all([...this.#readers].map((reader) => reader.done));
    await this.#log.close();
  }

  // Writing

  async #drain(): Promise<void> {
    // Writes of the same turn share a commit.
    await Promise.resolve();
    while (this.#queue.length > 0) await this.#commit(this.#nextGroup());
    this.#draining = undefined;
  }

  #nextGroup(): readonly Queued[] {
    let count = 0;
    for (let bytes = 0; count < Math.min(groupWrites, this.#queue.length) && bytes < groupBytes; count++)
      bytes += this.#queue[count]?.json.length ?? 0;
    return this.#queue.splice(0, count);
  }

  async #commit(group: readonly Queued[]): Promise<void> {
    let plan: Plan;
    try {
      plan = planCommit(group, this.#revision, (key) => this.#head(key));
      if (plan.records.length > 0) await this.#log.append(this.#revision + 1, plan.records);
      this.#apply(plan.accepted);
      this.#told.look();
    } catch (cause) {
      // On a full disk some of them may have room alone: deletions.
      if (cause instanceof DiskFull && group.length > 1 && this.#log.newest() <= this.#revision) {
        for (const one of group) await this.#commit([one]);
        return;
      }
      this.#fail(group, cause);
      return;
    }
    for (const [index, verdict] of plan.verdicts.entries()) {
      const queued = group[index];
      if ('revision' in verdict) queued?.resolve({ ok: true, revision: verdict.revision });
      else this.#answerConflict(queued, verdict.conflict);
    }
  }

  #answerConflict(queued: Queued | undefined, head: Head | undefined): void {
    try {
      const conflict = head && (head.entry ?? this.#entry({ key: queued?.change.key ?? '', revision: head.revision }).entry);
      queued?.resolve({ ok: false, conflict });
    } catch (cause) {
      queued?.reject(cause);
    }
  }

  /** After a failed commit memory and disk may disagree. Unless the disk says that nothing was written, only a restart can tell. */
  #fail(group: readonly Queued[], cause: unknown): void {
    const failure = new Error(`the store could not write to its data folder: ${messageOf(cause)}`, { cause });
    if (this.#log.newest() > this.#revision) this.#refusal = failure;
    this.#told.began(cause);
    for (const queued of group) queued.reject(failure);
    if (this.#refusal) for (const queued of this.#queue.splice(0)) queued.reject(failure);
  }

  #head(key: string): Head | undefined {
    const live = this.#live.get(key);
    if (live !== undefined) return { revision: live, deleted: false };
    const dead = this.#dead.get(key);
    return dead === undefined ? undefined : { revision: dead, deleted: true };
  }

  #apply(accepted: readonly Accepted[]): void {
    const changes = this.#feed.watching
      ? accepted.map((write): SizedChange => ({ change: this.#changeOf(write), sizeBytes: write.sizeBytes }))
      : [];
    for (const { change, after, sizeBytes } of accepted) {
      if (after.entry) {
        this.#dead.delete(change.key);
        this.#live.set(change.key, after.revision);
        this.#entries.remember(after.entry, sizeBytes);
      } else {
        this.#live.delete(change.key);
        this.#dead.set(change.key, after.revision);
        this.#entries.forget(change.key);
      }
      for (const index of this.#indexes) {
        if (!index.isUsed || !change.key.startsWith(index.definition.prefix)) continue;
        if (after.entry) index.set(change.key, after.entry.value);
        else index.delete(change.key);
      }
    }
    this.#revision += accepted.length;
    this.#feed.publish(changes, this.#revision);
  }

  #changeOf({ change, before, after, revision }: Accepted): DataChange {
    const previous = (): Entry => before?.entry ?? this.#entry({ key: change.key, revision: before?.revision ?? 0 }).entry;
    if (!after.entry) return { type: 'delete', key: change.key, revision, previous: previous() };
    return change.type === 'create' ? { type: 'create', entry: after.entry } : { type: 'update', entry: after.entry, previous: previous() };
  }

  // Reading

  #entry(pick: Pick): { readonly entry: Entry } {
    return this.#entries.read(pick, { evict: true });
  }

  /** Reads all values once; what is written meanwhile is set by the writes. */
  async #fill(index: FieldIndex): Promise<void> {
    let decoded = 0;
    for (const key of this.#live.keys(index.definition.prefix)) {
      const revision = this.#live.get(key);
      if (revision === undefined) continue;
      const { entry, decodedBytes } = this.#entries.read({ key, revision }, { evict: false });
      index.set(key, entry.value);
      decoded += decodedBytes;
      if (decoded < sliceBytes) continue;
      decoded = 0;
      await immediate();
    }
  }

  // Watching

  /** The next slice of history from the log; moves the cursor behind it. */
  #replay(prefix: string, watcher: Watcher): DataChange[] {
    if (watcher.cursor < this.#compacted) throw new Compacted(watcher.cursor, this.#compacted);
    const changes: DataChange[] = [];
    const end = Math.min(watcher.group.since, watcher.cursor + sliceRecords);
    for (let decoded = 0; watcher.cursor < end && decoded < sliceBytes; watcher.cursor++) {
      const revision = watcher.cursor + 1;
      const bytes = this.#log.read(revision);
      if (!bytes) throw new Error(`revision ${revision} is missing from the log`);
      if (!decodeHeader(bytes).key.startsWith(prefix)) continue;
      changes.push(this.#recorded(revision, bytes));
      decoded += bytes.length;
    }
    return changes;
  }

  #recorded(revision: Revision, bytes: Buffer): DataChange {
    const { type, key, previous } = decodeHeader(bytes);
    if (type === 'delete') return { type, key, revision, previous: this.#entry({ key, revision: previous }).entry };
    const entry = this.#entry({ key, revision }).entry;
    return type === 'create' ? { type, entry } : { type, entry, previous: this.#entry({ key, revision: previous }).entry };
  }

  #armBookmarks(): void {
    this.#cancelBookmarks ??= this.#options.clock.timer(this.#options.bookmarkMs, () => {
      this.#cancelBookmarks = undefined;
      if (!this.#feed.watching) return;
      this.#armBookmarks();
      this.#feed.remindAll();
    });
  }
  #disarmBookmarks(): void {
    this.#cancelBookmarks?.();
    this.#cancelBookmarks = undefined;
  }

  // Compaction

  async #compact(before: Revision): Promise<void> {
    const from = this.#compacted;
    if (before <= from || this.#closed) return;
    // From here on nobody starts to read what will be removed; those who read already are waited for.
    await this.#log.setCompacted(before);
    this.#compacted = before;
    await Promise.all([...this.#readers].filter((reader) => reader.at < before).map((reader) => reader.done));
    for (let next = from + 1; next <= before && !this.#closed; next += sliceRecords)
      await this.#log.remove(this.#superseded(next, Math.min(before, next + sliceRecords - 1)));
  }

  /** What the records from `first` to `last` have made obsolete: their predecessors, and themselves if they are deletions. */
  #superseded(first: Revision, last: Revision): readonly Revision[] {
    const obsolete: Revision[] = [];
    for (let revision = first; revision <= last; revision++) {
      const bytes = this.#log.read(revision);
      if (!bytes) continue;
      const { type, previous, key } = decodeHeader(bytes);
      if (previous > 0) obsolete.push(previous);
      if (type !== 'delete') continue;
      obsolete.push(revision);
      if (this.#dead.get(key) === revision) this.#dead.delete(key);
    }
    return obsolete;
  }
}
