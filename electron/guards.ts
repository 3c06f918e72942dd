/** The one place that denies: permissions, navigation, new windows, webviews. Electron allows all of these by default. */
import type { App, Session, WebContents } from 'electron';
import { isOwnPage } from './own-page.ts';

export function guardSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, decide) => decide(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
}

export function guardWindow(contents: WebContents): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.on('will-navigate', (event) => {
    if (!isOwnPage(event.url)) event.preventDefault();
  });
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame || !isOwnPage(event.url)) event.preventDefault();
  });
  contents.on('will-redirect', (event) => {
    if (!isOwnPage(event.url)) event.preventDefault();
  });
  contents.on('will-attach-webview', (event) => event.preventDefault());
}

/** Every window there is or will be, whoever makes it. */
export function guardAllContents(app: App): void {
  app.on('web-contents-created', (_event, contents) => guardWindow(contents));
}
