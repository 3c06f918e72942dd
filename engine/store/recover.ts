/** Rebuilds what the store keeps in memory from its log, and refuses a log that has lost records. */
import { KeyIndex } from './key-index.ts';
import type { Log } from './log.ts';
import { decodeHeader } from './record.ts';
import type { Revision } from './store.ts';

export interface Recovered {
  readonly revision: Revision;
  readonly compacted: Revision;
  /** Present keys and the revision of their value. */
  readonly live: KeyIndex<Revision>;
  /** Deleted keys whose deletion is not compacted yet. */
  readonly dead: KeyIndex<Revision>;
  /** What a compaction that was cut short has left behind. */
  readonly garbage: readonly Revision[];
}

export function recover(log: Log): Recovered {
  const { compacted } = log;
  const live = new KeyIndex<Revision>();
  const dead = new KeyIndex<Revision>();
  const garbage: Revision[] = [];
  let revision = compacted;
  for (const record of log.scan()) {
    const { type, previous, key } = decodeHeader(record.bytes);
    if (record.revision > compacted && record.revision !== revision + 1)
      throw new Error(`the log jumps from revision ${revision} to ${record.revision}`);
    const replaced = live.get(key) ?? dead.get(key);
    if (replaced !== undefined && replaced !== previous) throw new Error(`the history of ${key} is broken at revision ${record.revision}`);
    if (record.revision <= compacted) {
      if (replaced !== undefined) garbage.push(replaced);
      if (type === 'delete') garbage.push(record.revision);
    } else revision = record.revision;
    live.delete(key);
    dead.delete(key);
    if (type !== 'delete') live.set(key, record.revision);
    else if (record.revision > compacted) dead.set(key, record.revision);
  }
  return { revision, compacted, live, dead, garbage };
}
