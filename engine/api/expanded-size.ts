/** How large a parsed document is when it says everything itself: YAML's aliases make a small text a document of any size. */

/** As the API server takes bodies: 3 MiB. */
export const maxExpandedBytes = 3 * 1024 * 1024;

/**
 * Whether `root`, written out, takes more than `max` bytes; each mention of a shared value counts, strings by their length. Looks at no more than `max`
 * values, also where the document contains itself. The estimate is never above the length of a text without aliases: a value costs one byte and a separator.
 */
export function expandsBeyond(root: unknown, max: number): boolean {
  const waiting: unknown[] = [root];
  let size = costOf(root);
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value !== 'object' || value === null) continue;
    for (const [key, item] of Object.entries(value)) {
      size += costOf(item) + (Array.isArray(value) ? 0 : key.length);
      if (size > max) return true;
      waiting.push(item);
    }
  }
  return size > max;
}

function costOf(value: unknown): number {
  return typeof value === 'string' ? value.length + 1 : 2;
}
