/** The name a new cluster gets when nobody chooses one: `minato`, then `minato-2`, `minato-3`. */
export function freeName(taken: readonly string[]): string {
  if (!taken.includes('minato')) return 'minato';
  for (let number = 2; ; number++) {
    const name = `minato-${number}`;
    if (!taken.includes(name)) return name;
  }
}
