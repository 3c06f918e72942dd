/**
 * Empties a namespace that is being deleted, pods first, tells what remains, and lets it go when nothing does. Upstream: pkg/controller/namespace/deletion; what
 * remains is watched, not polled.
 */
import { rfc3339 } from '../api/clock.ts';
import { isApiError } from '../api/errors.ts';
import type { KindDefinition } from '../api/kind.ts';
import { event as eventKind } from '../api/kinds/core/event.ts';
import { namespace as namespaceKind } from '../api/kinds/core/namespace.ts';
import { messageOf } from '../api/message-of.ts';
import { type Json, type KubeObject, keyOf, type Live, parseKey } from '../api/object.ts';
import { sameJson } from '../api/patch/merge-patch.ts';
import type { Namespace, NamespaceCondition } from '../api/types.gen.ts';
import type { Cache } from '../cache/cache.ts';
import type { Client } from '../client/client.ts';
import { after, Controller, done, onChange, onObject, type Result, type Trigger } from '../client/controller.ts';
import type { ControllerContext, ControllerSetup } from './context.ts';
import { type CustomKind, customKindsOf } from './custom-kinds.ts';
import { inBatches } from './in-batches.ts';
import { ownKinds } from './own-kinds.ts';

const finalizer = 'kubernetes';

interface Content {
  readonly kind: KindDefinition;
  readonly cache: Cache<KubeObject>;
}

export const namespaceController: ControllerSetup = (context) => {
  const namespaces = context.informers.cache(namespaceKind);
  const contents = ownKinds(context.kinds)
    .filter(({ namespaced }) => namespaced)
    .map((kind): Content => ({ kind, cache: context.informers.cache(kind) }));
  const followCustom = customKindsOf(context);
  const isGoing = (name = ''): boolean => namespaces.get(name)?.metadata.deletionTimestamp !== undefined;
  return () => {
    const all = new Set(contents);
    const reconciler = new NamespaceReconciler({ context, namespaces, contents: all });
    const triggerOf = ({ cache }: Content): Trigger =>
      onChange(cache, ({ object }) => (isGoing(object.metadata.namespace) ? [object.metadata.namespace ?? ''] : []));
    const controller = new Controller({
      name: 'namespace-controller',
      clock: context.clock,
      onError: context.onError,
      triggers: [onObject(namespaces), ...contents.map(triggerOf)],
      reconcile: (name) => reconciler.reconcile(name),
    });
    const ends = new Map<CustomKind, () => void>();
    const endCustom = followCustom({
      added(custom) {
        if (!custom.kind.namespaced) return;
        all.add(custom);
        ends.set(custom, controller.follow(triggerOf(custom)));
      },
      removed(custom) {
        all.delete(custom);
        ends.get(custom)?.();
        ends.delete(custom);
      },
    });
    return {
      async [Symbol.asyncDispose]() {
        endCustom();
        await controller[Symbol.asyncDispose]();
      },
    };
  };
};

interface NamespaceReconcilerOptions {
  readonly context: ControllerContext;
  readonly namespaces: Cache<Namespace>;
  readonly contents: ReadonlySet<Content>;
}
interface Remaining {
  readonly kind: KindDefinition;
  readonly objects: readonly Live<KubeObject>[];
}

class NamespaceReconciler {
  readonly #options: NamespaceReconcilerOptions;
  constructor(options: NamespaceReconcilerOptions) {
    this.#options = options;
  }

  async reconcile(name: string): Promise<Result> {
    const { namespaces, context } = this.#options;
    const namespace = namespaces.get(name);
    if (namespace?.metadata.deletionTimestamp === undefined || !namespace.spec.finalizers?.includes(finalizer)) return done;
    const failures = await this.#deleteContent(this.#remaining(name));
    const cached = this.#remaining(name);
    // The caches may be behind: before the namespace goes, the server is asked.
    const remaining = cached.length > 0 || failures.length > 0 ? cached : await this.#ask(name);
    const conditions = withConditions(
      namespace.status?.conditions ?? [],
      planConditions(remaining, failures),
      rfc3339(context.clock.now()),
    );
    const status = { phase: 'Terminating', conditions };
    const current = sameJson(namespace.status as unknown as Json, status as unknown as Json)
      ? namespace
      : await context.client.update(namespaceKind, { ...namespace, status }, { subresource: 'status' });
    if (failures.length > 0) throw failures[0];
    if (remaining.length === 0) await this.#finalize(current);
    // Found on the server but not yet in a cache: its event triggers the next reconcile, unless it is deleted before.
    return cached.length === 0 && remaining.length > 0 ? after(1000) : done;
  }

  #remaining(name: string): readonly Remaining[] {
    return [...this.#options.contents]
      .map(({ kind, cache }) => ({ kind, objects: cache.list(name) }))
      .filter(({ objects }) => objects.length > 0);
  }

