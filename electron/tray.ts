/** The tray icon: what runs, and the few things one wants without the window. What it shows is decided in tray-view.ts. */
import { fileURLToPath } from 'node:url';
import { app, Menu, type MenuItemConstructorOptions, nativeImage, Tray } from 'electron';
import type { ClusterManager } from '../engine/cluster/cluster-manager.ts';
import { projectRoot } from '../engine/cluster/project-root.ts';
import { trayTexts } from './tray-texts.ts';
import { type TrayAction, type TrayItem, trayView } from './tray-view.ts';

export function installTray({ manager, show }: { readonly manager: ClusterManager; readonly show: () => void }): void {
  const icon = nativeImage.createFromPath(fileURLToPath(new URL('resources/icons/trayTemplate.png', projectRoot())));
  const tray = new Tray(icon);
  const texts = trayTexts(app.getLocale());
  let shown = '';
  const redraw = async (): Promise<void> => {
    const view = trayView({ clusters: await manager.list(), operations: manager.operations, texts });
    // Operations tell every line of their log; a menu that is open closes when it is replaced.
    if (JSON.stringify(view) === shown) return;
    shown = JSON.stringify(view);
    tray.setToolTip(view.toolTip);
    tray.setContextMenu(Menu.buildFromTemplate(view.items.map((item) => template(item, act))));
  };
  const act = (what: TrayAction): void => {
    if (what.do === 'show') show();
    else if (what.do === 'quit') app.quit();
    else if (what.do === 'cancel') manager.cancel(what.operation);
    // What is refused is told in the window, which knows how.
    else if (what.do === 'stop') void manager.stop(what.cluster).catch(show);
    else void manager.start({ name: what.cluster }).catch(show);
  };
  // One drawing at a time: the last one drawn is never an old one.
  let drawing = Promise.resolve();
  const ask = (): void => {
    drawing = drawing.then(redraw);
  };
  manager.subscribe(({ type }) => (type === 'clusters' || type === 'operation') && ask());
  tray.on('click', show);
  ask();
}

function template(item: TrayItem, act: (action: TrayAction) => void): MenuItemConstructorOptions {
  switch (item.type) {
    case 'separator':
      return { type: 'separator' };
    case 'text':
      return { label: item.label, enabled: false };
    case 'cluster':
      return { label: item.label, submenu: item.items.map((each) => template(each, act)) };
    case 'action':
      return { label: item.label, click: () => act(item.action) };
  }
}
