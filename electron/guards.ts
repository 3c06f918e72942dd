/** The one place that denies: permissions, navigation, new windows, webviews. Electron allows all of these by default. */
import { app, type Session, session, type WebContents } from 'electron';

export function guardSession(target: Session = session.defaultSession): void {
  target.setPermissionRequestHandler((_contents, _permission, decide) => decide(false));
  target.setPermissionCheckHandler(() => false);
  target.setDevicePermissionHandler(() => false);
}

export function guardWindow(contents: WebContents, origin: string): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.on('will-navigate', (event) => {
    if (!isOwnPage(event.url, origin)) event.preventDefault();
  });
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame || !isOwnPage(event.url, origin)) event.preventDefault();
  });
  contents.on('will-attach-webview', (event) => event.preventDefault());
}

/** For contents that are not made by `windows.ts`, should any appear. */
export function guardAllContents(origin: string): void {
  app.on('web-contents-created', (_event, contents) => guardWindow(contents, origin));
}

/** Compares origins, not prefixes: `app://minato.example` is somebody else. */
export function isOwnPage(address: string, origin: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, host } = new URL(address);
  return `${protocol}//${host}` === origin;
}
