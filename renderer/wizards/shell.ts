/** Words for a POSIX shell: quoted only where they must be, so that lines stay as people type them. */
export function quoted(word: string): string {
  if (word !== '' && /^[\w@%+=:,./-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
/** ` -n demo`, and nothing for the namespace that kubectl uses anyway. */
export function namespaceFlag(namespace: string): string {
  return namespace === '' || namespace === 'default' ? '' : ` -n ${quoted(namespace)}`;
}
