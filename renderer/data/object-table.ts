/**
 * Objects of one kind by key and by index, fed with the host's batches. Pure data structure: whoever owns it decides when to tell readers.
 * Its indexes must always equal those built anew from its objects (tested under random histories).
 */
import { type KubeObject, keyOf, type Live } from '../../engine/api/object.ts';
import type { ObjectBatch } from '../../engine/host/contract.ts';
import { type IndexName, indexFunctions } from './kinds.ts';

type Item = Live<KubeObject>;
const indexNames = Object.keys(indexFunctions) as IndexName[];

export class ObjectTable {
  #objects = new Map<string, Item>();
  #indexes = emptyIndexes();
  /** Lists handed out, until the next change: the same list is the same array. */
  #lists = new Map<string, readonly Item[]>();

  get size(): number {
    return this.#objects.size;
  }
  get(key: string): Item | undefined {
    return this.#objects.get(key);
  }
  list(): readonly Item[] {
    return this.#remember('', () => [...this.#objects.values()]);
  }
  by(index: IndexName, value: string): readonly Item[] {
    return this.#remember(`${index}\0${value}`, () => [...(this.#indexes[index].get(value)?.values() ?? [])]);
  }

  apply(batch: ObjectBatch): void {
    if (batch.type === 'interrupted') return;
    this.#lists.clear();
    if (batch.type === 'list') this.#replace(batch.objects);
    else for (const { type, object } of batch.changes) type === 'put' ? this.#put(object) : this.#remove(keyOf(object));
  }

  #replace(objects: readonly Item[]): void {
    const before = this.#objects;
    this.#objects = new Map();
    this.#indexes = emptyIndexes();
    for (const object of objects) {
      // What has not changed stays the same value, so that nothing that shows it is drawn again.
      const known = before.get(keyOf(object));
      this.#put(
        known?.metadata.resourceVersion === object.metadata.resourceVersion && known?.metadata.uid === object.metadata.uid ? known : object,
      );
    }
  }
  #put(object: Item): void {
    const key = keyOf(object);
    this.#remove(key);
    this.#objects.set(key, object);
    for (const name of indexNames) {
      for (const value of indexFunctions[name](object)) {
        const found = this.#indexes[name].get(value) ?? new Map<string, Item>();
        this.#indexes[name].set(value, found.set(key, object));
      }
    }
  }
  #remove(key: string): void {
    const object = this.#objects.get(key);
    if (!object) return;
    this.#objects.delete(key);
    for (const name of indexNames) {
      for (const value of indexFunctions[name](object)) {
        const found = this.#indexes[name].get(value);
        found?.delete(key);
        if (found?.size === 0) this.#indexes[name].delete(value);
      }
    }
  }
  #remember(id: string, make: () => readonly Item[]): readonly Item[] {
    const known = this.#lists.get(id) ?? make();
    this.#lists.set(id, known);
    return known;
  }
}

function emptyIndexes(): Record<IndexName, Map<string, Map<string, Item>>> {
  return { namespace: new Map(), owner: new Map(), node: new Map(), about: new Map(), service: new Map() };
}
