/** Random endings of names. Upstream: apimachinery's util/rand and apiserver's storage/names. */

/** No vowels and no look-alikes: names come out as no words. */
const alphabet = 'bcdfghjklmnpqrstvwxz2456789';
const suffixLength = 5;
const longestBase = 63 - suffixLength;

export function nameSuffix(random: () => number): string {
  return Array.from({ length: suffixLength }, () => alphabet[Math.floor(random() * alphabet.length)]).join('');
}

export function generatedName(base: string, random: () => number): string {
  return base.slice(0, longestBase) + nameSuffix(random);
}
