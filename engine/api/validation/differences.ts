/** What changed between two values, for messages that refuse a change. Upstream prints Go's cmp.Diff there; this says the same in field paths. */
import { Path } from '../field-error.ts';
import { isSame } from './fields.ts';

type Fields = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

function shown(path: Path, value: unknown, sign: string): readonly string[] {
  return value === undefined ? [] : [`${sign} ${path}: ${JSON.stringify(value)}`];
}

/** One line for each value that is gone (`-`) or new (`+`), at the deepest field that differs. */
export function differences(old: unknown, next: unknown, path = new Path()): readonly string[] {
  if (isSame(old, next)) return [];
  if (isObject(old) && isObject(next)) {
    const keys = [...new Set([...Object.keys(old), ...Object.keys(next)])].toSorted();
    return keys.flatMap((key) => differences(old[key], next[key], path.at(key)));
  }
  if (Array.isArray(old) && Array.isArray(next) && old.length === next.length)
    return old.flatMap((item, index) => differences(item, next[index], path.at(index)));
  return [...shown(path, old, '-'), ...shown(path, next, '+')];
}
