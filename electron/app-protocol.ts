/** Serves the window under its own scheme: no file://, and a policy that each load carries anew. */
import { protocol } from 'electron';
import { readPage } from '../engine/host/page.ts';

export function declareScheme(): void {
  protocol.registerSchemesAsPrivileged([{ scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } }]);
}

export function serveScheme(): void {
  protocol.handle('app', async (request) => {
    const { host, pathname } = new URL(request.url);
    if (host !== 'minato' || request.method !== 'GET') return new Response('Not found', { status: 404 });
    const { status, headers, body } = await readPage(pathname, "'self'");
    return new Response(Uint8Array.from(body), { status, headers: { ...headers } });
  });
}
