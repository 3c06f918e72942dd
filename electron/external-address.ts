/** What may be opened in the user's browser: https anywhere, http on this computer alone (the ports of the port map). Pure. */
export function checkedAddress(address: string): string {
  const url = URL.parse(address);
  if (!url) throw new Error('refused to open what is no address');
  const isLocal = url.protocol === 'http:' && (url.hostname === 'localhost' || url.hostname === '127.0.0.1');
  const isPlain = url.username === '' && url.password === '';
  if (!isPlain || (url.protocol !== 'https:' && !isLocal)) throw new Error(`refused to open ${url.protocol}//${url.hostname}`);
  return url.href;
}
