/**
 * Tells when another process creates, starts, stops or deletes a cluster: each of these leaves a trace in the clusters' folders. A process that is killed
 * leaves none.
 */
import { type FSWatcher, watch } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { clusterPaths, listClusterNames } from './cluster-state.ts';

/** What changes with a cluster's phase; its log, beside them, changes all the time. */
const telling: readonly (string | null)[] = ['cluster.json', 'control.sock'];

/** Resolves when it watches, which it does until the signal aborts. Where the system gives no watch it tells nothing: only who asks learns the news. */
export async function watchFolders(dataDirectory: string, onChange: () => void, signal: AbortSignal): Promise<void> {
  const root = join(dataDirectory, 'clusters');
  const folders = new FolderWatches(signal);
  const follow = async (): Promise<void> => {
    const names = await listClusterNames(dataDirectory);
    const pathOf = (name: string): string => clusterPaths(dataDirectory, name).directory;
    folders.keep([root, ...names.map(pathOf)]);
    for (const name of names)
      folders.open(pathOf(name), (file) => {
        // Its own name: it has gone, and one that is made anew under the name needs a new watch.
        if (file === name) folders.close(pathOf(name));
        else if (telling.includes(file)) onChange();
      });
  };
  const followAndTell = (): void => void follow().then(onChange, () => undefined);
  // A folder that cannot be made or read has no news.
  await mkdir(root, { recursive: true, mode: 0o700 }).catch(() => undefined);
  folders.open(root, followAndTell);
  await follow().catch(() => undefined);
}

class FolderWatches {
  readonly #signal: AbortSignal;
  readonly #watchers = new Map<string, FSWatcher>();

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    signal.addEventListener('abort', () => this.keep([]), { once: true });
  }

  open(path: string, listener: (file: string | null) => void): void {
    if (this.#signal.aborted || this.#watchers.has(path)) return;
    try {
      const watcher = watch(path, { persistent: false }, (_event, file) => listener(file));
      this.#watchers.set(path, watcher);
      watcher.on('error', () => this.close(path));
    } catch {
      // Gone since it was listed, or the system's limit is reached.
    }
  }

  /** Ends the watches of all other folders. */
  keep(paths: readonly string[]): void {
    for (const path of this.#watchers.keys()) if (!paths.includes(path)) this.close(path);
  }

  close(path: string): void {
    this.#watchers.get(path)?.close();
    this.#watchers.delete(path);
  }
}
