/** How every window is made, as a value: a page in it has no Node.js and no way out but the preload script. */
import { join } from 'node:path';
import type { BrowserWindowConstructorOptions } from 'electron';

export function windowOptions({
  preload,
  isDark,
}: {
  readonly preload: string;
  readonly isDark: boolean;
}): BrowserWindowConstructorOptions {
  return {
    width: 1280,
    height: 800,
    minWidth: 900,
    minHeight: 600,
    show: false,
    title: 'Minato',
    backgroundColor: isDark ? '#0d1720' : '#f5f7f8',
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webviewTag: false,
      webSecurity: true,
      spellcheck: false,
    },
  };
}

export function preloadPath(buildFolder: string): string {
  return join(buildFolder, 'preload.cjs');
}
