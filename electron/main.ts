/** The app's main process: owns the clusters, makes the window and the tray, and guards both. No cluster logic here. */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { app, type BrowserWindow, dialog, ipcMain, MessageChannelMain, session } from 'electron';
import { messageOf } from '../engine/api/message-of.ts';
import { openClusterManager } from '../engine/cluster/open-cluster-manager.ts';
import { createHandlers } from '../engine/host/handlers.ts';
import { servePort } from '../engine/host/ipc.ts';
import { installLastResort } from '../engine/host/last-resort.ts';
import { whenParentIsGone } from '../engine/host/parent.ts';
import { declareScheme, serveScheme } from './app-protocol.ts';
import { guardAllContents, guardSession } from './guards.ts';
import { installMenu } from './menu.ts';
import { isTrustedSender } from './own-page.ts';
import { endTogether } from './quit.ts';
import { installTray } from './tray.ts';
import { preloadPath } from './window-options.ts';
import { createWindow, openExternal } from './windows.ts';

const buildFolder = dirname(fileURLToPath(import.meta.url));

declareScheme();
whenParentIsGone(process.env, () => app.quit());
// A second start shows the first one's window: two processes would fight over the same clusters.
if (app.requestSingleInstanceLock()) void app.whenReady().then(run).catch(giveUp);
else app.quit();

async function run(): Promise<void> {
  guardSession(session.defaultSession);
  guardAllContents(app);
  serveScheme();
  installMenu();
  const manager = await openClusterManager({
    environment: process.env,
    log: () => undefined,
    ...(app.isPackaged ? { resources: process.resourcesPath } : {}),
  });
  installLastResort({ process, manager, now: Date.now, log: (line) => process.stderr.write(`${line}\n`), giveUp: () => app.quit() });
  const handlers = await createHandlers({ manager, shell: 'electron', openExternal });
  let window: BrowserWindow | undefined;
  const show = (): void => {
    if (window === undefined || window.isDestroyed()) {
      // It shows itself once it has something to show.
      window = createWindow(preloadPath(buildFolder));
      return;
    }
    if (window.isMinimized()) window.restore();
    window.show();
    window.focus();
  };
  ipcMain.on('minato:connect', (event) => {
    if (!isTrustedSender(event.senderFrame)) return;
    const { port1, port2 } = new MessageChannelMain();
    event.senderFrame?.postMessage('minato:port', undefined, [port2]);
    servePort(port1, handlers);
  });
  installTray({ manager, show });
  app.on('second-instance', show).on('activate', show);
  // The tray keeps the clusters running when the window is closed.
  app.on('window-all-closed', () => undefined);
  endTogether({
    app,
    end: async () => manager[Symbol.asyncDispose](),
    showError: (text) => dialog.showErrorBox('Minato', text),
  });
  show();
}

/** Without its clusters the app is nothing: it says why and ends. */
function giveUp(error: unknown): void {
  dialog.showErrorBox('Minato', messageOf(error));
  app.exit(1);
}
