/** Where the program's own files lie: the checkout, or the packaged app. Found by its package.json, so that bundling and packing change nothing. */
import { existsSync, readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

export function projectRoot(from: string = import.meta.url): URL {
  for (let folder = new URL('./', from); ; folder = new URL('../', folder)) {
    const manifest = new URL('package.json', folder);
    if (existsSync(manifest) && (JSON.parse(readFileSync(manifest, 'utf8')) as { name?: string }).name === 'minato') return folder;
    if (folder.href === pathToFileURL('/').href) throw new Error(`the program's package.json was not found above ${from}`);
  }
}
