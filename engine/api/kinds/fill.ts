/** Defaults are filled in without changing the object that lacks them: what is complete is returned as it is. */

/** `object` with the fields it lacks. An empty string is a missing one, as in Kubernetes' Go types. */
export function fill<T extends object>(object: T, defaults: Partial<T>): T {
  let filled: T | undefined;
  for (const key in defaults) {
    const value = object[key];
    if ((value !== undefined && value !== '') || defaults[key] === undefined) continue;
    filled ??= { ...object };
    Object.assign(filled, { [key]: defaults[key] });
  }
  return filled ?? object;
}

/** `object` with `key` changed by `change`, where it is set. */
export function inField<T extends object, K extends keyof T>(
  object: T,
  key: K,
  change: (value: Exclude<T[K], undefined>) => Exclude<T[K], undefined>,
): T {
  const value = object[key];
  if (value === undefined) return object;
  // Undefined was just ruled out; the compiler does not narrow an indexed type.
  const before = value as Exclude<T[K], undefined>;
  const after = change(before);
  return after === before ? object : { ...object, [key]: after };
}

/** The same list where no item changed. */
export function each<T>(change: (item: T) => T): (list: readonly T[]) => readonly T[] {
  return (list) => {
    const changed = list.map(change);
    return changed.every((item, index) => item === list[index]) ? list : changed;
  };
}

/** `object` without `keys`. */
export function without<T extends object, K extends keyof T>(object: T, ...keys: readonly K[]): T {
  if (keys.every((key) => object[key] === undefined)) return object;
  const copy = { ...object };
  for (const key of keys) delete copy[key];
  return copy;
}

/** Without the entries that are undefined: spread, they would hide what they do not say. */
export function present<T extends object>(entries: T): Partial<T> {
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined)) as Partial<T>;
}
