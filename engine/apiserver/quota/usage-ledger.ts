/**
 * What the objects of one kind count for in one namespace: those in the store, as a watch tells, and those that are being written. A write reserves what it adds
 * and the reservation stays until the watch has shown the object, so that writes side by side cannot both take the last place.
 */
import type { KubeObject, Live } from '../../api/object.ts';
import { type Amounts, addAmounts, noAmounts, printAmounts, subtractAmounts } from '../../api/quota/amounts.ts';
import { endsAtMs } from '../../api/quota/pod-usage.ts';
import type { PodTraits } from '../../api/quota/scopes.ts';
import { isInScope, type QuotaKind, quotaUsage, traitsOf } from '../../api/quota/usage.ts';
import type { ResourceQuota } from '../../api/types.gen.ts';

/** What an object counts for, and for which quotas. */
export interface Counted {
  readonly usage: Amounts;
  readonly traits: PodTraits | undefined;
}
interface Entry extends Counted {
  readonly object: Live<KubeObject>;
  readonly endsAtMs: number;
}
export interface Reservation {
  readonly key: string;
  readonly uid: string;
  readonly next: Counted;
  /** Absent where the object is new. */
  readonly old?: Counted;
}

export class UsageLedger {
  readonly #kind: QuotaKind;
  readonly #now: () => number;
  readonly #entries = new Map<string, Entry>();
  /** By traits, of which there are few. */
  readonly #totals = new Map<string, Counted>();
  /** Objects that will stop to count by themselves. */
  readonly #ending = new Set<string>();
  readonly #reserved = new Set<Reservation>();

  constructor(kind: QuotaKind, now: () => number) {
    this.#kind = kind;
    this.#now = now;
  }

  count(object: KubeObject): Counted {
    return { usage: quotaUsage(this.#kind, object, this.#now()), traits: traitsOf(this.#kind, object) };
  }

  /** What the store holds under the key. */
  set(key: string, object: Live<KubeObject> | undefined): void {
    const before = this.#entries.get(key);
    if (before) this.#add(before, -1);
    this.#entries.delete(key);
    this.#ending.delete(key);
    if (!object) return;
    const entry: Entry = { ...this.count(object), object, endsAtMs: endsAtMs(object.metadata) };
    this.#entries.set(key, entry);
    this.#add(entry, 1);
    if (entry.endsAtMs >= this.#now() && entry.endsAtMs !== Number.POSITIVE_INFINITY) this.#ending.add(key);
    for (const reservation of this.#reserved) if (isSeen(reservation, key, entry)) this.#reserved.delete(reservation);
  }

  /** Until `set` shows it, or it is given back. */
  reserve(reservation: Reservation): () => void {
    this.#reserved.add(reservation);
    return () => void this.#reserved.delete(reservation);
  }

  used(quota: ResourceQuota): Amounts {
    this.#expire();
    let used: Amounts = noAmounts;
    for (const { usage, traits } of this.#totals.values()) if (isInScope(quota, traits)) used = addAmounts(used, usage);
    for (const { next, old } of this.#reserved) used = addAmounts(used, added(quota, next, old));
    return used;
  }

  #expire(): void {
    const now = this.#now();
    for (const key of [...this.#ending]) {
      const entry = this.#entries.get(key);
      if (entry && entry.endsAtMs < now) this.set(key, entry.object);
    }
  }

  #add({ usage, traits }: Counted, sign: 1 | -1): void {
    const key = JSON.stringify(traits ?? null);
    const total = this.#totals.get(key)?.usage ?? noAmounts;
    this.#totals.set(key, { traits, usage: sign === 1 ? addAmounts(total, usage) : subtractAmounts(total, usage) });
  }
}

/** By how much a write raises what the quota counts; what it frees counts when it is seen. */
export function added(quota: ResourceQuota, next: Counted, old: Counted | undefined): Amounts {
  if (!isInScope(quota, next.traits)) return noAmounts;
  const delta = old && isInScope(quota, old.traits) ? subtractAmounts(next.usage, old.usage) : next.usage;
  return new Map([...delta].filter(([, { nano }]) => nano > 0n));
}

function isSeen({ key, uid, next, old }: Reservation, seen: string, entry: Entry): boolean {
  if (key !== seen) return false;
  if (!old) return entry.object.metadata.uid === uid;
  return printAmounts(entry.usage) === printAmounts(next.usage) && JSON.stringify(entry.traits) === JSON.stringify(next.traits);
}
