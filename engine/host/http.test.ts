import { once } from 'node:events';
import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { carrierSuite, type TestWindow, testHandlers } from './carrier.suite.ts';
import { type HostMessage, hostPath } from './contract.ts';
import type { Handlers } from './handler-types.ts';
import { type HttpHost, serveHttp } from './http.ts';

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: string;
}
function get(port: number, path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request(
      { host: '127.0.0.1', port, path, method, headers: { Host: `127.0.0.1:${port}`, ...headers } },
      async (response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of response) chunks.push(chunk as Buffer);
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString() });
      },
    );
    call.on('error', reject).end();
  });
}
async function login(host: HttpHost): Promise<string> {
  const { pathname, search } = new URL(host.url());
  const { headers } = await get(host.port, `${pathname}${search}`);
  return String(headers['set-cookie']).split(';')[0] ?? '';
}
async function openWindow(handlers: Handlers): Promise<TestWindow> {
  const host = await serveHttp({ handlers, port: 0 });
  const socket = new WebSocket(`ws://127.0.0.1:${host.port}${hostPath}`, {
    headers: { Cookie: await login(host), Origin: `http://127.0.0.1:${host.port}` },
  });
  const queue: HostMessage[] = [];
  const waiting: ((message: HostMessage) => void)[] = [];
  socket.on('message', (data) => {
    const message = JSON.parse(String(data)) as HostMessage;
    const taker = waiting.shift();
    if (taker) taker(message);
    else queue.push(message);
  });
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  await once(socket, 'open');
  return {
    send: (message) => socket.send(JSON.stringify(message)),
    next: () => {
      const message = queue.shift();
      return message ? Promise.resolve(message) : new Promise((resolve) => waiting.push(resolve));
    },
    closed,
    async [Symbol.asyncDispose]() {
      socket.close();
      await closed;
      await host[Symbol.asyncDispose]();
    },
  };
}

carrierSuite('HTTP', openWindow);

