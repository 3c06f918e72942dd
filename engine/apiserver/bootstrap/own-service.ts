/**
 * The Service `kubernetes` and where it leads. Whoever deletes everything in a namespace deletes them too: they come back, as pods reach
 * the API by them. Upstream: pkg/controlplane/controller/kubernetesservice and pkg/controlplane/reconcilers.
 */
import { Compacted, type Store } from '../../store/store.ts';
import type { LocalClient } from '../local-client.ts';
import type { Registry } from '../registry.ts';
import { ensureOwnService, publishEndpoint } from './bootstrap.ts';

export interface Endpoint {
  readonly address: string;
  readonly port: number;
}
export interface OwnServiceOptions {
  readonly store: Store;
  readonly registry: Registry;
  readonly client: LocalClient;
  readonly serviceAddress: string;
  /** Ends the watches. */
  readonly signal: AbortSignal;
  readonly onError: (error: unknown) => void;
}

export class OwnService implements AsyncDisposable {
  readonly #options: OwnServiceOptions;
  #endpoint: Endpoint | undefined;
  #restoring = Promise.resolve();

  constructor(options: OwnServiceOptions) {
    this.#options = options;
  }

  /** From now on what is deleted comes back. */
  keep(): void {
    const { registry, onError } = this.#options;
    const resources = [registry.need('', 'services'), registry.need('', 'endpoints'), registry.need('discovery.k8s.io', 'endpointslices')];
    for (const resource of resources) this.#follow(resource.key('default', 'kubernetes')).catch(onError);
  }

  async publish(endpoint: Endpoint): Promise<void> {
    this.#endpoint = endpoint;
    await publishEndpoint(this.#options.client, endpoint);
  }

  async #follow(key: string): Promise<void> {
    const { store, signal } = this.#options;
    while (!signal.aborted) {
      try {
        // A prefix, and so perhaps of others too.
        for await (const changes of store.watch(key, { after: store.revision, signal }))
          if (changes.some((change) => change.type === 'delete' && change.key === key)) await this.#restore();
        // The store closed.
        return;
      } catch (error) {
        if (!(error instanceof Compacted)) throw error;
        await this.#restore();
      }
    }
  }

  /** One at a time: what a deletion of all three sets off must not race itself. */
  #restore(): Promise<void> {
    const { client, serviceAddress } = this.#options;
    const work = this.#restoring.then(async () => {
      await ensureOwnService(client, serviceAddress);
      if (this.#endpoint) await publishEndpoint(client, this.#endpoint);
    });
    // Whoever asked hears of a failure; the next round starts afresh.
    this.#restoring = work.catch(() => {});
    return work;
  }

  /** The watches end with their signal; what is being put back is finished. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#restoring;
  }
}
