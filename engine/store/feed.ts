/**
 * Hands committed changes to watchers. Watchers of one prefix share one bounded list of recent changes; each holds only the revision it
 * has got to. A watcher that falls behind the list reads the log instead: a slow watcher costs no memory.
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
  since: Revision;
}

export class Feed {
  readonly #groups = new Map<string, Group>();
  readonly #backlog: number;
  #revision: Revision;

  constructor(revision: Revision, backlog: number) {
    this.#revision = revision;
    this.#backlog = backlog;
  }
  get revision(): Revision {
    return this.#revision;
  }
  get watching(): boolean {
    return this.#groups.size > 0;
  }

  join(prefix: string, after: Revision): Watcher {
    let group = this.#groups.get(prefix);
    if (!group) {
      group = { prefix, watchers: new Set(), recent: [], since: this.#revision };
      this.#groups.set(prefix, group);
    }
    const watcher = new Watcher(this, group, after);
    group.watchers.add(watcher);
    return watcher;
  }

  leave(watcher: Watcher): void {
    watcher.group.watchers.delete(watcher);
    if (watcher.group.watchers.size === 0) this.#groups.delete(watcher.group.prefix);
  }

  /** `changes` are all those between the revision before and `revision`, in order. */
  publish(changes: readonly DataChange[], revision: Revision): void {
    this.#revision = revision;
    for (const group of this.#groups.values()) {
      let touched = false;
      for (const change of changes) {
        if (!keyOfChange(change).startsWith(group.prefix)) continue;
        group.recent.push(change);
        touched = true;
      }
      if (!touched) continue;
      if (group.recent.length > tidyAt) this.#tidy(group);
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
    let drop = Math.max(0, group.recent.length - this.#backlog);
    for (let next = group.recent[drop]; next && revisionOf(next) <= seen; next = group.recent[drop]) drop++;
    const newest = group.recent[drop - 1];
    if (!newest) return;
    group.since = revisionOf(newest);
    group.recent = group.recent.slice(drop);
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

  constructor(feed: Feed, group: Group, after: Revision) {
    this.#feed = feed;
    this.group = group;
    this.cursor = after;
  }

  /** What is new, and the cursor moves on; `undefined` if the shared list begins later than the cursor. */
  take(): DataChange[] | undefined {
    if (this.cursor < this.group.since) return undefined;
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
