/**
 * The order of a merged list: first what the patch (or its `$setElementOrder`) says, then what the server had.
 * Upstream: normalizeElementOrder in k8s.io/apimachinery/pkg/util/strategicpatch.
 */
import type { Json } from '../object.ts';

/** Tells two items apart: the value of the merge key, or the scalar itself. */
export type Identity = (item: Json) => Json | undefined;

export interface OrderedLists {
  readonly merged: readonly Json[];
  /** What the patch mentions, in its order. */
  readonly wanted: readonly Json[];
  /** What the server had, in its order. */
  readonly before: readonly Json[];
}

function positions(list: readonly Json[], identity: Identity): Map<Json | undefined, number> {
  const found = new Map<Json | undefined, number>();
  for (const [index, item] of list.entries()) if (!found.has(identity(item))) found.set(identity(item), index);
  return found;
}

/**
 * Items of the patch keep the patch's order, the others the server's; between the two groups an item goes first that the server had first,
 * and what the server did not know goes before what only it knows.
 */
export function orderMerged({ merged, wanted, before }: OrderedLists, identity: Identity): readonly Json[] {
  const wantedAt = positions(wanted, identity);
  const beforeAt = positions(before, identity);
  const rank = (at: Map<Json | undefined, number>) => (a: Json, b: Json) =>
    (at.get(identity(a)) ?? Number.MAX_SAFE_INTEGER) - (at.get(identity(b)) ?? Number.MAX_SAFE_INTEGER);
  const ours = merged.filter((item) => wantedAt.has(identity(item))).sort(rank(wantedAt));
  const theirs = merged.filter((item) => !wantedAt.has(identity(item))).sort(rank(beforeAt));
  const result: Json[] = [];
  let next = 0;
  for (const item of theirs) {
    const at = beforeAt.get(identity(item)) ?? -1;
    for (let candidate = ours[next]; candidate !== undefined; candidate = ours[next]) {
      const candidateAt = beforeAt.get(identity(candidate)) ?? -1;
      if (at >= 0 && candidateAt >= 0 && at < candidateAt) break;
      result.push(candidate);
      next += 1;
    }
    result.push(item);
  }
  return [...result, ...ours.slice(next)];
}
