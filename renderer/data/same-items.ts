/** Whether two lists hold the same items in the same order: keeps what was selected from a cache when nothing in it has changed. */
export function sameItems<T>(one: readonly T[], other: readonly T[]): boolean {
  return one.length === other.length && one.every((item, index) => item === other[index]);
}