  /** Pods first (upstream's OrderedNamespaceDeletion): what they use must be there until they have ended. */
  async #deleteContent(remaining: readonly Remaining[]): Promise<readonly unknown[]> {
    const pods = remaining.filter(({ kind }) => kind.kind === 'Pod');
    const due = pods.length > 0 ? pods : remaining;
    const objects = due.flatMap((one) => one.objects.map((object) => ({ kind: one.kind, object })));
    const staying = objects.filter(({ object }) => object.metadata.deletionTimestamp === undefined);
    return inBatches(staying, ({ kind, object }) => this.#delete(kind, object));
  }
  async #delete(kind: KindDefinition, object: Live<KubeObject>): Promise<void> {
    try {
      await this.#options.context.client.delete(kind, parseKey(keyOf(object)), { propagationPolicy: 'Background' });
    } catch (error) {
      if (!isApiError(error, 'NotFound')) throw error;
    }
  }

  async #ask(namespace: string): Promise<readonly Remaining[]> {
    const { client } = this.#options.context;
    const remaining: Remaining[] = [];
    for (const { kind } of this.#options.contents) {
      const items = await itemsIn(client, kind, namespace);
      if (items.length > 0) remaining.push({ kind, objects: items });
    }
    await this.#deleteContent(remaining);
    const { items: events } = remaining.length === 0 ? await client.list(eventKind, { namespace }) : { items: [] };
    // Nobody watches Events for their going, and nothing holds them.
    await this.#deleteContent([{ kind: eventKind as unknown as KindDefinition, objects: events }]);
    return remaining;
  }

  async #finalize(namespace: Live<Namespace>): Promise<void> {
    const finalizers = namespace.spec.finalizers?.filter((one) => one !== finalizer);
    try {
      await this.#options.context.client.update(
        namespaceKind,
        { ...namespace, spec: { ...namespace.spec, finalizers } },
        { subresource: 'finalize' },
      );
    } catch (error) {
      if (!isApiError(error, 'NotFound')) throw error;
    }
  }
}

/** A kind whose definition has just gone has no objects. */
async function itemsIn(client: Client, kind: KindDefinition, namespace: string): Promise<readonly Live<KubeObject>[]> {
  try {
    return (await client.list(kind, { namespace })).items;
  } catch (error) {
    if (kind.custom && isApiError(error, 'NotFound')) return [];
    throw error;
  }
}

type ConditionTexts = Readonly<Record<string, { readonly reason: string; readonly message: string }>>;
/** What each condition says when there is nothing to complain of. */
const withoutProblems: ConditionTexts = {
  NamespaceDeletionDiscoveryFailure: { reason: 'ResourcesDiscovered', message: 'All resources successfully discovered' },
  NamespaceDeletionGroupVersionParsingFailure: { reason: 'ParsedGroupVersions', message: 'All legacy kube types successfully parsed' },
  NamespaceDeletionContentFailure: {
    reason: 'ContentDeleted',
    message: 'All content successfully deleted, may be waiting on finalization',
  },
  NamespaceContentRemaining: { reason: 'ContentRemoved', message: 'All content successfully removed' },
  NamespaceFinalizersRemaining: { reason: 'ContentRemoved', message: 'All content successfully removed' },
};

export function planConditions(remaining: readonly Remaining[], failures: readonly unknown[]): ConditionTexts {
  const counts = remaining.map(({ kind, objects }) => `${kind.plural}.${kind.group} has ${objects.length} resource instances`);
  const holders = Map.groupBy(
    remaining.flatMap(({ objects }) => objects.flatMap(({ metadata }) => metadata.finalizers ?? [])),
    (one) => one,
  );
  const held = [...holders].map(([name, all]) => `${name} in ${all.length} resource instances`);
  const failed = failures.map(messageOf);
  const list = (lines: readonly string[]): string => lines.toSorted().join(', ');
  return {
    ...(failed.length > 0
      ? {
          NamespaceDeletionContentFailure: {
            reason: 'ContentDeletionFailed',
            message: `Failed to delete all resource types, ${failed.length} remaining: ${list(failed)}`,
          },
        }
      : {}),
    ...(counts.length > 0
      ? { NamespaceContentRemaining: { reason: 'SomeResourcesRemain', message: `Some resources are remaining: ${list(counts)}` } }
      : {}),
    ...(held.length > 0
      ? {
          NamespaceFinalizersRemaining: {
            reason: 'SomeFinalizersRemain',
            message: `Some content in the namespace has finalizers remaining: ${list(held)}`,
          },
        }
      : {}),
  };
}
function withConditions(before: readonly NamespaceCondition[], problems: ConditionTexts, now: string): readonly NamespaceCondition[] {
  return Object.entries(withoutProblems).map(([type, well]) => {
    const problem = problems[type];
    const status = problem ? 'True' : 'False';
    const old = before.find((condition) => condition.type === type);
    const lastTransitionTime = old?.status === status ? old.lastTransitionTime : now;
    return { type, status, lastTransitionTime, ...(problem ?? well) };
  });
}
