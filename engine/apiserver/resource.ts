/**
 * A kind as the API server holds it: where its objects lie in the store, and how an entry of the store becomes an object of the API.
 * The same entry always becomes the same frozen object, so that watchers and lists share it. Upstream: generic registry's Store.
 */
import { apiVersionOf, type KindDefinition } from '../api/kind.ts';
import type { JsonObject, KubeObject, Live } from '../api/object.ts';
import type { Entry, Revision } from '../store/store.ts';

export type LiveObject = Live<KubeObject>;

/** `/core/pods/`, `/apps/deployments/`. */
function storagePrefix({ group, plural }: { readonly group: string; readonly plural: string }): string {
  return `/${group === '' ? 'core' : group}/${plural}/`;
}

type Memo = WeakMap<JsonObject, LiveObject>;

export class Resource {
  readonly kind: KindDefinition;
  readonly apiVersion: string;
  readonly prefix: string;
  readonly #live: Memo = new WeakMap();
  readonly #last: Memo = new WeakMap();

  constructor(kind: KindDefinition) {
    this.kind = kind;
    this.apiVersion = apiVersionOf(kind);
    this.prefix = storagePrefix(kind.storage ?? kind);
  }

  key(namespace: string | undefined, name: string): string {
    return this.prefixOf(namespace) + name;
  }
  /** What a list reads: one namespace, or all. */
  prefixOf(namespace: string | undefined): string {
    return this.kind.namespaced && namespace ? `${this.prefix}${namespace}/` : this.prefix;
  }

  live(entry: Entry): LiveObject {
    return this.#shared(this.#live, entry.value, entry.revision);
  }
  /** The last state of an object that was deleted, or left a selector, at `revision`. */
  last(entry: Entry, revision: Revision): LiveObject {
    return this.#shared(this.#last, entry.value, revision);
  }

  /** The answer to a dry run of a creation: an object that has no version yet. */
  draft(value: JsonObject): LiveObject {
    return this.#read(value, undefined);
  }

  /** What is written to the store: everything but the resourceVersion, which is the store's to say. */
  stored(object: KubeObject): JsonObject {
    const { resourceVersion: _, ...metadata } = object.metadata;
    const own = { ...object, apiVersion: this.apiVersion, kind: this.kind.kind };
    const { apiVersion, kind, ...rest } = this.kind.storage?.toStorage(own) ?? own;
    // Objects of the API are JSON: they were decoded as such, and what the rules of a kind add is, too.
    return { apiVersion, kind, ...rest, metadata } as unknown as JsonObject;
  }

  #shared(memo: Memo, value: JsonObject, revision: Revision): LiveObject {
    const known = memo.get(value);
    if (known?.metadata.resourceVersion === String(revision)) return known;
    const object = this.#read(value, revision);
    memo.set(value, object);
    return object;
  }

  #read(value: JsonObject, revision: Revision | undefined): LiveObject {
    // The store holds what `stored` made of an object.
    const kept = value as unknown as KubeObject;
    const object = this.kind.storage ? this.kind.storage.fromStorage(kept) : kept;
    const version = revision === undefined ? {} : { resourceVersion: String(revision) };
    const metadata = Object.freeze({ ...object.metadata, ...version });
    return Object.freeze({ ...object, metadata }) as LiveObject;
  }
}
