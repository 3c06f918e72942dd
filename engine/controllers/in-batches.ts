/** Calls in groups: all of a group at once, so that the store commits them together, but never so many that nothing else gets its turn. */
export const batchSize = 64;

/** What failed; the rest was done. */
export async function inBatches<T>(items: readonly T[], run: (item: T) => Promise<unknown>): Promise<readonly unknown[]> {
  const failures: unknown[] = [];
  for (let start = 0; start < items.length; start += batchSize) {
    const outcomes = await Promise.allSettled(items.slice(start, start + batchSize).map(run));
    failures.push(...outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : [])));
  }
  return failures;
}
