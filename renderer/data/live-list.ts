/**
 * All objects of one kind of one cluster, kept up to date by a subscription for as long as somebody looks, and a little longer. Changes are
 * taken in as they come and told once per frame. Readers see whole lists only: until the first is complete the state is `loading`.
 */
import type { KubeObject, Live } from '../../engine/api/object.ts';
import type { KindRef, WireError } from '../../engine/host/contract.ts';
import type { Frames } from './frames.ts';
import type { Host } from './host-client.ts';
import type { IndexName } from './kinds.ts';
import { ObjectTable } from './object-table.ts';

export type ListState = 'loading' | 'ready' | 'interrupted' | 'failed';
export interface LiveListOptions {
  readonly host: Host;
  readonly cluster: string;
  readonly kind: KindRef;
  readonly frames: Frames;
}
/** Going back to a page within this time finds its list still warm. */
const keepAliveMs = 15_000;

export class LiveList {
  readonly #options: LiveListOptions;
  readonly #listeners = new Set<() => void>();
  readonly #table = new ObjectTable();
  #end: (() => void) | undefined;
  #stopTimer: ReturnType<typeof setTimeout> | undefined;
  #version = 0;
  #state: ListState = 'loading';
  #error: WireError | undefined;

  constructor(options: LiveListOptions) {
    this.#options = options;
  }

  /** Changes whenever anything else here does. */
  get version(): number {
    return this.#version;
  }
  get state(): ListState {
    return this.#state;
  }
  get error(): WireError | undefined {
    return this.#error;
  }
  get(key: string): Live<KubeObject> | undefined {
    return this.#table.get(key);
  }
  list(): readonly Live<KubeObject>[] {
    return this.#table.list();
  }
  by(index: IndexName, value: string): readonly Live<KubeObject>[] {
    return this.#table.by(index, value);
  }

  /** An arrow, because React calls it without its object. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    clearTimeout(this.#stopTimer);
    if (!this.#end) this.#begin();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#stopTimer = setTimeout(() => this.stop(), keepAliveMs);
    };
  };
  readonly snapshot = (): number => this.#version;

  /** Asks anew after an end, for instance when the cluster runs again. */
  restart(): void {
    this.stop();
    if (this.#listeners.size > 0) this.#begin();
  }
  stop(): void {
    clearTimeout(this.#stopTimer);
    this.#end?.();
    this.#end = undefined;
  }

  #begin(): void {
    const { host, cluster, kind } = this.#options;
    const { group, version, plural } = kind;
    this.#set(this.#table.size > 0 ? 'interrupted' : 'loading', undefined);
    this.#end = host.subscribe(
      'objects.watch',
      { cluster, kind: { group, version, plural } },
      {
        onEvent: (batch) => {
          this.#table.apply(batch);
          if (batch.type === 'interrupted') this.#set('interrupted', batch.error);
          else this.#set(batch.type === 'list' ? 'ready' : this.#state, undefined);
        },
        onEnd: (error) => {
          this.#table.apply({ type: 'list', objects: [] });
          this.#set('failed', error);
        },
      },
    );
  }
  #set(state: ListState, error: WireError | undefined): void {
    this.#state = state;
    this.#error = error;
    this.#options.frames.request(this.#announce);
  }
  readonly #announce = (): void => {
    this.#version++;
    for (const listener of this.#listeners) listener();
  };
}
