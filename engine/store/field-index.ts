/** Which keys of a prefix have a value of some field: so that a list which asks for one value reads only what has it. Built when first asked. */
import type { JsonObject } from '../api/object.ts';

export interface IndexDefinition {
  readonly prefix: string;
  /** Unique within the prefix. */
  readonly name: string;
  readonly valueOf: (value: JsonObject) => string;
}

export class FieldIndex {
  readonly definition: IndexDefinition;
  readonly #keys = new Map<string, Set<string>>();
  readonly #values = new Map<string, string>();
  #filling: Promise<void> | undefined;

  constructor(definition: IndexDefinition) {
    this.definition = definition;
  }

  /** From the first question on; until then writes need not tell it. */
  get isUsed(): boolean {
    return this.#filling !== undefined;
  }
  /** Resolves when everything is in it. `fill` sets what is there; writes meanwhile are told beside it. */
  ready(fill: () => Promise<void>): Promise<void> {
    this.#filling ??= fill().catch((error: unknown) => {
      // The next question tries again.
      this.#filling = undefined;
      throw error;
    });
    return this.#filling;
  }

  /** The keys in order. */
  keys(value: string): readonly string[] {
    return [...(this.#keys.get(value) ?? [])].sort();
  }

  set(key: string, stored: JsonObject): void {
    const value = this.definition.valueOf(stored);
    if (this.#values.get(key) === value) return;
    this.delete(key);
    this.#values.set(key, value);
    const keys = this.#keys.get(value);
    if (keys) keys.add(key);
    else this.#keys.set(value, new Set([key]));
  }

  delete(key: string): void {
    const value = this.#values.get(key);
    if (value === undefined) return;
    this.#values.delete(key);
    const keys = this.#keys.get(value);
    keys?.delete(key);
    if (keys?.size === 0) this.#keys.delete(value);
  }
}
