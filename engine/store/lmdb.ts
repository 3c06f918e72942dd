/**
 * The embedded store: a log in LMDB. Commits are plain LMDB transactions on the library's own thread: data is synced before the meta page
 * that makes it visible, and the promise resolves behind both. One process owns a data folder; the owner is recorded inside the database,
 * under LMDB's write lock, so that two processes cannot both take it.
 */
import { mkdirSync, statfsSync } from 'node:fs';
import { open as openFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Database, open, type RootDatabase } from 'lmdb';
import type { Clock } from '../api/clock.ts';
import { diskError, HostError } from '../api/host-error.ts';
import { messageOf } from '../api/message-of.ts';
import { checkDataFile } from './lmdb-file.ts';
import { DiskFull, type Log } from './log.ts';
import { LoggedStore } from './logged-store.ts';
import { processIdentity } from './process-identity.ts';
import { decodeHeader } from './record.ts';
import { recover } from './recover.ts';
import { Reserve } from './reserve.ts';
import type { Revision, Store } from './store.ts';

export interface LmdbOptions {
  /** Created if it is not there. */
  readonly directory: string;
  readonly clock: Clock;
  /** How often an idle watch is told how far it has got. */
  readonly bookmarkMs?: number;
  readonly cacheBytes?: number;
  readonly backlog?: number;
  readonly backlogBytes?: number;
  /** No write goes through any more, for this reason; undefined when they go through again. */
  readonly onRefusal?: (failure: HostError | undefined) => void;
}

interface Owner {
  readonly pid: number;
  readonly identity: string;
}

const format = 1;
const mebibyte = 1024 * 1024;

/** Throws `HostError`: `data-locked` while another process has the folder, `data-unreadable` if it cannot be read. */
export async function openStore(options: LmdbOptions): Promise<Store> {
  const { directory, clock, bookmarkMs = 60_000, cacheBytes = 64 * mebibyte, backlog = 4096, backlogBytes = 16 * mebibyte } = options;
  const onRefusal = (cause: unknown): void => options.onRefusal?.(cause === undefined ? undefined : refusalOf(cause, directory));
  const log = await openLog(directory);
  try {
    const recovered = recover(log);
    await log.remove(recovered.garbage);
    onRefusal(undefined);
    return new LoggedStore(log, recovered, { clock, bookmarkMs, cacheBytes, backlog, backlogBytes, onRefusal });
  } catch (cause) {
    // What is damaged may fail to close, too; the first failure says more.
    await log.close().catch(() => {});
    throw unreadable(directory, cause);
  }
}

async function openLog(directory: string): Promise<LmdbLog> {
  let root: RootDatabase<Buffer, string> | undefined;
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    requireRoomToStart(directory);
    checkDataFile(join(directory, 'data.mdb'));
    // Writes are grouped by `LoggedStore`; lmdb-js's own grouping makes commit promises that nobody can hold when they fail.
    root = open<Buffer, string>({ path: directory, noSubdir: false, maxDbs: 4, overlappingSync: false, eventTurnBatching: false });
    const meta = root.openDB<unknown, string>({ name: 'meta', encoding: 'json' });
    const log = new LmdbLog(root, meta, directory);
    await syncDirectory(directory);
    // Last, so that nothing can fail between here and `close`, which gives it back.
    takeOwnership(meta, directory);
    return log;
  } catch (cause) {
    await root?.close();
    if (cause instanceof HostError) throw cause;
    throw unreadable(directory, cause);
  }
}

/** What opening writes must find room: see `#requireRoom`. Throws HostError disk-full. */
function requireRoomToStart(directory: string): void {
  if (roomIn(directory) >= roomForDeletion) return;
  if (new Reserve(directory).release() && roomIn(directory) >= roomForDeletion) return;
  throw new HostError('disk-full', `The disk that holds ${directory} is full. Free some space there, then try again.`, {
    params: { path: directory },
  });
}

function takeOwnership(meta: Database<unknown, string>, directory: string): void {
  const identity = processIdentity(process.pid) ?? '';
  const holder = meta.transactionSync(() => {
    // Written below; a damaged one is caught by the comparison.
    const owner = meta.get('owner') as Owner | undefined;
    if (owner && processIdentity(owner.pid) === owner.identity) return owner.pid;
    const found = meta.get('format');
    if (found !== undefined && found !== format) throw new Error(`its format is ${found}; this version reads ${format}`);
    meta.putSync('format', format);
    meta.putSync('owner', { pid: process.pid, identity });
    return undefined;
  });
  if (holder !== undefined)
    throw new HostError(
      'data-locked',
      `The data folder ${directory} is in use by process ${holder}. Stop that process, or use its cluster; only one at a time can own the folder.`,
      { params: { directory, pid: holder } },
    );
}

function unreadable(directory: string, cause: unknown): HostError {
  const reason = messageOf(cause);
  return new HostError(
    'data-unreadable',
    `The data folder ${directory} cannot be read: ${reason}. Check its permissions; if it is damaged, put a backup in its place, or move it away and create the cluster anew.`,
    { params: { directory, reason }, cause },
  );
}

