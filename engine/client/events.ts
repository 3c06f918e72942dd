/**
 * Tells the cluster what happened to an object, as core/v1 Events. Never throws and never makes the caller wait; an event that cannot be written is dropped, as
 * upstream does. Upstream: client-go's tools/record (EventBroadcaster with its queue of 1000, EventRecorder).
 */
import { type Clock, rfc3339 } from '../api/clock.ts';
import { isApiError } from '../api/errors.ts';
import type { Kind } from '../api/kind.ts';
import type { KubeObject } from '../api/object.ts';
import type { CoreEvent, ObjectReference } from '../api/types.gen.ts';
import type { Client } from './client.ts';
import { EventCorrelator } from './event-correlator.ts';

const eventKind: Kind<CoreEvent> = { group: '', version: 'v1', kind: 'Event', plural: 'events', namespaced: true };
const maxQueued = 1000;
const maxMessageLength = 1024;

export type EventType = 'Normal' | 'Warning';
export interface EventRecorder {
  /** `object` as the API returned it: with apiVersion, kind, name and uid. */
  event(object: KubeObject, type: EventType, reason: string, message: string): void;
  /** The same about what a reference names, which can be a part of an object (`spec.containers{nginx}`). */
  eventAbout(about: ObjectReference, type: EventType, reason: string, message: string): void;
}

export interface EventBroadcasterOptions {
  readonly client: Client;
  readonly clock: Clock;
  /** Told when an event was lost. */
  readonly onError?: (error: unknown) => void;
}

export class EventBroadcaster implements AsyncDisposable {
  readonly #options: EventBroadcasterOptions;
  readonly #correlator = new EventCorrelator();
  readonly #queue: CoreEvent[] = [];
  #writing: Promise<void> | undefined;
  #lastStamp = 0n;

  constructor(options: EventBroadcasterOptions) {
    this.#options = options;
  }

  /** `component`: who tells it (`deployment-controller`); `host`: on which node, for those who run on one. */
  recorder(component: string, host?: string): EventRecorder {
    const eventAbout: EventRecorder['eventAbout'] = (about, type, reason, message) => {
      const source = { component, ...(host === undefined ? {} : { host }) };
      this.#enqueue({ ...this.#eventOf(about), type, reason, message: message.slice(0, maxMessageLength), source });
    };
    return { eventAbout, event: (object, type, reason, message) => eventAbout(referenceTo(object), type, reason, message) };
  }

  /** Writes what is queued. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writing;
  }

  #enqueue(event: CoreEvent): void {
    if (this.#queue.length >= maxQueued) return;
    const { component, host } = event.source ?? {};
    this.#queue.push({ ...event, reportingComponent: component, reportingInstance: host ?? '' });
    this.#writing ??= this.#drain();
  }

  /** One at a time, so that a count never overtakes the event it counts. */
  async #drain(): Promise<void> {
    for (let event = this.#queue.shift(); event; event = this.#queue.shift()) await this.#write(event);
    this.#writing = undefined;
  }

  async #write(event: CoreEvent): Promise<void> {
    const { client, clock } = this.#options;
    const correlated = this.#correlator.correlate(event, clock.now());
    if (correlated.type === 'drop') return;
    try {
      if (correlated.type === 'create') await client.create(eventKind, correlated.event);
      else await this.#count(correlated.event, correlated.patch);
    } catch (error) {
      this.#correlator.forget(correlated.key);
      // A namespace that is going away takes no new events; that is how it should be.
      if (!isApiError(error, 'Forbidden') && !isApiError(error, 'NotFound')) this.#options.onError?.(error);
    }
  }

  async #count(event: CoreEvent, patch: object): Promise<void> {
    const { client } = this.#options;
    const { name = '', namespace } = event.metadata;
    try {
      await client.patch(eventKind, { namespace, name }, { type: 'merge', patch });
    } catch (error) {
      if (!isApiError(error, 'NotFound')) throw error;
      // Somebody removed it; upstream writes it again, with its count.
      await client.create(eventKind, event);
    }
  }

  #eventOf(about: ObjectReference): CoreEvent {
    const nowMs = this.#options.clock.now();
    // Upstream: the object's name and the time in hexadecimal nanoseconds. Two of one millisecond must differ.
    const stamp = BigInt(nowMs) * 1_000_000n;
    this.#lastStamp = stamp > this.#lastStamp ? stamp : this.#lastStamp + 1n;
    const now = rfc3339(nowMs);
    return {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: `${about.name}.${this.#lastStamp.toString(16)}`, namespace: about.namespace || 'default' },
      involvedObject: about,
      firstTimestamp: now,
      lastTimestamp: now,
      count: 1,
    };
  }
}

function referenceTo({ apiVersion, kind, metadata: { name, namespace, uid, resourceVersion } }: KubeObject): ObjectReference {
  return { apiVersion, kind, name, uid, resourceVersion, ...(namespace ? { namespace } : {}) };
}
