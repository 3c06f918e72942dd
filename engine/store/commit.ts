/** Decides a group of writes against the present: which succeed, under which revision, and what the log must record. Pure. */
import type { JsonObject } from '../api/object.ts';
import { encodeRecord } from './record.ts';
import type { Entry, Revision, Write } from './store.ts';

/** The newest record of a key. */
export interface Head {
  readonly revision: Revision;
  readonly deleted: boolean;
  /** At hand if the record was made in this group. */
  readonly entry?: Entry;
}
export interface EncodedWrite {
  readonly change: Write;
  /** The value's text; empty for a deletion. */
  readonly json: string;
}
export interface Accepted {
  readonly change: Write;
  readonly revision: Revision;
  /** The key's head before and after. */
  readonly before: Head | undefined;
  readonly after: Head;
  readonly sizeBytes: number;
}
export type Verdict = Accepted | { readonly conflict: Head | undefined };
export interface Plan {
  /** One for each write, in order. */
  readonly verdicts: readonly Verdict[];
  readonly accepted: readonly Accepted[];
  readonly records: readonly Buffer[];
}

export function planCommit(writes: readonly EncodedWrite[], revision: Revision, head: (key: string) => Head | undefined): Plan {
  const heads = new Map<string, Head>();
  const accepted: Accepted[] = [];
  const records: Buffer[] = [];
  const verdicts = writes.map(({ change, json }): Verdict => {
    const before = heads.get(change.key) ?? head(change.key);
    const present = before?.deleted ? undefined : before;
    if (!allowed(change, present)) return { conflict: present };
    const next = revision + records.length + 1;
    const after = headOf(change, next);
    const record = encodeRecord({ type: change.type, previous: before?.revision ?? 0, key: change.key }, json);
    const verdict = { change, revision: next, before, after, sizeBytes: record.length };
    heads.set(change.key, after);
    records.push(record);
    accepted.push(verdict);
    return verdict;
  });
  return { verdicts, accepted, records };
}

function allowed(change: Write, present: Head | undefined): boolean {
  return change.type === 'create' ? present === undefined : present !== undefined && present.revision === change.expect;
}

function headOf(change: Write, revision: Revision): Head {
  if (change.type === 'delete') return { revision, deleted: true };
  return { revision, deleted: false, entry: makeEntry(change.key, change.value, revision) };
}

export function makeEntry(key: string, value: JsonObject, revision: Revision): Entry {
  return Object.freeze({ key, value, revision });
}
