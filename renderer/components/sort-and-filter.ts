/** Which rows a table shows, in which order: pure. Width and case do not matter to the filter (ｎｇｉｎｘ finds nginx); words may come in any order. */
export interface SortOrder {
  readonly column: string;
  readonly descending: boolean;
}
interface Sortable<Row> {
  readonly id: string;
  readonly value?: (row: Row) => string | number;
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

export function sortAndFilter<Row>(
  rows: readonly Row[],
  columns: readonly Sortable<Row>[],
  { sort, filter }: { readonly sort: SortOrder; readonly filter: string },
): readonly Row[] {
  const words = folded(filter).split(/\s+/).filter(Boolean);
  const values = columns.flatMap(({ value }) => (value ? [value] : []));
  const kept = words.length === 0 ? rows : rows.filter((row) => containsAll(folded(values.map((value) => value(row)).join(' ')), words));
  const by = columns.find(({ id }) => id === sort.column)?.value;
  if (!by) return kept;
  const sign = sort.descending ? -1 : 1;
  return kept.toSorted((one, other) => sign * compare(by(one), by(other)));
}

/** One form for what looks the same: NFKC folds widths, the shift makes hiragana of katakana. */
export function folded(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\u30a1-\u30f6]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) - 0x60));
}
function containsAll(text: string, words: readonly string[]): boolean {
  return words.every((word) => text.includes(word));
}
function compare(one: string | number, other: string | number): number {
  return typeof one === 'number' && typeof other === 'number' ? one - other : collator.compare(String(one), String(other));
}
