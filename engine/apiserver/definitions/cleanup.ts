/** Takes the objects of a definition that goes, and lets it go when there are none. Upstream: pkg/controller/finalizer/crd_finalizer.go, which polls. */
import { type Clock, rfc3339 } from '../../api/clock.ts';
import { cleanupFinalizer, isTrue, withCondition } from '../../api/custom/definition.ts';
import { isApiError } from '../../api/errors.ts';
import { apiVersionOf } from '../../api/kind.ts';
import { customResourceDefinition } from '../../api/kinds/apiextensions/custom-resource-definition.ts';
import { messageOf } from '../../api/message-of.ts';
import type { Live } from '../../api/object.ts';
import type { CustomResourceDefinition, CustomResourceDefinitionCondition } from '../../api/types.gen.ts';
import { Compacted, type Store } from '../../store/store.ts';
import type { LocalClient } from '../local-client.ts';
import type { Registry } from '../registry.ts';

export interface CleanupOptions {
  readonly store: Store;
  readonly registry: Registry;
  readonly clock: Clock;
  readonly client: LocalClient;
  readonly signal: AbortSignal;
  readonly onError: (error: unknown) => void;
}

type Definition = Live<CustomResourceDefinition>;
type Terminating = Omit<CustomResourceDefinitionCondition, 'type'>;

const inProgress: Terminating = {
  status: 'True',
  reason: 'InstanceDeletionInProgress',
  message: 'CustomResource deletion is in progress',
};
const completed: Terminating = { status: 'False', reason: 'InstanceDeletionCompleted', message: 'removed all instances' };
const never: Terminating = { status: 'False', reason: 'NeverEstablished', message: 'resource was never established' };

export class Cleanup implements AsyncDisposable {
  readonly #options: CleanupOptions;
  /** By uid: each is cleaned up once. */
  readonly #running = new Map<string, Promise<void>>();
  constructor(options: CleanupOptions) {
    this.#options = options;
  }

  begin(definition: Definition): void {
    const { uid, finalizers = [] } = definition.metadata;
    if (this.#running.has(uid) || !finalizers.includes(cleanupFinalizer)) return;
    const run = this.#clean(definition).catch((error: unknown) => {
      if (!isApiError(error, 'NotFound') && !this.#options.signal.aborted) this.#options.onError(error);
    });
    this.#running.set(
      uid,
      run.finally(() => this.#running.delete(uid)),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#running.values());
  }

  /** Removes what is left under the name of a definition, as if it had never been. */
  async sweep({ spec }: Definition): Promise<void> {
    const { store } = this.#options;
    const { entries } = await store.list(prefixOf(spec));
    for (const { key, revision } of entries) await store.write({ type: 'delete', key, expect: revision });
  }

  async #clean(definition: Definition): Promise<void> {
    const wasEstablished = isTrue(definition, 'Established');
    if (!wasEstablished) {
      await this.#write(definition, never, true);
      return;
    }
    await this.#write(definition, inProgress, false);
    try {
      await this.#removeObjects(definition);
    } catch (error) {
      const message = `could not issue all deletes: ${messageOf(error)}`;
      await this.#write(definition, { status: 'True', reason: 'InstanceDeletionFailed', message }, false);
      throw error;
    }
    if (!this.#options.signal.aborted) await this.#write(definition, completed, true);
  }

  /** By the API, so that finalizers hold what they hold; resolves when nothing is left. */
  async #removeObjects(definition: Definition): Promise<void> {
    const { store, client, registry, signal } = this.#options;
    const { spec } = definition;
    const prefix = prefixOf(spec);
    const kind = registry.resources.find(({ kind: { custom } }) => custom?.definition === definition.metadata.name)?.kind;
    // No version is served: nobody can hold anything.
    if (!kind) return this.sweep(definition);
    await client.request({ method: 'DELETE', path: `/apis/${apiVersionOf(kind)}/${kind.plural}` });
    while (!signal.aborted) {
      const { entries, revision } = await store.list(prefix);
      if (entries.length === 0) return;
      await firstDeletion(store, prefix, { after: revision, signal });
    }
  }

  async #write(definition: Definition, condition: Terminating, isLast: boolean): Promise<void> {
    const { client, clock } = this.#options;
    const { name } = definition.metadata;
    for (;;) {
      const current = await client.get(customResourceDefinition, { name });
      if (current.metadata.uid !== definition.metadata.uid) return;
      const { metadata, status } = current;
      const conditions = withCondition(status?.conditions ?? [], { type: 'Terminating', ...condition }, rfc3339(clock.now()));
      const finalizers = isLast ? metadata.finalizers?.filter((one) => one !== cleanupFinalizer) : metadata.finalizers;
      try {
        await client.update(
          customResourceDefinition,
          { ...current, metadata: { ...metadata, finalizers }, status: { ...status, conditions } },
          { subresource: 'status' },
        );
        return;
      } catch (error) {
        if (!isApiError(error, 'Conflict')) throw error;
      }
    }
  }
}

function prefixOf({ group, names }: CustomResourceDefinition['spec']): string {
  return `/${group}/${names.plural}/`;
}

/** Resolves with the first deletion under the prefix, or when the history is lost and the range must be read again. */
async function firstDeletion(
  store: Store,
  prefix: string,
  { after, signal }: { readonly after: number; readonly signal: AbortSignal },
): Promise<void> {
  try {
    for await (const changes of store.watch(prefix, { after, signal })) if (changes.some(({ type }) => type === 'delete')) return;
  } catch (error) {
    if (!(error instanceof Compacted)) throw error;
  }
}
