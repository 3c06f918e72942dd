/**
 * Tells when a ConfigMap or Secret that a pod mounts has changed. One watch per object, shared by the pods that use it and ended with the last;
 * nothing else of the namespace is read. Upstream: pkg/kubelet/util/manager/watch_based_manager.go.
 */
import type { Clock } from '../../api/clock.ts';
import type { Kind } from '../../api/kind.ts';
import type { KubeObject } from '../../api/object.ts';
import type { Client } from '../../client/client.ts';
import { wait } from '../../client/wait.ts';
import type { Log } from '../context.ts';
import { configMaps, secrets } from '../kinds.ts';
import type { VolumeSource } from './volume-kind.ts';

interface Watched {
  readonly users: Set<string>;
  /** The object's resourceVersion as last seen; `''` while it does not exist. */
  version: string;
  readonly ending: AbortController;
  readonly ended: Promise<void>;
}
const retryMs = 2_000;

export class ObjectWatch {
  readonly #client: Client;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #onChange: (podUid: string) => void;
  readonly #watched = new Map<string, Watched>();
  constructor(options: {
    readonly client: Client;
    readonly clock: Clock;
    readonly log: Log;
    readonly onChange: (podUid: string) => void;
  }) {
    this.#client = options.client;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#onChange = options.onChange;
  }

  /** From now on the pod uses exactly these. */
  use(podUid: string, namespace: string, sources: readonly VolumeSource[]): void {
    const wanted = new Map(sources.map(({ kind, name, version }) => [`${kind}/${namespace}/${name}`, version]));
    for (const [key, version] of wanted) {
      const known = this.#watched.get(key);
      if (!known) {
        this.#begin(key, podUid, version);
        continue;
      }
      known.users.add(podUid);
      // It changed between the pod's reading and now.
      if (known.version !== version) this.#onChange(podUid);
    }
    for (const [key, watched] of this.#watched) {
      if (wanted.has(key) || !watched.users.delete(podUid) || watched.users.size > 0) continue;
      watched.ending.abort();
      this.#watched.delete(key);
    }
  }
  forget(podUid: string): void {
    this.use(podUid, '', []);
  }
  async [Symbol.asyncDispose](): Promise<void> {
    const all = [...this.#watched.values()];
    this.#watched.clear();
    for (const { ending } of all) ending.abort();
    await Promise.all(all.map(({ ended }) => ended));
  }

  #begin(key: string, podUid: string, version: string): void {
    const ending = new AbortController();
    const [kind = '', namespace = '', name = ''] = key.split('/');
    const users = new Set([podUid]);
    const watched: Watched = { users, version, ending, ended: Promise.resolve() };
    const seen = (next: string): void => {
      if (next === watched.version) return;
      watched.version = next;
      for (const user of users) this.#onChange(user);
    };
    const object = { namespace, name };
    const follow =
      kind === 'Secret' ? this.#follow(secrets, object, ending.signal, seen) : this.#follow(configMaps, object, ending.signal, seen);
    this.#watched.set(key, Object.assign(watched, { ended: follow }));
  }

  async #follow<T extends KubeObject>(
    kind: Kind<T>,
    { namespace, name }: { readonly namespace: string; readonly name: string },
    signal: AbortSignal,
    seen: (version: string) => void,
  ): Promise<void> {
    const scope = { namespace, fieldSelector: `metadata.name=${name}` };
    while (!signal.aborted) {
      try {
        const { items, resourceVersion } = await this.#client.list(kind, scope);
        seen(items[0]?.metadata.resourceVersion ?? '');
        for await (const event of this.#client.watch(kind, { ...scope, resourceVersion, signal })) {
          if (event.type === 'BOOKMARK') continue;
          seen(event.type === 'DELETED' ? '' : event.object.metadata.resourceVersion);
        }
      } catch (error) {
        if (signal.aborted) return;
        this.#log.warn(`watch of ${kind.plural} ${namespace}/${name} ended`, error);
        await wait(this.#clock, retryMs, signal);
      }
    }
  }
}
