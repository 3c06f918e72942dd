/**
 * A program that writes to a store as fast as it can and tells on stdout what was acknowledged, one JSON line each; for crash and lock
 * tests. `node store-writer.ts <directory> [hold]`; with `hold` it only opens the store, says so, and waits for stdin to end.
 */
import { createHash } from 'node:crypto';
import { HostError } from '../api/host-error.ts';
import { openStore } from '../store/lmdb.ts';
import type { Entry, Store, Write } from '../store/store.ts';

export interface Acknowledged {
  readonly key: string;
  readonly revision: number;
  readonly deleted: boolean;
}

const lanes = 24;
const keysPerLane = 8;
const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

/** A value that shows whether it is whole. */
function sealed(key: string, count: number): Write & { type: 'create' } {
  const body = `${count}`.repeat(1 + ((count * 7919) % 900));
  return { type: 'create', key, value: { key, count, body, seal: createHash('sha256').update(`${key} ${count} ${body}`).digest('hex') } };
}
export function isWhole({ key, value }: Entry): boolean {
  return value.key === key && value.seal === createHash('sha256').update(`${key} ${value.count} ${value.body}`).digest('hex');
}

async function writeForever(store: Store, lane: number): Promise<never> {
  for (let count = 1; ; count++) {
    const key = `/lane/${lane}/${(count * 31) % keysPerLane}`;
    const now = await store.get(key);
    const fresh = sealed(key, count);
    const change: Write = !now
      ? fresh
      : count % 5 === 0
        ? { type: 'delete', key, expect: now.revision }
        : { ...fresh, type: 'update', expect: now.revision };
    const result = await store.write(change);
    if (!result.ok) throw new Error(`a conflict on ${key}, which has one writer`);
    say({ key, revision: result.revision, deleted: change.type === 'delete' } satisfies Acknowledged);
    if (count % 200 === 0) await store.compact(store.revision - 100);
  }
}

async function main(directory: string, mode: string | undefined): Promise<void> {
  const clock = { now: Date.now, timer: () => () => {} };
  try {
    const store = await openStore({ directory, clock });
    say({ open: process.pid });
    if (mode === 'hold') {
      for await (const _ of process.stdin);
      await store[Symbol.asyncDispose]();
    } else await Promise.all(Array.from({ length: lanes }, (_, lane) => writeForever(store, lane)));
  } catch (cause) {
    if (!(cause instanceof HostError)) throw cause;
    say({ refused: cause.code, ...cause.params });
  }
}

if (import.meta.main) await main(process.argv[2] ?? '', process.argv[3]);