describe('the gate of the HTTP carrier', () => {
  it('lets in whoever opens the printed address, once, and keeps the token out of the next address', async () => {
    await using host = await serveHttp({ handlers: testHandlers().handlers, port: 0 });
    const { pathname, search } = new URL(host.url());
    const first = await get(host.port, `${pathname}${search}`);
    const second = await get(host.port, `${pathname}${search}`);
    expect([first.status, first.headers.location, second.status]).toEqual([303, '/', 401]);
    expect(String(first.headers['set-cookie'])).toMatch(/HttpOnly; SameSite=Strict/);
  });

  it.each([
    ['no cookie', {}, 401],
    ['a wrong cookie', { Cookie: 'minato-1=x' }, 401],
    ['a foreign Host (DNS rebinding)', { Host: 'evil.example' }, 403],
  ])('answers %s with a refusal', async (_what, headers, status) => {
    await using host = await serveHttp({ handlers: testHandlers().handlers, port: 0 });
    expect((await get(host.port, '/', headers)).status).toBe(status);
  });

  it.each([
    ['a foreign origin', async (host: HttpHost) => ({ Cookie: await login(host), Origin: 'http://evil.example' })],
    ['no origin', async (host: HttpHost) => ({ Cookie: await login(host) })],
    ['no cookie', async (host: HttpHost) => ({ Origin: `http://127.0.0.1:${host.port}` })],
    ['another port of this computer', async (host: HttpHost) => ({ Cookie: await login(host), Origin: 'http://127.0.0.1:1' })],
  ])('opens no WebSocket for %s', async (_what, headersOf) => {
    await using host = await serveHttp({ handlers: testHandlers().handlers, port: 0 });
    const socket = new WebSocket(`ws://127.0.0.1:${host.port}${hostPath}`, { headers: await headersOf(host) });
    const [error] = await once(socket, 'error');
    expect(String(error)).toContain('403');
  });

  it('lets the same browser reload the printed address, and no other', async () => {
    await using host = await serveHttp({ handlers: testHandlers().handlers, port: 0 });
    const { pathname, search } = new URL(host.url());
    const [Cookie = ''] = String((await get(host.port, `${pathname}${search}`)).headers['set-cookie']).split(';');
    const again = await get(host.port, `${pathname}${search}`, { Cookie });
    const stranger = await get(host.port, `${pathname}${search}`);
    expect([again.status, again.headers['set-cookie'], stranger.status]).toEqual([303, undefined, 401]);
  });

  it('gives a token of its own at each printing, and none that was made up opens', async () => {
    await using host = await serveHttp({ handlers: testHandlers().handlers, port: 0 });
    const tokens = [host.url(), host.url()].map((url) => new URL(url).searchParams.get('token') ?? '');
    const statuses = await Promise.all(
      [...tokens, '', 'made-up', `${tokens[0]}x`].map(async (token) => (await get(host.port, `/?token=${token}`)).status),
    );
    expect([new Set(tokens).size, Math.min(...tokens.map(({ length }) => length)) >= 43, statuses]).toEqual([
      2,
      true,
      [303, 303, 401, 401, 401],
    ]);
  });

  it('keeps two windows of this computer apart', async () => {
    await using one = await serveHttp({ handlers: testHandlers().handlers, port: 0 });
    await using other = await serveHttp({ handlers: testHandlers().handlers, port: 0 });
    const Cookie = await login(one);
    const renamed = Cookie.replace(String(one.port), String(other.port));
    expect([
      (await get(one.port, '/', { Cookie })).status,
      (await get(other.port, '/', { Cookie })).status,
      (await get(other.port, '/', { Cookie: renamed })).status,
    ]).toEqual([200, 401, 401]);
  });

  it('serves the page with a policy that names its own address for the WebSocket', async () => {
    await using host = await serveHttp({ handlers: testHandlers().handlers, port: 0 });
    const { headers } = await get(host.port, '/', { Cookie: await login(host) });
    expect(String(headers['content-security-policy'])).toContain(
      `connect-src 'self' ws://127.0.0.1:${host.port} ws://localhost:${host.port};`,
    );
  });

  it.each(['127.0.0.1', 'localhost'])('answers to %s', async (name) => {
    await using host = await serveHttp({ handlers: testHandlers().handlers, port: 0 });
    expect((await get(host.port, '/', { Host: `${name}:${host.port}`, Cookie: await login(host) })).status).toBe(200);
  });

  it.each(['evil.example', '127.0.0.1', 'localhost.evil.example', '127.0.0.1:1'])(
    'answers nothing to Host %j, even with a token',
    async (Host) => {
      await using host = await serveHttp({ handlers: testHandlers().handlers, port: 0 });
      const { search } = new URL(host.url());
      const { status, headers } = await get(host.port, `/${search}`, { Host });
      expect([status, headers['set-cookie']]).toEqual([403, undefined]);
    },
  );

  it('opens no WebSocket for a page that came by another name (DNS rebinding)', async () => {
    await using host = await serveHttp({ handlers: testHandlers().handlers, port: 0 });
    const headers = { Cookie: await login(host), Origin: `http://evil.example:${host.port}`, Host: `evil.example:${host.port}` };
    const socket = new WebSocket(`ws://127.0.0.1:${host.port}${hostPath}`, { headers });
    expect(String((await once(socket, 'error'))[0])).toContain('403');
  });

  it('opens no WebSocket at another path', async () => {
    await using host = await serveHttp({ handlers: testHandlers().handlers, port: 0 });
    const headers = { Cookie: await login(host), Origin: `http://127.0.0.1:${host.port}` };
    const socket = new WebSocket(`ws://127.0.0.1:${host.port}/other`, { headers });
    expect(String((await once(socket, 'error'))[0])).toContain('403');
  });

  it.each([
    ['what is no JSON', 'hello', 1008],
    ['bytes', Buffer.from('{"type":"call","id":1,"call":"clusters.list","params":{}}'), 1008],
    ['more than the largest manifest', 'x'.repeat(5 * 1024 * 1024), 1009],
  ])('closes a WebSocket over %s', async (_what, data, code) => {
    await using host = await serveHttp({ handlers: testHandlers().handlers, port: 0 });
    const headers = { Cookie: await login(host), Origin: `http://localhost:${host.port}` };
    const socket = new WebSocket(`ws://127.0.0.1:${host.port}${hostPath}`, { headers });
    await once(socket, 'open');
    socket.send(data);
    expect((await once(socket, 'close'))[0]).toBe(code);
  });

  it('answers GET and HEAD alone', async () => {
    await using host = await serveHttp({ handlers: testHandlers().handlers, port: 0 });
    const Cookie = await login(host);
    const answers = await Promise.all(
      ['HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS'].map((method) => get(host.port, '/', { Cookie }, method)),
    );
    expect(answers.map(({ status, body }) => [status, body.length > 0])).toEqual([
      [200, false],
      [405, true],
      [405, true],
      [405, true],
      [405, true],
    ]);
  });

  it('ends the windows that are open when it ends', async () => {
    const host = await serveHttp({ handlers: testHandlers().handlers, port: 0 });
    const headers = { Cookie: await login(host), Origin: `http://127.0.0.1:${host.port}` };
    const socket = new WebSocket(`ws://127.0.0.1:${host.port}${hostPath}`, { headers });
    await once(socket, 'open');
    const closed = once(socket, 'close');
    await host[Symbol.asyncDispose]();
    await closed;
    await expect(get(host.port, '/')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('does not serve files outside the window', async () => {
    await using host = await serveHttp({ handlers: testHandlers().handlers, port: 0 });
    const Cookie = await login(host);
    const statuses = await Promise.all(
      ['/../../package.json', '/..%2f..%2fpackage.json', '/assets/..%5c..%5c..%5cpackage.json', '/assets/none.js'].map(
        async (path) => (await get(host.port, path, { Cookie })).status,
      ),
    );
    expect(statuses).toEqual([404, 404, 404, 404]);
  });

  it('survives addresses that are none, from whoever may ask', async () => {
    await using host = await serveHttp({ handlers: testHandlers().handlers, port: 0 });
    const Cookie = await login(host);
    const strange = await Promise.all(['//', '/%zz'].map(async (path) => (await get(host.port, path, { Cookie })).status));
    expect([...strange, (await get(host.port, '//')).status]).toEqual([400, 404, 400]);
  });
});
