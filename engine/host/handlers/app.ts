/** The app itself: what it is, its settings, and the one way out to the browser. */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import type { Settings } from '../contract.ts';
import { type AppArea, type HandlerOptions, untilAborted } from '../handler-types.ts';
import { minatoVersion } from '../version.ts';

const settingsSchema = z.object({
  language: z.enum(['system', 'en', 'ja']).catch('system'),
  theme: z.enum(['system', 'light', 'dark']).catch('system'),
});

export async function appArea({ manager, shell, openExternal }: HandlerOptions): Promise<AppArea> {
  const file = join(manager.dataDirectory, 'settings.json');
  const listeners = new Set<(settings: Settings) => void>();
  let settings = await readSettings(file);
  return {
    calls: {
      'app.info': async () => ({ version: minatoVersion(), platform: process.platform, shell, kubeconfigPath: manager.kubeconfig }),
      'app.openExternal': async ({ url }) => {
        await openExternal(url);
        return null;
      },
      'settings.get': async () => settings,
      'settings.set': async (change) => {
        settings = { language: change.language ?? settings.language, theme: change.theme ?? settings.theme };
        await mkdir(manager.dataDirectory, { recursive: true, mode: 0o700 });
        await writeFileAtomic(file, `${JSON.stringify(settings, undefined, 2)}\n`);
        for (const listener of listeners) listener(settings);
        return settings;
      },
    },
    subscriptions: {
      'settings.watch': async (_params, { emit, signal }) => {
        listeners.add(emit);
        emit(settings);
        await untilAborted(signal);
        listeners.delete(emit);
      },
    },
  };
}

/** Settings are a convenience: a file that is missing or damaged means the defaults, never a refusal to start. */
async function readSettings(file: string): Promise<Settings> {
  const text = await readFile(file, 'utf8').catch(() => '{}');
  try {
    return settingsSchema.parse(JSON.parse(text));
  } catch {
    return settingsSchema.parse({});
  }
}
