/**
 * What lay under a prefix at a revision: keys and the revisions of their values, not the values. Large ones are remembered, so that the pages of one
 * list, and lists of the same moment, do not look for it again. Upstream: etcd's range over its key index.
 */
import { LRUCache } from 'lru-cache';
import type { KeyIndex } from './key-index.ts';
import type { Log } from './log.ts';
import { decodeHeader } from './record.ts';
import type { Revision } from './store.ts';

export interface Snapshot {
  readonly at: Revision;
  /** In order. */
  readonly keys: readonly string[];
  /** Of the value at the same place in `keys`. */
  readonly revisions: Float64Array;
}
export interface SnapshotRange {
  readonly prefix: string;
  /** Tells ranges under one prefix apart; empty for all of it. */
  readonly part: string;
  /** The keys of the present; all under the prefix if absent. */
  readonly present?: () => readonly string[];
}

/** Smaller ones are found again faster than they are looked up; but not a part, of which the past is not known. */
const rememberAbove = 250;
/** Keys of all snapshots at hand: some 16 bytes each. */
const maxKeys = 1_000_000;

export class Snapshots {
  readonly #log: Log;
  readonly #live: KeyIndex<Revision>;
  readonly #dead: KeyIndex<Revision>;
  readonly #known = new LRUCache<string, Snapshot>({ maxSize: maxKeys, sizeCalculation: ({ keys }) => keys.length + 1 });

  constructor(log: Log, live: KeyIndex<Revision>, dead: KeyIndex<Revision>) {
    this.#log = log;
    this.#live = live;
    this.#dead = dead;
  }

  /** `newest` is the present revision. A part of the past that is not at hand is answered with all of its prefix. */
  at(range: SnapshotRange, at: Revision, newest: Revision): Snapshot {
    const name = `${at} ${range.prefix} ${range.part}`;
    const known = this.#known.get(name);
    if (known) return known;
    const keys = at === newest ? (range.present?.() ?? this.#live.keys(range.prefix)) : this.#past(range.prefix, at);
    const snapshot = { at, keys, revisions: Float64Array.from(keys, (key) => this.#standing(key, at) ?? 0) };
    if (keys.length > rememberAbove || range.part !== '') this.#known.set(name, snapshot);
    return snapshot;
  }

  #past(prefix: string, at: Revision): readonly string[] {
    const dead = this.#dead.keys(prefix);
    const keys = this.#live.keys(prefix);
    if (dead.length > 0) keys.push(...dead);
    const standing = keys.filter((key) => this.#standing(key, at) !== undefined);
    return dead.length > 0 ? standing.sort(compareText) : standing;
  }

  /** Walks the key's chain back to the value that stood at `at`. */
  #standing(key: string, at: Revision): Revision | undefined {
    let revision = this.#live.get(key) ?? this.#dead.get(key) ?? 0;
    while (revision > at) {
      const bytes = this.#log.read(revision);
      revision = bytes ? decodeHeader(bytes).previous : 0;
    }
    if (this.#live.get(key) === revision) return revision;
    const bytes = revision > 0 ? this.#log.read(revision) : undefined;
    return bytes && decodeHeader(bytes).type !== 'delete' ? revision : undefined;
  }
}

/** The place of the first key behind `after`. */
export function firstBehind({ keys }: Snapshot, after: string | undefined): number {
  if (after === undefined) return 0;
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((keys[middle] ?? '') <= after) low = middle + 1;
    else high = middle;
  }
  return low;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