/** A new file is durable only when its directory entry is. */
async function syncDirectory(directory: string): Promise<void> {
  const handle = await openFile(directory);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

class LmdbLog implements Log {
  readonly #root: RootDatabase<Buffer, string>;
  readonly #meta: Database<unknown, string>;
  readonly #records: Database<Buffer, Revision>;
  readonly #directory: string;
  readonly #reserve: Reserve;

  constructor(root: RootDatabase<Buffer, string>, meta: Database<unknown, string>, directory: string) {
    this.#root = root;
    this.#meta = meta;
    this.#directory = directory;
    this.#reserve = new Reserve(directory);
    this.#records = root.openDB<Buffer, Revision>({ name: 'log', encoding: 'binary' });
  }

  get compacted(): Revision {
    const compacted = this.#meta.get('compacted') ?? 0;
    if (typeof compacted !== 'number') throw new Error('its compaction mark is damaged');
    return compacted;
  }
  read(revision: Revision): Buffer | undefined {
    return this.#records.get(revision) ?? this.#readAfresh(revision);
  }
  /** The read transaction at hand may be older than the last commit. */
  #readAfresh(revision: Revision): Buffer | undefined {
    this.#records.resetReadTxn();
    return this.#records.get(revision);
  }
  *scan(): Iterable<{ readonly revision: Revision; readonly bytes: Buffer }> {
    for (const { key, value } of this.#records.getRange({})) yield { revision: key, bytes: value };
  }
  newest(): Revision {
    this.#records.resetReadTxn();
    for (const revision of this.#records.getKeys({ reverse: true, limit: 1 })) return revision;
    return 0;
  }
  async append(first: Revision, records: readonly Buffer[]): Promise<void> {
    const isDeletion = records.every((bytes) => decodeHeader(bytes).type === 'delete');
    this.#requireRoom(isDeletion ? 0 : records.reduce((sum, { length }) => sum + length, 0), isDeletion);
    await this.#transaction(records.map((bytes, index) => () => this.#records.put(first + index, bytes)));
    if (!isDeletion) this.#reserve.restore();
  }
  /** Throws DiskFull before LMDB is asked: a commit that finds no room damages the memory of the process (lmdb 3.5: "malloc(): invalid next size"). */
  #requireRoom(bytes: number, isDeletion: boolean): void {
    const needed = isDeletion ? roomForDeletion : roomForOthers + pagesPerByte * bytes;
    if (roomIn(this.#directory) >= needed) return;
    if (isDeletion && this.#reserve.release() && roomIn(this.#directory) >= needed) return;
    throw diskFull(this.#directory, needed);
  }
  async setCompacted(revision: Revision): Promise<void> {
    this.#requireRoom(0, true);
    await this.#transaction([() => this.#meta.put('compacted', revision)]);
  }
  async remove(revisions: readonly Revision[]): Promise<void> {
    if (revisions.length === 0) return;
    this.#requireRoom(0, true);
    await this.#transaction(revisions.map((revision) => () => this.#records.remove(revision)));
  }
  /** All or none. Each promise of the library is held, also that of its `commitError`: one that nobody holds would end the process. */
  async #transaction(operations: readonly (() => Promise<boolean>)[]): Promise<void> {
    const parts: Promise<boolean>[] = [];
    const whole = this.#records.batch(() => {
      for (const operation of operations) parts.push(operation());
    });
    const failed = (await Promise.allSettled([whole, ...parts])).find((result) => result.status === 'rejected');
    if (failed) throw await writeFailure(failed.reason, this.#directory);
  }
  async close(): Promise<void> {
    // On a full disk the mark stays: its process is over by then, so it keeps nobody out.
    if (roomIn(this.#directory) >= roomForDeletion) await this.#transaction([() => this.#meta.remove('owner')]).catch(() => {});
    await this.#root.close();
  }
}

/** Bytes that a deletion may find; its commit writes a few pages. */
const roomForDeletion = 256 * 1024;
/** What other writes leave to deletions, and to whoever frees space. */
const roomForOthers = 2 * 1024 * 1024;
/** A commit copies the pages on the way to what it writes. */
const pagesPerByte = 2;

/** Bytes that are free; all there are where the system does not tell. */
function roomIn(directory: string): number {
  try {
    const { bavail, bsize } = statfsSync(directory);
    return bavail * bsize;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
function diskFull(directory: string, needed: number, cause?: unknown): DiskFull {
  const message = `the disk that holds ${directory} is full; free some space there, and writes go on by themselves`;
  return new DiskFull(message, { lasts: () => roomIn(directory) < needed, cause });
}

function refusalOf(cause: unknown, directory: string): HostError {
  if (cause instanceof DiskFull) return new HostError('disk-full', cause.message, { params: { path: directory }, cause });
  return diskError(cause, directory) ?? new HostError('internal', messageOf(cause), { cause });
}

/** Why a commit failed, in words. lmdb-js rejects with an error whose `commitError` is a promise that rejects with the cause. */
async function writeFailure(reason: unknown, directory: string): Promise<Error> {
  const commitError = reason instanceof Error && 'commitError' in reason ? reason.commitError : undefined;
  const cause = await Promise.resolve(commitError).then(
    () => reason,
    (error: unknown) => error,
  );
  // LMDB maps a page that finds no room to an input/output error.
  return roomIn(directory) < roomForOthers ? diskFull(directory, roomForOthers, cause) : new Error(messageOf(cause), { cause });
}
