/**
 * Events of the kubelet. The same message about the same object counts up instead of being written again. Written in the background, in
 * order per object; losing one is logged and changes nothing else. Upstream: client-go/tools/record.
 */
import { type Clock, rfc3339 } from '../../api/clock.ts';
import type { CoreEvent, ObjectReference } from '../../api/types.gen.ts';
import type { Client } from '../../client/client.ts';
import type { Log } from '../context.ts';
import { events } from '../kinds.ts';

export type EventType = 'Normal' | 'Warning';
export interface EventSink {
  emit(about: ObjectReference, type: EventType, reason: string, message: string): void;
}

interface Written {
  readonly name: string;
  readonly namespace: string;
  readonly at: number;
  readonly count: number;
}
/** Upstream's aggregation interval. */
const sameForMs = 600_000;
const maxRemembered = 4096;
const maxMessage = 1024;

export class PodEvents implements EventSink {
  readonly #client: Client;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #host: string;
  readonly #written = new Map<string, Written>();
  readonly #queues = new Map<string, Promise<void>>();
  #lastStamp = 0;
  constructor({ client, clock, log, host }: { readonly client: Client; readonly clock: Clock; readonly log: Log; readonly host: string }) {
    this.#client = client;
    this.#clock = clock;
    this.#log = log;
    this.#host = host;
  }

  emit(about: ObjectReference, type: EventType, reason: string, text: string): void {
    const message = text.slice(0, maxMessage);
    const now = this.#clock.now();
    const queue = `${about.kind}/${about.namespace}/${about.name}`;
    const written = (this.#queues.get(queue) ?? Promise.resolve())
      .then(() => this.#write({ about, type, reason, message, now }))
      .catch((error: unknown) => this.#log.warn(`event ${reason} of ${queue} was lost`, error))
      .finally(() => {
        if (this.#queues.get(queue) === written) this.#queues.delete(queue);
      });
    this.#queues.set(queue, written);
  }

  /** Resolves when everything emitted so far has been written or lost. */
  async flush(): Promise<void> {
    await Promise.all(this.#queues.values());
  }

  async #write(event: Emitted): Promise<void> {
    const { about, type, reason, message, now } = event;
    const key = [about.uid, about.fieldPath, type, reason, message].join('\u0000');
    const known = this.#written.get(key);
    if (known && now - known.at < sameForMs && (await this.#countUp(key, known, now))) return;
    const made = await this.#client.create(events, this.#eventOf(event));
    this.#written.set(key, { name: made.metadata.name, namespace: made.metadata.namespace ?? '', at: now, count: 1 });
    const oldest = this.#written.keys().next();
    if (this.#written.size > maxRemembered && !oldest.done) this.#written.delete(oldest.value);
  }

  async #countUp(key: string, known: Written, now: number): Promise<boolean> {
    const count = known.count + 1;
    try {
      const patch = { count, lastTimestamp: rfc3339(now) };
      await this.#client.patch(events, { namespace: known.namespace, name: known.name }, { type: 'merge', patch });
      this.#written.set(key, { ...known, at: now, count });
      return true;
    } catch {
      // Expired or removed in the meantime: it is written anew.
      this.#written.delete(key);
      return false;
    }
  }

  #eventOf({ about, type, reason, message, now }: Emitted): CoreEvent {
    const time = rfc3339(now);
    this.#lastStamp = Math.max(this.#lastStamp + 1, now * 1000);
    const namespace = about.namespace || 'default';
    return {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: `${about.name}.${this.#lastStamp.toString(16)}`, namespace },
      involvedObject: about,
      type,
      reason,
      message,
      firstTimestamp: time,
      lastTimestamp: time,
      count: 1,
      source: { component: 'kubelet', host: this.#host },
      reportingComponent: 'kubelet',
      reportingInstance: this.#host,
    };
  }
}

interface Emitted {
  readonly about: ObjectReference;
  readonly type: EventType;
  readonly reason: string;
  readonly message: string;
  readonly now: number;
}
