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
function get(port: number, path: string, headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request({ host: '127.0.0.1', port, path, headers: { Host: `127.0.0.1:${port}`, ...headers } }, async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk as Buffer);
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString() });
    });
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

  it('does not serve files outside the window', async () => {
    await using host = await serveHttp({ handlers: testHandlers().handlers, port: 0 });
    const Cookie = await login(host);
    const statuses = await Promise.all(
      ['/../../package.json', '/..%2f..%2fpackage.json', '/assets/none.js'].map(
        async (path) => (await get(host.port, path, { Cookie })).status,
      ),
    );
    expect(statuses).toEqual([404, 404, 404]);
  });

  it('survives addresses that are none, from whoever may ask', async () => {
    await using host = await serveHttp({ handlers: testHandlers().handlers, port: 0 });
    const Cookie = await login(host);
    const strange = await Promise.all(['//', '/%zz'].map(async (path) => (await get(host.port, path, { Cookie })).status));
    expect([...strange, (await get(host.port, '//')).status]).toEqual([400, 404, 400]);
  });
});
