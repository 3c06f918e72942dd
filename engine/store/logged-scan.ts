/** A part of a snapshot, read from the log at the reader's pace. */
import type { Pick, SizedEntry } from './entries.ts';
import type { Snapshot } from './snapshots.ts';
import type { Revision, Scan, StoredEntry } from './store.ts';

/** What is handed out at a time. */
const pageEntries = 64;
const pageBytes = 64 * 1024;

interface ScanParts {
  readonly snapshot: Snapshot;
  /** The part of the snapshot: from here to before there. */
  readonly first: number;
  readonly end: number;
  readonly stored: (pick: Pick) => SizedEntry;
  readonly release: () => void;
}

export class LoggedScan implements Scan {
  readonly #parts: ScanParts;
  constructor(parts: ScanParts) {
    this.#parts = parts;
  }
  get revision(): Revision {
    return this.#parts.snapshot.at;
  }
  get size(): number {
    return this.#parts.end - this.#parts.first;
  }
  get remaining(): number {
    return this.#parts.snapshot.keys.length - this.#parts.end;
  }
  get lastKey(): string | undefined {
    const { snapshot, end, first } = this.#parts;
    return end > first ? snapshot.keys[end - 1] : undefined;
  }
  *picks(): Generator<Pick> {
    const { snapshot, first, end } = this.#parts;
    for (let at = first; at < end; at++) yield { key: snapshot.keys[at] ?? '', revision: snapshot.revisions[at] ?? 0 };
  }
  async *pages(): AsyncGenerator<readonly StoredEntry[]> {
    let page: StoredEntry[] = [];
    let bytes = 0;
    for (const pick of this.picks()) {
      const stored = this.#parts.stored(pick);
      page.push(stored);
      bytes += stored.sizeBytes;
      if (page.length < pageEntries && bytes < pageBytes) continue;
      yield page;
      page = [];
      bytes = 0;
    }
    if (page.length > 0) yield page;
  }
  [Symbol.dispose](): void {
    this.#parts.release();
  }
}
