/** The main process from start to quit, with the real clusters and handlers behind it and Electron stood in for (electron-stand-in.ts says why). */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MessagePort } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { HostMessage } from '../engine/host/contract.ts';
import { app, becomeReady, drawn, ipcMain, seen } from './electron-stand-in.ts';

vi.mock('electron', () => import('./electron-stand-in.ts'));

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'minato-shell-'));
  vi.stubEnv('MINATO_HOME', home);
  // As on a computer of its own: what other tests have lost on the engine is not seen.
  vi.stubEnv('MINATO_HOST', 'test.invalid');
  vi.stubEnv('KUBECONFIG', join(home, 'kubeconfig'));
  await import('./main.ts');
});
afterAll(() => rm(home, { recursive: true, force: true }));

/** The window's side of `minato:connect`. */
function connect(frame: { readonly url: string; readonly parent: object | null } | null): MessagePort | undefined {
  let port: MessagePort | undefined;
  const postMessage = (_channel: string, _message: unknown, [given]: MessagePort[]): void => {
    port = given;
  };
  ipcMain.emit('minato:connect', { senderFrame: frame && { ...frame, postMessage } });
  return port;
}
async function call(port: MessagePort, name: string, params: object): Promise<HostMessage> {
  const answer = once(port, 'message');
  port.postMessage({ type: 'call', id: 1, call: name, params });
  return (await answer)[0] as HostMessage;
}
async function untilDrawn(isDrawn: () => boolean): Promise<void> {
  while (!isDrawn()) await once(drawn, 'drawn');
}
const labels = (): readonly (string | undefined)[] =>
  seen.menu.flatMap(({ label, submenu = [] }) => [label, ...submenu.map((item) => item.label)]);

describe('the app', () => {
  it('declares its scheme before anything else, and makes no window before the system is ready', () => {
    expect([seen.calls, seen.windows.length]).toEqual([['scheme app', 'lock'], 0]);
  });

  it('guards everything before it makes its window, in the user’s language', async () => {
    becomeReady();
    await untilDrawn(() => seen.windows.length === 1);
    expect(seen.calls.slice(2)).toEqual([
      'guard permissions',
      'guard permission checks',
      'guard devices',
      'serve scheme',
      'menu',
      'guard window',
      'load app://minato/',
    ]);
    expect(labels()).toEqual(['Minato を開く', undefined, '終了（Pod は動き続けます）']);
  });

  it('shows its window when there is something to see, and again when it is asked for', () => {
    const [window] = seen.windows;
    const before = window?.shown;
    window?.emit('ready-to-show');
    app.emit('second-instance');
    expect([before, window?.shown, window?.options.webPreferences?.preload?.endsWith('preload.cjs')]).toEqual([0, 2, true]);
  });

  it('serves its page', async () => {
    const answer = await seen.pages?.(new Request('app://minato/'));
    expect(answer?.headers.get('Content-Security-Policy')).toContain("default-src 'none'");
  });

  it.each([
    ['another page', { url: 'https://example.com/', parent: null }],
    ['a frame in its page', { url: 'app://minato/', parent: {} }],
    ['a frame that is gone', null],
  ])('gives %s no port', (_what, frame) => {
    expect(connect(frame)).toBeUndefined();
  });

  it('gives its own page a port that speaks the contract', async () => {
    const port = connect({ url: 'app://minato/', parent: null });
    if (!port) throw new Error('no port came');
    expect(await call(port, 'app.info', {})).toMatchObject({ ok: true, result: { shell: 'electron' } });
    expect(await call(port, 'clusters.list', {})).toEqual({ type: 'result', id: 1, ok: true, result: [] });
    port.close();
  });

  it('opens the user’s browser by one function, which refuses what is not the web', async () => {
    const port = connect({ url: 'app://minato/', parent: null });
    if (!port) throw new Error('no port came');
    const answers = [
      await call(port, 'app.openExternal', { url: 'https://kubernetes.io/' }),
      await call(port, 'app.openExternal', { url: 'file:///etc/passwd' }),
    ];
    port.close();
    expect([answers.map((answer) => 'ok' in answer && answer.ok), seen.opened]).toEqual([[true, false], ['https://kubernetes.io/']]);
  });

  it('draws a cluster’s steps and its end in the tray', async () => {
    const port = connect({ url: 'app://minato/', parent: null });
    if (!port) throw new Error('no port came');
    const toolTips = new Set<string>();
    drawn.on('drawn', () => toolTips.add(seen.toolTip));
    await call(port, 'clusters.start', { name: 'lesson', driver: 'simulated' });
    await untilDrawn(() => seen.toolTip === 'Minato\nlesson: 稼働中');
    expect([...toolTips].filter((text) => /^Minato\nlesson: 起動中 \(\d\/\d\)$/.test(text)).length).toBeGreaterThan(0);
    expect(labels()).toContain('停止');
    port.close();
  });

  it('makes a new window when the old one was closed', () => {
    const [window] = seen.windows;
    if (window) window.destroyed = true;
    app.emit('window-all-closed');
    app.emit('activate');
    expect(seen.windows.length).toBe(2);
  });

  it('stops the control planes before it quits', async () => {
    app.quit();
    await app.quitted.promise;
    expect(seen.calls.filter((each) => each.startsWith('error'))).toEqual([]);
  });
});
