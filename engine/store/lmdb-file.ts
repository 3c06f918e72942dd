/**
 * Looks at LMDB's data file before the library maps it into memory: a file that was cut short would not fail there but end the process
 * with SIGBUS. Layout: MDB_meta in LMDB's mdb.c (as shipped with lmdb-js: a page header of 24 bytes).
 */
import { closeSync, existsSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';

const magic = 0xbeefc0de;
const pageHeader = 24;
const at = { magic: 0, pageSize: 24, lastPage: 120 } as const;
const metaBytes = 256;
/** A file is written from its last page down now and then; more than this is not missing in a sound one. */
const maxMissing = 64 * 1024 * 1024;

/** Throws if `path` exists and is no LMDB file. Fills up a short one with zeros, which LMDB then reports as damage where it matters. */
export function checkDataFile(path: string): void {
  if (!existsSync(path)) return;
  const file = openSync(path, 'a+');
  try {
    const size = fstatSync(file).size;
    if (size === 0) return;
    const first = readMeta(file, 0);
    if (!first) throw new Error('data.mdb is not a database');
    const second = readMeta(file, first.pageSize);
    const missing = (Math.max(first.lastPage, second?.lastPage ?? 0) + 1) * first.pageSize - size;
    if (missing > maxMissing) throw new Error(`data.mdb is cut short: ${missing} bytes are missing`);
    if (missing > 0) writeSync(file, Buffer.alloc(missing));
  } finally {
    closeSync(file);
  }
}

function readMeta(file: number, offset: number): { readonly pageSize: number; readonly lastPage: number } | undefined {
  const bytes = Buffer.alloc(metaBytes);
  if (readSync(file, bytes, 0, metaBytes, offset) < metaBytes) return undefined;
  const meta = bytes.subarray(pageHeader);
  if (meta.readUInt32LE(at.magic) !== magic) return undefined;
  return { pageSize: meta.readUInt32LE(at.pageSize), lastPage: Number(meta.readBigUInt64LE(at.lastPage)) };
}
