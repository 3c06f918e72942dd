/** The tray icon: what runs, and the few things one wants without the window. Its texts are the window's, in the system's language. */

import { fileURLToPath } from 'node:url';
import { app, Menu, nativeImage, Tray } from 'electron';
import type { ClusterManager, ClusterSummary } from '../engine/cluster/cluster-manager.ts';
import { projectRoot } from '../engine/cluster/project-root.ts';
import { trayTexts } from './tray-texts.ts';

export function installTray({ manager, show }: { readonly manager: ClusterManager; readonly show: () => void }): void {
  const icon = nativeImage.createFromPath(fileURLToPath(new URL('resources/icons/trayTemplate.png', projectRoot())));
  const tray = new Tray(icon);
  const texts = trayTexts(app.getLocale());
  const redraw = async (): Promise<void> => {
    const clusters = await manager.list();
    tray.setToolTip(
      clusters.length === 0 ? 'Minato' : `Minato: ${clusters.map(({ name, phase }) => `${name} ${texts.phases[phase]}`).join(', ')}`,
    );
    tray.setContextMenu(
      Menu.buildFromTemplate([
        { label: texts.show, click: show },
        { type: 'separator' },
        ...clusters.map((cluster) => ({ label: `${cluster.name}: ${texts.phases[cluster.phase]}`, submenu: [action(cluster)] })),
        { type: 'separator' },
        { label: texts.quit, click: () => app.quit() },
      ]),
    );
  };
  const action = ({ name, phase }: ClusterSummary) => {
    if (phase === 'running' || phase === 'elsewhere') return { label: texts.stop, click: () => void manager.stop(name).catch(show) };
    // A start that is refused is told in the window, which knows how.
    return {
      label: texts.start,
      enabled: phase === 'stopped' || phase === 'failed',
      click: () => void manager.start({ name }).catch(show),
    };
  };
  manager.subscribe((event) => event.type === 'clusters' && void redraw());
  tray.on('click', show);
  void redraw();
}
