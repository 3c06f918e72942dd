/**
 * Decides what becomes of an event: written anew, counted up on one that was written before, folded into "(combined from similar events)", or dropped as spam.
 * Upstream: client-go's tools/record/events_cache.go, with its numbers.
 */
import { LRUCache } from 'lru-cache';
import { rfc3339 } from '../api/clock.ts';
import type { CoreEvent } from '../api/types.gen.ts';

/** What is known of an event that was written. */
interface Known {
  readonly name: string;
  readonly namespace: string;
  readonly firstTimestamp: string | undefined;
  readonly count: number;
}
interface Similar {
  readonly messages: Set<string>;
  lastMs: number;
}
interface Budget {
  tokens: number;
  atMs: number;
}

export type Correlated =
  | { readonly type: 'drop' }
  | { readonly type: 'create'; readonly key: string; readonly event: CoreEvent }
  /** `event` is what to create should the one under its name be gone. */
  | { readonly type: 'count'; readonly key: string; readonly event: CoreEvent; readonly patch: object };

const knownEvents = 4096;
/** That many messages of one sort within the interval; then they share one event. */
const similarMessages = 10;
const similarIntervalMs = 600_000;
/** Events about one object from one source: so many at once, then one more each five minutes. */
const burst = 25;
const refillMs = 300_000;

export class EventCorrelator {
  readonly #known = new LRUCache<string, Known>({ max: knownEvents });
  readonly #similar = new LRUCache<string, Similar>({ max: knownEvents });
  readonly #budgets = new LRUCache<string, Budget>({ max: knownEvents });

  correlate(event: CoreEvent, nowMs: number): Correlated {
    const { key, event: folded } = this.#fold(event, nowMs);
    const known = this.#known.get(key);
    const next = known ? repeated(folded, known) : folded;
    this.#remember(key, next);
    if (!this.#mayTell(next, nowMs)) return { type: 'drop' };
    if (!known) return { type: 'create', key, event: next };
    return {
      type: 'count',
      key,
      event: next,
      patch: { count: next.count, lastTimestamp: rfc3339(nowMs), message: next.message },
    };
  }
  /** It could not be written: its repeat starts anew. */
  forget(key: string): void {
    this.#known.delete(key);
  }

  #fold(event: CoreEvent, nowMs: number): { readonly key: string; readonly event: CoreEvent } {
    const sort = join(sourceKey(event), event.type, event.reason);
    const found = this.#similar.get(sort);
    const similar = found && nowMs - found.lastMs <= similarIntervalMs ? found : { messages: new Set<string>(), lastMs: nowMs };
    similar.messages.add(event.message ?? '');
    similar.lastMs = nowMs;
    this.#similar.set(sort, similar);
    if (similar.messages.size < similarMessages) return { key: join(sort, event.involvedObject.fieldPath, event.message), event };
    // Only that there were many matters; the set must not grow with them.
    const [oldest] = similar.messages;
    similar.messages.delete(oldest ?? '');
    return { key: sort, event: { ...event, message: `(combined from similar events): ${event.message}` } };
  }

  #remember(key: string, { metadata, firstTimestamp, count }: CoreEvent): void {
    this.#known.set(key, { name: metadata.name ?? '', namespace: metadata.namespace ?? '', firstTimestamp, count: count ?? 1 });
  }

  #mayTell(event: CoreEvent, nowMs: number): boolean {
    const key = sourceKey(event);
    const budget = this.#budgets.get(key) ?? { tokens: burst, atMs: nowMs };
    const tokens = Math.min(burst, budget.tokens + (nowMs - budget.atMs) / refillMs);
    const isAllowed = tokens >= 1;
    this.#budgets.set(key, { tokens: isAllowed ? tokens - 1 : tokens, atMs: nowMs });
    return isAllowed;
  }
}

function repeated(event: CoreEvent, { name, namespace, firstTimestamp, count }: Known): CoreEvent {
  return { ...event, metadata: { ...event.metadata, name, namespace }, firstTimestamp, count: count + 1 };
}
function sourceKey({ source, involvedObject: { kind, namespace, name, uid, apiVersion } }: CoreEvent): string {
  return join(source?.component, source?.host, kind, namespace, name, uid, apiVersion);
}
function join(...parts: readonly (string | undefined)[]): string {
  return parts.join('\u0000');
}
