/** Which of the known names a misspelt one probably stands for: `metaData` → `metadata`, `labls` → `labels`. */

/** Insertions, deletions and substitutions between two short words, or Infinity when more than `limit`. */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return Number.POSITIVE_INFINITY;
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const substituted = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(substituted, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    previous = row;
  }
  const total = previous[b.length] ?? 0;
  return total > limit ? Number.POSITIVE_INFINITY : total;
}

/** Names longer than this are not compared: nobody misspells a paragraph, and the work grows with the square. */
const maxLength = 64;

/** The nearest name, at most two letters away (one in short words), letter case aside. */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  if (name.length > maxLength) return undefined;
  const wanted = name.toLowerCase();
  const limit = wanted.length <= 4 ? 1 : 2;
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const candidate of candidates) {
    const away = distance(wanted, candidate.toLowerCase(), limit);
    if (away < bestDistance) [best, bestDistance] = [candidate, away];
  }
  return best;
}
