/** The one place that makes windows. */
import { join } from 'node:path';
import { BrowserWindow, nativeTheme, shell } from 'electron';
import { guardWindow } from './guards.ts';

export const appOrigin = 'app://minato';

export function createWindow(preload: string): BrowserWindow {
  const window = new BrowserWindow({
    width: 1280,
    height: 800,
    minWidth: 900,
    minHeight: 600,
    show: false,
    title: 'Minato',
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#0d1720' : '#f5f7f8',
    webPreferences: { preload, sandbox: true, contextIsolation: true, nodeIntegration: false, webSecurity: true, spellcheck: false },
  });
  guardWindow(window.webContents, appOrigin);
  // Shown when there is something to see; an empty white window is worse than none.
  window.once('ready-to-show', () => window.show());
  void window.loadURL(`${appOrigin}/`);
  return window;
}

export function preloadPath(buildFolder: string): string {
  return join(buildFolder, 'preload.cjs');
}

/** The only way out to the user's browser: https anywhere, http on this computer alone (the ports of the port map). */
export async function openExternal(address: string): Promise<void> {
  const url = new URL(address);
  const isLocal = url.protocol === 'http:' && (url.hostname === 'localhost' || url.hostname === '127.0.0.1');
  if (url.protocol !== 'https:' && !isLocal) throw new Error(`refused to open ${url.protocol}//${url.hostname}`);
  await shell.openExternal(url.href);
}
