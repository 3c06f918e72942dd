/**
 * What runs on this node, kept current by the engine's events: listed once per connection, then one look at a container for each change.
 * While the engine cannot be reached it tries again, and says so. Upstream counterpart: the evented PLEG (pkg/kubelet/pleg/evented.go).
 */
import type { Clock } from '../../api/clock.ts';
import { messageOf } from '../../api/message-of.ts';
import { wait } from '../../client/wait.ts';
import type { Log } from '../context.ts';
import type { Runtime, RuntimeContainer, RuntimeEvent } from '../runtime/runtime.ts';
import { emptyView, type PodView } from './pod-view.ts';

export interface RuntimeWatchOptions {
  readonly runtime: Runtime;
  readonly clock: Clock;
  readonly log: Log;
  /** Something of this pod changed. */
  readonly onChange: (podUid: string) => void;
  /** `undefined`: the engine answers and the list is complete; else why not. */
  readonly onHealth: (problem: string | undefined) => void;
}
const firstRetryMs = 250;
const maxRetryMs = 5_000;

export class RuntimeWatch {
  readonly #options: RuntimeWatchOptions;
  readonly #containers = new Map<string, RuntimeContainer>();
  readonly #byPod = new Map<string, Set<string>>();
  readonly #ending = new AbortController();
  #loop: Promise<void> = Promise.resolve();
  constructor(options: RuntimeWatchOptions) {
    this.#options = options;
  }

  start(): void {
    this.#loop = this.#run();
  }
  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    await this.#loop;
  }

  view(podUid: string): PodView {
    const ids = this.#byPod.get(podUid);
    if (!ids) return emptyView;
    const all = [...ids].flatMap((id) => this.#containers.get(id) ?? []).sort((a, b) => b.attempt - a.attempt || b.createdAt - a.createdAt);
    return { sandboxes: all.filter(({ role }) => role === 'sandbox'), containers: all.filter(({ role }) => role === 'container') };
  }
  podUids(): readonly string[] {
    return [...this.#byPod.keys()];
  }
  all(): readonly RuntimeContainer[] {
    return [...this.#containers.values()];
  }

  /** The kubelet's own doing, known without waiting for the event. */
  put(container: RuntimeContainer): void {
    const known = this.#containers.get(container.id);
    // An end is final: ids are never started twice, and the event may have been quicker than our own answer.
    if (known?.phase === 'exited' && container.phase !== 'exited') return;
    this.#containers.set(container.id, container);
    const { uid } = container.pod;
    this.#byPod.set(uid, (this.#byPod.get(uid) ?? new Set()).add(container.id));
  }
  delete(id: string): void {
    const container = this.#containers.get(id);
    if (!container) return;
    this.#containers.delete(id);
    const ids = this.#byPod.get(container.pod.uid);
    ids?.delete(id);
    if (ids?.size === 0) this.#byPod.delete(container.pod.uid);
  }

  async #run(): Promise<void> {
    const { clock, log, onHealth } = this.#options;
    const { signal } = this.#ending;
    let delayMs = firstRetryMs;
    while (!signal.aborted) {
      try {
        await this.#follow(() => {
          delayMs = firstRetryMs;
        });
        if (!signal.aborted) onHealth('container runtime is down');
      } catch (error) {
        if (signal.aborted) return;
        log.warn('the container engine cannot be reached', error);
        onHealth(messageOf(error));
      }
      await wait(clock, delayMs, signal);
      delayMs = Math.min(delayMs * 2, maxRetryMs);
    }
  }

  async #follow(onConnected: () => void): Promise<void> {
    const { runtime, onHealth } = this.#options;
    for await (const event of runtime.events(this.#ending.signal)) {
      if (event === 'listening') {
        await this.#relist();
        onConnected();
        onHealth(undefined);
      } else {
        this.#take(event);
      }
    }
  }

  async #relist(): Promise<void> {
    const found = await this.#options.runtime.list();
    const ids = new Set(found.map(({ id }) => id));
    const changed = new Set<string>();
    for (const known of this.all()) {
      if (ids.has(known.id)) continue;
      this.delete(known.id);
      changed.add(known.pod.uid);
    }
    for (const container of found) {
      this.put(container);
      changed.add(container.pod.uid);
    }
    for (const uid of changed) this.#options.onChange(uid);
  }

  #take({ id, action }: RuntimeEvent): void {
    const known = this.#containers.get(id);
    if (action === 'start' && known?.phase === 'running') return;
    if (action === 'destroy') {
      this.delete(id);
      if (known) this.#options.onChange(known.pod.uid);
      return;
    }
    this.look(id).catch((error: unknown) => this.#options.log.warn(`container ${id} could not be inspected`, error));
  }

  /** Looks at one container now. */
  async look(id: string): Promise<void> {
    const container = await this.#options.runtime.inspect(id);
    if (!container) return this.delete(id);
    this.put(container);
    this.#options.onChange(container.pod.uid);
  }
}
