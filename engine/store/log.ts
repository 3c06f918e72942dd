/** What the store's semantics need of a disk: an append-only log of records numbered by revision. `lmdb.ts` implements it. */
import type { Revision } from './store.ts';

export interface Log {
  /** History up to here may be gone. */
  readonly compacted: Revision;
  read(revision: Revision): Buffer | undefined;
  /** All records in order of their revision. */
  scan(): Iterable<{ readonly revision: Revision; readonly bytes: Buffer }>;
  /** The newest record's revision as a reader of the disk sees it now; 0 if there is none. */
  newest(): Revision;
  /** Writes `records` under the revisions from `first` on: all or none, and durable when it resolves. */
  append(first: Revision, records: readonly Buffer[]): Promise<void>;
  /** Durable when it resolves; must precede the removal of history. */
  setCompacted(revision: Revision): Promise<void>;
  remove(revisions: readonly Revision[]): Promise<void>;
  close(): Promise<void>;
}

/** A write was refused because the disk is full. Nothing of it was written. */
export class DiskFull extends Error {
  /** Whether there is still no room for that write. */
  readonly lasts: () => boolean;
  constructor(message: string, { lasts, cause }: { readonly lasts: () => boolean; readonly cause?: unknown }) {
    super(message, { cause });
    this.lasts = lasts;
  }
}
