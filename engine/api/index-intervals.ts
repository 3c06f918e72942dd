/** Sets of completion indexes in the compressed text of a Job's status: `0-2,5,7,8`. Upstream: orderedIntervals in pkg/controller/job/indexed_job_utils.go. */
export type Intervals = readonly (readonly [first: number, last: number])[];

/** Of `text` what is below `completions`; what cannot be read is left out. */
export function parseIndexes(text: string | undefined, completions: number): Intervals {
  const intervals = (text ?? '').split(',').flatMap((part): Intervals => {
    const [first = Number.NaN, last = first] = part.split('-').map((digits) => (/^\d+$/.test(digits) ? Number(digits) : Number.NaN));
    return Number.isNaN(first) || Number.isNaN(last) || first >= completions ? [] : [[first, Math.min(last, completions - 1)]];
  });
  return joined(intervals);
}
export function withIndexes(intervals: Intervals, indexes: Iterable<number>): Intervals {
  return joined([...intervals, ...[...indexes].map((index) => [index, index] as const)]);
}
export function union(a: Intervals, b: Intervals): Intervals {
  return joined([...a, ...b]);
}
function joined(intervals: Intervals): Intervals {
  const result: [number, number][] = [];
  for (const [first, last] of intervals.toSorted(([a], [b]) => a - b)) {
    const before = result.at(-1);
    if (before && first <= before[1] + 1) before[1] = Math.max(before[1], last);
    else result.push([first, last]);
  }
  return result;
}

export function countOf(intervals: Intervals): number {
  return intervals.reduce((sum, [first, last]) => sum + last - first + 1, 0);
}
export function hasIndex(intervals: Intervals, index: number): boolean {
  return intervals.some(([first, last]) => first <= index && index <= last);
}
export function overlapOf(a: Intervals, b: Intervals): number {
  let count = 0;
  for (const [first, last] of a) for (const [low, high] of b) count += Math.max(0, Math.min(last, high) - Math.max(first, low) + 1);
  return count;
}
/** The first `count` indexes below `completions` that are in none of the intervals. */
export function firstOutside(intervals: Intervals, count: number, completions: number): readonly number[] {
  const found: number[] = [];
  let candidate = 0;
  for (const [first, last] of [...intervals, [completions, completions] as const]) {
    for (; candidate < Math.min(first, completions) && found.length < count; candidate++) found.push(candidate);
    candidate = Math.max(candidate, last + 1);
  }
  return found;
}
/** Two neighbours are written one by one. */
export function formatIndexes(intervals: Intervals): string {
  return intervals.map(([first, last]) => (first === last ? `${first}` : `${first}${last === first + 1 ? ',' : '-'}${last}`)).join(',');
}
