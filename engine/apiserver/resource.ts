/**
 * A kind as the API server holds it: where its objects lie in the store, and how an entry of the store becomes an object of the API.
 * The same entry always becomes the same frozen object, so that watchers and lists share it. Upstream: generic registry's Store.
 */
import { apiVersionOf, type KindDefinition } from '../api/kind.ts';
import type { JsonObject, KubeObject, Live } from '../api/object.ts';
import type { IndexDefinition } from '../store/field-index.ts';
import type { Entry, Revision, StoredEntry } from '../store/store.ts';

export type LiveObject = Live<KubeObject>;

/** `/core/pods/`, `/apps/deployments/`. */
function storagePrefix({ group, plural }: { readonly group: string; readonly plural: string }): string {
  return `/${group === '' ? 'core' : group}/${plural}/`;
}

const closingBrace = 0x7d;

type Memo = WeakMap<JsonObject, LiveObject>;

export class Resource {
  readonly kind: KindDefinition;
  readonly apiVersion: string;
  readonly prefix: string;
  /** Aborted when the kind is no longer served as it is here: watches end, and their clients look anew. */
  readonly life: AbortController;
  /** Over the store: fields that lists select by and that few objects share. */
  readonly indexes: readonly (IndexDefinition & { readonly field: string })[];
  /** How the stored text begins; none where it is another kind's. */
  readonly #beginning: Buffer | undefined;
  readonly #live: Memo = new WeakMap();
  readonly #last: Memo = new WeakMap();

  constructor(kind: KindDefinition, life = new AbortController()) {
    this.kind = kind;
    this.life = life;
    this.apiVersion = apiVersionOf(kind);
    this.prefix = storagePrefix(kind.storage ?? kind);
    this.indexes = (kind.indexedFields ?? []).map((field) => this.#indexOf(field));
    const beginning = `{"apiVersion":${JSON.stringify(this.apiVersion)},"kind":${JSON.stringify(kind.kind)},"metadata":{`;
    this.#beginning = kind.storage ? undefined : Buffer.from(beginning);
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
  /** The object as an item of a list, from the stored text and without decoding it; undefined where that cannot be. */
  itemJson(stored: StoredEntry): readonly Uint8Array[] | undefined {
    if (!this.#beginning) return undefined;
    const json = stored.json();
    const at = this.#beginning.length;
    if (!this.#beginning.equals(json.subarray(0, at))) return undefined;
    const isEmpty = json[at] === closingBrace;
    return [Buffer.from(`{"metadata":{"resourceVersion":"${stored.revision}"${isEmpty ? '' : ','}`), json.subarray(at)];
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
    // In this order: see `itemJson`.
    const { apiVersion, kind, metadata: _1, ...rest } = this.kind.storage?.toStorage(own) ?? own;
    // Objects of the API are JSON: they were decoded as such, and what the rules of a kind add is, too.
    return { apiVersion, kind, metadata, ...rest } as unknown as JsonObject;
  }

  #indexOf(field: string): IndexDefinition & { readonly field: string } {
    const read = this.kind.selectableFields?.[field];
    if (!read) throw new Error(`${this.kind.kind} cannot be selected by ${field}`);
    const valueIn = (value: JsonObject): string => {
      // The store holds what `stored` made of an object.
      const kept = value as unknown as KubeObject;
      return read(this.kind.storage ? this.kind.storage.fromStorage(kept) : kept);
    };
    return { prefix: this.prefix, name: `${this.apiVersion} ${field}`, field, valueOf: valueIn };
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
