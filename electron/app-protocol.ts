/** The window's own scheme: no file://, and a policy that each load carries anew (app-page.ts). */
import { protocol } from 'electron';
import { answerPage } from './app-page.ts';

export function declareScheme(): void {
  protocol.registerSchemesAsPrivileged([{ scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } }]);
}

export function serveScheme(): void {
  protocol.handle('app', answerPage);
}
