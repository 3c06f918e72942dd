/** What changed between two texts, line by line: the longest common lines stay, the rest goes or comes. Pure. */
export interface DiffLine {
  readonly kind: 'same' | 'gone' | 'new';
  readonly text: string;
}

/** Above this many pairs of changed lines the whole middle is shown as replaced: nobody reads such a difference line by line. */
const mostPairs = 4_000_000;

export function lineDiff(before: string, after: string): readonly DiffLine[] {
  const [a, b] = [before.split('\n'), after.split('\n')];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const same = (texts: readonly string[]): readonly DiffLine[] => texts.map((text) => ({ kind: 'same', text }));
  return [
    ...same(a.slice(0, start)),
    ...middle(a.slice(start, a.length - end), b.slice(start, b.length - end)),
    ...same(a.slice(a.length - end)),
  ];
}

function middle(a: readonly string[], b: readonly string[]): readonly DiffLine[] {
  const replaced = [...a.map((text) => ({ kind: 'gone' as const, text })), ...b.map((text) => ({ kind: 'new' as const, text }))];
  if (a.length === 0 || b.length === 0 || a.length * b.length > mostPairs) return replaced;
  const lengths = commonLengths(a, b);
  const at = (row: number, column: number): number => lengths[row * (b.length + 1) + column] ?? 0;
  const result: DiffLine[] = [];
  let [row, column] = [0, 0];
  while (row < a.length || column < b.length) {
    const [one, other] = [a[row], b[column]];
    if (one !== undefined && one === other) {
      result.push({ kind: 'same', text: one });
      row++;
      column++;
    } else if (one !== undefined && (other === undefined || at(row + 1, column) >= at(row, column + 1))) {
      result.push({ kind: 'gone', text: one });
      row++;
    } else {
      result.push({ kind: 'new', text: other ?? '' });
      column++;
    }
  }
  return result;
}
/** For each pair of places, how many lines are common from there on. */
function commonLengths(a: readonly string[], b: readonly string[]): Uint32Array {
  const width = b.length + 1;
  const lengths = new Uint32Array((a.length + 1) * width);
  for (let row = a.length - 1; row >= 0; row--) {
    for (let column = b.length - 1; column >= 0; column--) {
      const below = lengths[(row + 1) * width + column] ?? 0;
      const beside = lengths[row * width + column + 1] ?? 0;
      const both = lengths[(row + 1) * width + column + 1] ?? 0;
      lengths[row * width + column] = a[row] === b[column] ? both + 1 : Math.max(below, beside);
    }
  }
  return lengths;
}

/** Only what changed, with a few lines around it; a gap is told by undefined. */
export function excerpt(diff: readonly DiffLine[], around = 3): readonly (DiffLine | undefined)[] {
  const near = diff.map((_line, index) => diff.slice(Math.max(0, index - around), index + around + 1).some(({ kind }) => kind !== 'same'));
  const result: (DiffLine | undefined)[] = [];
  for (const [index, line] of diff.entries()) {
    if (near[index]) result.push(line);
    else if (result.length > 0 && result.at(-1) !== undefined) result.push(undefined);
  }
  return result.at(-1) === undefined ? result.slice(0, -1) : result;
}
