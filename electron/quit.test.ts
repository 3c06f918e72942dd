/** Quitting waits for the clusters' control planes, once, and happens even when they fail to end. */
import { EventEmitter } from 'node:events';
import type { App } from 'electron';
import { expect, it } from 'vitest';
import { endTogether } from './quit.ts';

/** Electron asks `before-quit` and quits unless somebody prevents it. */
class StandInApp extends EventEmitter {
  readonly gone = Promise.withResolvers<void>();
  quit(): void {
    let prevented = false;
    this.emit('before-quit', {
      preventDefault: () => {
        prevented = true;
      },
    });
    if (!prevented) this.gone.resolve();
  }
}
function prepare() {
  const app = new StandInApp();
  const ending = Promise.withResolvers<void>();
  const seen = { ends: 0, errors: [] as string[] };
  endTogether({
    app: app as unknown as App,
    end: () => {
      seen.ends++;
      return ending.promise;
    },
    showError: (text) => seen.errors.push(text),
  });
  return { app, ending, seen };
}

it('waits until the clusters have ended, and ends them once however often one asks', async () => {
  const { app, ending, seen } = prepare();
  app.quit();
  app.quit();
  ending.resolve();
  await app.gone.promise;
  expect(seen).toEqual({ ends: 1, errors: [] });
});

it('says what went wrong and quits all the same', async () => {
  const { app, ending, seen } = prepare();
  app.quit();
  ending.reject(new Error('the store would not close'));
  await app.gone.promise;
  expect(seen).toEqual({ ends: 1, errors: ['the store would not close'] });
});
