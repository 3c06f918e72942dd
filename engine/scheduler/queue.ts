/**
 * The pods that wait for a node: ready ones by priority, then age; those that were just tried, until their back-off is over; and those
 * that fit nowhere, until something happens that could change it. No timer runs for an empty queue.
 * Upstream: scheduler/backend/queue/scheduling_queue.go.
 */
import type { Clock } from '../api/clock.ts';
import { filters } from './filters.ts';
import { Heap } from './heap.ts';
import type { ClusterEvent } from './plugin.ts';

export const initialBackoffMs = 1000;
export const maxBackoffMs = 10_000;
/** Pods that no event has requeued are tried again after this time, should an event have been missed. */
export const leftoverMs = 5 * 60_000;

export interface Waiting {
  readonly key: string;
  readonly priority: number;
}
type State = 'ready' | 'backing-off' | 'unschedulable' | 'taken' | 'gone';
interface Item extends Waiting {
  priority: number;
  state: State;
  /** Order of arrival. */
  since: number;
  attempts: number;
  readyAtMs: number;
  triedAtMs: number;
  refusedBy: ReadonlySet<string>;
}

export class SchedulingQueue {
  readonly #clock: Clock;
  readonly #onReady: () => void;
  readonly #items = new Map<string, Item>();
  // An item may lie in a heap although its state has changed; it is dropped when it comes out.
  readonly #ready = new Heap<{ readonly item: Item; readonly priority: number; readonly since: number }>(
    (a, b) => a.priority > b.priority || (a.priority === b.priority && a.since < b.since),
  );
  readonly #backingOff = new Heap<{ readonly item: Item; readonly readyAtMs: number }>((a, b) => a.readyAtMs < b.readyAtMs);
  readonly #unschedulable = new Set<Item>();
  #arrivals = 0;
  #cancelBackoff: (() => void) | undefined;
  #cancelLeftover: (() => void) | undefined;

  /** `onReady` is called when there is something to take. */
  constructor(clock: Clock, onReady: () => void) {
    this.#clock = clock;
    this.#onReady = onReady;
  }

  /** A pod that needs a node; known ones stay where they are unless `changed` says that they deserve another try. */
  add({ key, priority }: Waiting, changed = false): void {
    const known = this.#items.get(key);
    if (known && !(changed && known.state === 'unschedulable')) {
      known.priority = priority;
      return;
    }
    if (known) {
      this.#requeue(known);
      return;
    }
    const item: Item = {
      key,
      priority,
      state: 'gone',
      since: this.#arrivals++,
      attempts: 0,
      readyAtMs: 0,
      triedAtMs: 0,
      refusedBy: new Set(),
    };
    this.#items.set(key, item);
    this.#makeReady(item);
  }

  remove(key: string): void {
    const item = this.#items.get(key);
    if (!item) return;
    this.#items.delete(key);
    this.#leave(item, 'gone');
  }

  get hasReady(): boolean {
    return this.#nextReady() !== undefined;
  }
  /** The pod to try now; it is either removed or put back with `retry` or `refuse`. */
  take(): string | undefined {
    const item = this.#nextReady();
    if (!item) return undefined;
    this.#ready.pop();
    item.state = 'taken';
    item.attempts++;
    item.triedAtMs = this.#clock.now();
    return item.key;
  }

  /** Again after its back-off: the attempt failed for a passing reason. */
  retry(key: string): void {
    const item = this.#items.get(key);
    if (item?.state === 'taken') this.#backOff(item);
  }
  /** Fits nowhere: waits for an event that concerns one of `refusedBy`. */
  refuse(key: string, refusedBy: ReadonlySet<string>): void {
    const item = this.#items.get(key);
    if (item?.state !== 'taken') return;
    item.state = 'unschedulable';
    item.refusedBy = refusedBy;
    this.#unschedulable.add(item);
    this.#armLeftover();
  }

  /** Something happened: pods for which it may make a difference get another try. */
  moved(events: readonly ClusterEvent[]): void {
    if (this.#unschedulable.size === 0) return;
    const concerned = filters.filter(({ requeueOn }) => events.some((event) => requeueOn.includes(event)));
    for (const item of [...this.#unschedulable]) if (concerned.some(({ name }) => item.refusedBy.has(name))) this.#requeue(item);
  }

  close(): void {
    this.#cancelBackoff?.();
    this.#cancelLeftover?.();
    this.#items.clear();
    this.#unschedulable.clear();
  }

  #nextReady(): Item | undefined {
    for (let next = this.#ready.peek(); next; next = this.#ready.peek()) {
      if (next.item.state === 'ready' && this.#items.get(next.item.key) === next.item) return next.item;
      this.#ready.pop();
    }
    return undefined;
  }

  #requeue(item: Item): void {
    if (this.#backoffEnd(item) <= this.#clock.now()) this.#makeReady(item);
    else this.#backOff(item);
  }
  #makeReady(item: Item): void {
    this.#leave(item, 'ready');
    this.#ready.push({ item, priority: item.priority, since: item.since });
    this.#onReady();
  }
  #backOff(item: Item): void {
    this.#leave(item, 'backing-off');
    item.readyAtMs = this.#backoffEnd(item);
    this.#backingOff.push({ item, readyAtMs: item.readyAtMs });
    this.#armBackoff();
  }
  #leave(item: Item, state: State): void {
    item.state = state;
    this.#unschedulable.delete(item);
    if (this.#unschedulable.size > 0) return;
    this.#cancelLeftover?.();
    this.#cancelLeftover = undefined;
  }

  /** 1 s after the first attempt, doubling up to 10 s. */
  #backoffEnd({ attempts, triedAtMs }: Item): number {
    return triedAtMs + Math.min(maxBackoffMs, initialBackoffMs * 2 ** Math.max(0, attempts - 1));
  }

  #armBackoff(): void {
    this.#cancelBackoff?.();
    const next = this.#backingOff.peek();
    this.#cancelBackoff = next && this.#clock.timer(Math.max(0, next.readyAtMs - this.#clock.now()), () => this.#endBackoffs());
  }
  #endBackoffs(): void {
    const now = this.#clock.now();
    for (let next = this.#backingOff.peek(); next && next.readyAtMs <= now; next = this.#backingOff.peek()) {
      this.#backingOff.pop();
      if (next.item.state === 'backing-off' && next.item.readyAtMs === next.readyAtMs) this.#makeReady(next.item);
    }
    this.#armBackoff();
  }

  #armLeftover(): void {
    this.#cancelLeftover ??= this.#clock.timer(leftoverMs, () => {
      this.#cancelLeftover = undefined;
      const before = this.#clock.now() - leftoverMs;
      for (const item of [...this.#unschedulable]) if (item.triedAtMs <= before) this.#requeue(item);
      if (this.#unschedulable.size > 0) this.#armLeftover();
    });
  }
}
