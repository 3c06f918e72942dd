/** The app's main process: owns the clusters, makes the window and the tray, and guards both. No cluster logic here. */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { app, type BrowserWindow, dialog, type IpcMainEvent, ipcMain, MessageChannelMain } from 'electron';
import type { ClusterManager } from '../engine/cluster/cluster-manager.ts';
import { openClusterManager } from '../engine/cluster/open-cluster-manager.ts';
import { createHandlers } from '../engine/host/handlers.ts';
import { servePort } from '../engine/host/ipc.ts';
import { declareScheme, serveScheme } from './app-protocol.ts';
import { guardAllContents, guardSession, isOwnPage } from './guards.ts';
import { installMenu } from './menu.ts';
import { installTray } from './tray.ts';
import { appOrigin, createWindow, openExternal, preloadPath } from './windows.ts';

const buildFolder = dirname(fileURLToPath(import.meta.url));

declareScheme();
// A second start shows the first one's window: two processes would fight over the same clusters.
if (app.requestSingleInstanceLock()) void app.whenReady().then(run);
else app.quit();

async function run(): Promise<void> {
  guardSession();
  guardAllContents(appOrigin);
  serveScheme();
  installMenu();
  const manager = await openClusterManager({ environment: process.env, log: () => undefined });
  const handlers = await createHandlers({ manager, shell: 'electron', openExternal });
  let window: BrowserWindow | undefined;
  const show = (): void => {
    if (window === undefined || window.isDestroyed()) window = createWindow(preloadPath(buildFolder));
    if (window.isMinimized()) window.restore();
    window.show();
    window.focus();
  };
  ipcMain.on('minato:connect', (event) => {
    if (!isTrusted(event)) return;
    const { port1, port2 } = new MessageChannelMain();
    event.senderFrame?.postMessage('minato:port', undefined, [port2]);
    servePort(port1, handlers);
  });
  installTray({ manager, show });
  app.on('second-instance', show).on('activate', show);
  // The tray keeps the clusters running when the window is closed.
  app.on('window-all-closed', () => undefined);
  endTogether(manager);
  show();
}

/** Fails closed: no frame, no main frame or another origin is nobody we know. */
function isTrusted({ senderFrame }: IpcMainEvent): boolean {
  return senderFrame !== null && senderFrame.parent === null && isOwnPage(senderFrame.url, appOrigin);
}

/** Quitting stops the control planes cleanly and leaves the pods running; the next start finds them again. */
function endTogether(manager: ClusterManager): void {
  let ended = false;
  app.on('before-quit', (event) => {
    if (ended) return;
    event.preventDefault();
    manager[Symbol.asyncDispose]()
      .catch((error: unknown) => dialog.showErrorBox('Minato', String(error)))
      .finally(() => {
        ended = true;
        app.quit();
      });
  });
}
