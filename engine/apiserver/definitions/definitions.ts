/**
 * Serves what CustomResourceDefinitions define, and keeps their status: which names they have, whether they are served, and how far their end is.
 * Upstream: k8s.io/apiextensions-apiserver, customresource_handler.go and pkg/controller/{status,establish,nonstructuralschema,finalizer}.
 */
import { type Clock, rfc3339 } from '../../api/clock.ts';
import { conditionOf, isTrue } from '../../api/custom/definition.ts';
import { customKinds } from '../../api/custom/kind-of.ts';
import { isApiError } from '../../api/errors.ts';
import { customResourceDefinition } from '../../api/kinds/apiextensions/custom-resource-definition.ts';
import type { Live } from '../../api/object.ts';
import type { CustomResourceDefinition } from '../../api/types.gen.ts';
import type { Store } from '../../store/store.ts';
import type { LocalClient } from '../local-client.ts';
import { followObjects } from '../mirror.ts';
import type { Registry } from '../registry.ts';
import { Cleanup } from './cleanup.ts';
import { statusOf } from './status.ts';

export interface DefinitionsOptions {
  readonly store: Store;
  readonly registry: Registry;
  readonly clock: Clock;
  readonly client: LocalClient;
  readonly signal: AbortSignal;
  readonly onError: (error: unknown) => void;
}

type Definition = Live<CustomResourceDefinition>;

export class Definitions implements AsyncDisposable {
  readonly #options: DefinitionsOptions;
  readonly #known = new Map<string, Definition>();
  /** What of a definition decides what is served. */
  readonly #served = new Map<string, Parts>();
  readonly #due = new Set<string>();
  readonly #cleanup: Cleanup;
  #working: Promise<void> | undefined;

  constructor(options: DefinitionsOptions) {
    this.#options = options;
    this.#cleanup = new Cleanup(options);
  }

  /** Resolves when all that was defined before is served again. */
  async start(): Promise<void> {
    const { store, registry, signal, onError } = this.#options;
    const resource = registry.find(customResourceDefinition.group, customResourceDefinition.version, customResourceDefinition.plural);
    // A server of other kinds.
    if (!resource) return;
    await followObjects<CustomResourceDefinition>(store, resource, {
      signal,
      onError,
      onChange: (key, definition) => this.#onChange(key.slice(resource.prefix.length), definition),
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#due.clear();
    await this.#working;
    await this.#cleanup[Symbol.asyncDispose]();
  }

  #onChange(name: string, definition: Definition | undefined): void {
    const before = this.#known.get(name);
    if (definition) this.#known.set(name, definition);
    else this.#known.delete(name);
    this.#serve(name, definition);
    // A name that is given up may be what another one waits for.
    const group = (definition ?? before)?.spec.group;
    for (const [other, { spec }] of this.#known)
      if (spec.group === group && (other === name || !isNamed(this.#known.get(other)))) this.#due.add(other);
    this.#working ??= this.#work();
  }

  /** Kinds are made anew only where something changed that they are made of. */
  #serve(name: string, definition: Definition | undefined): void {
    const isServed = definition !== undefined && isNamed(definition);
    const made = isServed ? partsOf(definition) : { parts: '', isGoing: false };
    const before = this.#served.get(name);
    if (made.parts === (before?.parts ?? '') && made.isGoing === (before?.isGoing ?? false)) return;
    if (made.parts === '') this.#served.delete(name);
    else this.#served.set(name, made);
    this.#options.registry.define(name, isServed ? customKinds(definition) : [], { continues: made.parts === before?.parts });
  }

  /** One after the other: names are given in the order of asking. */
  async #work(): Promise<void> {
    // What is at hand together is taken together.
    await Promise.resolve();
    for (const name of this.#due) {
      this.#due.delete(name);
      try {
        await this.#reconcile(name);
      } catch (error) {
        // It changed, or is gone: there is a newer event for it.
        if (!isApiError(error, 'Conflict') && !isApiError(error, 'NotFound')) this.#options.onError(error);
      }
    }
    this.#working = undefined;
  }

  async #reconcile(name: string): Promise<void> {
    const definition = this.#known.get(name);
    if (!definition || this.#options.signal.aborted) return;
    const { clock, client } = this.#options;
    if (definition.metadata.deletionTimestamp !== undefined) {
      this.#cleanup.begin(definition);
      return;
    }
    const others = [...this.#known.values()].filter(({ spec, metadata }) => spec.group === definition.spec.group && metadata.name !== name);
    const isServed = this.#served.has(name);
    // A name that comes again is another thing: nothing of an older one may show.
    if (isServed && conditionOf(definition, 'Established')?.reason === 'Installing') await this.#cleanup.sweep(definition);
    const status = statusOf(definition, { others, isServed, now: rfc3339(clock.now()) });
    if (!status) return;
    const updated = await client.update(customResourceDefinition, { ...definition, status }, { subresource: 'status' });
    // The next one that asks for names sees these.
    this.#known.set(name, updated);
    this.#serve(name, updated);
    if (!isTrue(updated, 'Established')) this.#due.add(name);
  }
}

/** Served as soon as the names are its own: whoever then sees that it is established can use it. */
function isNamed(definition: Definition | undefined): boolean {
  return definition !== undefined && (isTrue(definition, 'Established') || isTrue(definition, 'NamesAccepted'));
}

interface Parts {
  readonly parts: string;
  readonly isGoing: boolean;
}
function partsOf({ status, metadata: { uid, generation, deletionTimestamp } }: Definition): Parts {
  const isGoing = deletionTimestamp !== undefined;
  // Its deletion counts as a generation, and changes nothing of what is served.
  return { parts: JSON.stringify([uid, (generation ?? 0) - (isGoing ? 1 : 0), status?.acceptedNames]), isGoing };
}
