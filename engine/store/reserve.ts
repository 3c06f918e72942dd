/**
 * Room on the disk that is kept for deletions: whoever has filled a disk wants to delete, and a deletion has to be written down, too. It is a file that is given up when
 * the disk is full, and made anew when there is room again.
 */
import { existsSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const reserveBytes = 1024 * 1024;
/** A disk with less than this many times the reserve is nearly full already; then it is not made fuller. */
const leastTimes = 4;

export class Reserve {
  readonly #directory: string;
  #isThere: boolean;
  constructor(directory: string) {
    this.#directory = directory;
    this.#isThere = existsSync(this.#path);
    this.restore();
  }

  /** Makes it where it is not and there is room. Never throws: without it deletions wait for room as all writes do. */
  restore(): void {
    if (this.#isThere) return;
    try {
      const { bavail, bsize } = statfsSync(this.#directory);
      if (bavail * bsize < leastTimes * reserveBytes) return;
      writeFileSync(this.#path, Buffer.alloc(reserveBytes), { mode: 0o600 });
      this.#isThere = true;
    } catch {
      this.release();
    }
  }
  /** Gives it up; false where there was none. */
  release(): boolean {
    const wasThere = this.#isThere;
    this.#isThere = false;
    try {
      rmSync(this.#path, { force: true });
    } catch {
      // On a disk that can only be read it stays.
      return false;
    }
    return wasThere;
  }
  get #path(): string {
    return join(this.#directory, 'reserve');
  }
}
