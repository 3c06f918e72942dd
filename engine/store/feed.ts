/**
 * Hands committed changes to watchers. Watchers of one prefix share one bounded list of recent changes; each holds only the revision it
 * has got to. A watcher that falls behind the list reads the log instead: a slow watcher costs no memory; one that asked
 * to be told is told so and ends.
 */
import type { Change, Revision } from './store.ts';

export type DataChange = Exclude<Change, { type: 'bookmark' }>;

export function revisionOf(change: DataChange): Revision {
  return change.type === 'delete' ? change.revision : change.entry.revision;
}
export function keyOfChange(change: DataChange): string {
  return change.type === 'delete' ? change.key : change.entry.key;
}

/** Recent changes are forgotten above this number, and kept below `tidyAt` even if all watchers have seen them. */
const tidyAt = 64;

interface Group {
  readonly prefix: string;
  readonly watchers: Set<Watcher>;
  /** Changes of the prefix after `since`, in order and complete. */
  recent: DataChange[];
  /** JSON text's worth of each of `recent`, and of all. */
  sizes: number[];
  bytes: number;
  since: Revision;
}

export interface FeedLimits {
  /** How many changes of a prefix are kept for its watchers, and how much JSON text's worth. */
  readonly backlog: number;
  readonly backlogBytes: number;
}
/** A change with the size of its JSON text. */
export interface SizedChange {
  readonly change: DataChange;
  readonly sizeBytes: number;
}

export class Feed {
  readonly #groups = new Map<string, Group>();
  readonly #limits: FeedLimits;
  #revision: Revision;

  constructor(revision: Revision, limits: FeedLimits) {
    this.#revision = revision;
    this.#limits = limits;
  }
  get revision(): Revision {
    return this.#revision;
  }
  get watching(): boolean {
    return this.#groups.size > 0;
  }

  join(prefix: string, after: Revision, onBehind?: () => void): Watcher {
    let group = this.#groups.get(prefix);
    if (!group) {
      group = { prefix, watchers: new Set(), recent: [], sizes: [], bytes: 0, since: this.#revision };
      this.#groups.set(prefix, group);
    }
    const watcher = new Watcher(this, group, { after, onBehind });
    group.watchers.add(watcher);
    return watcher;
  }

  leave(watcher: Watcher): void {
    watcher.group.watchers.delete(watcher);
    if (watcher.group.watchers.size === 0) this.#groups.delete(watcher.group.prefix);
  }

  /** `changes` are all those between the revision before and `revision`, in order. */
  publish(changes: readonly SizedChange[], revision: Revision): void {
    this.#revision = revision;
    for (const group of this.#groups.values()) {
      let touched = false;
      for (const { change, sizeBytes } of changes) {
        if (!keyOfChange(change).startsWith(group.prefix)) continue;
        group.recent.push(change);
        group.sizes.push(sizeBytes);
        group.bytes += sizeBytes;
        touched = true;
      }
      if (!touched) continue;
      if (group.recent.length > tidyAt || group.bytes > this.#limits.backlogBytes) this.#tidy(group);
      for (const watcher of group.watchers) watcher.wake();
    }
  }

  wakeAll(): void {
    for (const group of this.#groups.values()) for (const watcher of group.watchers) watcher.wake();
  }
  /** Has every watcher that is up to date say so. */
  remindAll(): void {
    for (const group of this.#groups.values()) for (const watcher of group.watchers) watcher.remind();
    this.wakeAll();
  }

  #tidy(group: Group): void {
    let seen = Number.POSITIVE_INFINITY;
    for (const watcher of group.watchers) seen = Math.min(seen, watcher.cursor);
    let { bytes } = group;
    let drop = 0;
    for (let next = group.recent[drop]; next; next = group.recent[drop]) {
      const isOver = group.recent.length - drop > this.#limits.backlog || bytes > this.#limits.backlogBytes;
      if (!isOver && revisionOf(next) > seen) break;
      bytes -= group.sizes[drop++] ?? 0;
    }
    const newest = group.recent[drop - 1];
    if (!newest) return;
    group.since = revisionOf(newest);
    group.recent = group.recent.slice(drop);
    group.sizes = group.sizes.slice(drop);
    group.bytes = bytes;
    for (const watcher of group.watchers) watcher.noticeBehind();
  }
}

export class Watcher {
  readonly #feed: Feed;
  readonly group: Group;
  /** Everything of the prefix up to here has been taken. */
  cursor: Revision;
  #bookmarkDue = true;
  #told: Revision = -1;
  #woken: (() => void) | undefined;
  #onBehind: (() => void) | undefined;
  #hasCaughtUp = false;
  /** It had caught up, fell behind, and was to be told. */
  hasLost = false;

  constructor(feed: Feed, group: Group, { after, onBehind }: { readonly after: Revision; readonly onBehind: (() => void) | undefined }) {
    this.#feed = feed;
    this.group = group;
    this.cursor = after;
    this.#onBehind = onBehind;
  }

  noticeBehind(): void {
    if (!this.#onBehind || !this.#hasCaughtUp || this.cursor >= this.group.since) return;
    this.hasLost = true;
    this.#onBehind();
    this.#onBehind = undefined;
  }

  /** What is new, and the cursor moves on; `undefined` if the shared list begins later than the cursor. */
  take(): DataChange[] | undefined {
    if (this.cursor < this.group.since) return undefined;
    this.#hasCaughtUp = true;
    const recent = this.group.recent;
    let from = recent.length;
    for (let change = recent[from - 1]; change && revisionOf(change) > this.cursor; change = recent[from - 1]) from--;
    this.cursor = Math.max(this.cursor, this.#feed.revision);
    return recent.slice(from);
  }

  remind(): void {
    this.#bookmarkDue = true;
  }
  /** A bookmark, if one is due and says something new. */
  bookmark(): Change | undefined {
    const due = this.#bookmarkDue && this.cursor !== this.#told;
    this.#bookmarkDue = false;
    if (!due) return undefined;
    this.#told = this.cursor;
    return { type: 'bookmark', revision: this.cursor };
  }

  /** Resolves at the next `wake`. */
  sleep(): Promise<void> {
    return new Promise((resolve) => {
      this.#woken = resolve;
    });
  }
  wake(): void {
    this.#woken?.();
    this.#woken = undefined;
  }
}
