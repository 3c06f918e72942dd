/**
 * A map whose keys are also kept in order, for range reads by prefix. Keys lie in sorted chunks, so that an insertion moves one chunk
 * and not the whole list. Order is that of JavaScript's `<` on strings.
 */
const maxChunk = 512;

export class KeyIndex<V> {
  readonly #values = new Map<string, V>();
  /** Each chunk is sorted and not empty; all keys of a chunk lie before those of the next. */
  readonly #chunks: string[][] = [];

  get size(): number {
    return this.#values.size;
  }
  get(key: string): V | undefined {
    return this.#values.get(key);
  }

  set(key: string, value: V): void {
    if (!this.#values.has(key)) this.#insert(key);
    this.#values.set(key, value);
  }

  delete(key: string): void {
    if (!this.#values.delete(key)) return;
    const at = this.#chunkOf(key);
    const chunk = this.#chunks[at];
    if (!chunk) return;
    chunk.splice(
      firstNot(chunk, (other) => other < key),
      1,
    );
    if (chunk.length === 0) this.#chunks.splice(at, 1);
  }

  /** The keys that start with `prefix` and lie behind `after`, in order. */
  keys(prefix: string, after = ''): string[] {
    const before = (key: string): boolean => key < prefix || key <= after;
    const within = (key: string): boolean => before(key) || key.startsWith(prefix);
    const found: string[][] = [];
    for (let at = firstNot(this.#chunks, (chunk) => before(last(chunk))); at < this.#chunks.length; at++) {
      const chunk = this.#chunks[at] ?? [];
      const end = firstNot(chunk, within);
      found.push(chunk.slice(firstNot(chunk, before), end));
      if (end < chunk.length) break;
    }
    return found.flat();
  }

  #insert(key: string): void {
    const at = Math.min(this.#chunkOf(key), this.#chunks.length - 1);
    const chunk = this.#chunks[at];
    if (!chunk) {
      this.#chunks.push([key]);
      return;
    }
    chunk.splice(
      firstNot(chunk, (other) => other < key),
      0,
      key,
    );
    // Keys often arrive in order: then the full chunk stays full and the new one starts with the last key.
    if (chunk.length > maxChunk) this.#chunks.splice(at + 1, 0, chunk.splice(last(chunk) === key ? maxChunk : maxChunk >> 1));
  }

  #chunkOf(key: string): number {
    return firstNot(this.#chunks, (chunk) => last(chunk) < key);
  }
}

function last(chunk: readonly string[]): string {
  return chunk[chunk.length - 1] ?? '';
}

/** The first position whose item does not satisfy `test`, which must hold for a beginning of the list only. */
function firstNot<T>(list: readonly T[], test: (item: T) => boolean): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const item = list[middle];
    if (item !== undefined && test(item)) low = middle + 1;
    else high = middle;
  }
  return low;
}
