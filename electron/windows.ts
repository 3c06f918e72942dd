/** The one place that makes windows and the one way out to the user's browser. */
import { BrowserWindow, nativeTheme, shell } from 'electron';
import { checkedAddress } from './external-address.ts';
import { appOrigin } from './own-page.ts';
import { windowOptions } from './window-options.ts';

export function createWindow(preload: string): BrowserWindow {
  const window = new BrowserWindow(windowOptions({ preload, isDark: nativeTheme.shouldUseDarkColors }));
  // Shown when there is something to see; an empty white window is worse than none.
  window.once('ready-to-show', () => window.show());
  void window.loadURL(`${appOrigin}/`);
  return window;
}

export async function openExternal(address: string): Promise<void> {
  await shell.openExternal(checkedAddress(address));
}
