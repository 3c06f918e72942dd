/**
 * What the shell denies. Electron's binary cannot be had where these tests run, so its objects are stood in for by ones that record what they are told;
 * what is decided runs as it is.
 */
import { EventEmitter } from 'node:events';
import type { App, Session, WebContents } from 'electron';
import { describe, expect, it } from 'vitest';
import { checkedAddress } from './external-address.ts';
import { guardAllContents, guardSession, guardWindow } from './guards.ts';
import { isOwnPage, isTrustedSender, type SenderFrame } from './own-page.ts';
import { preloadPath, windowOptions } from './window-options.ts';

class Contents extends EventEmitter {
  opener: (() => { action: string }) | undefined;
  setWindowOpenHandler(handler: () => { action: string }): void {
    this.opener = handler;
  }
  /** Whether an event of that name goes through. */
  lets(name: string, event: object): boolean {
    let allowed = true;
    this.emit(name, {
      ...event,
      preventDefault: () => {
        allowed = false;
      },
    });
    return allowed;
  }
}
const guarded = (): Contents => {
  const contents = new Contents();
  guardWindow(contents as unknown as WebContents);
  return contents;
};

const strangers = [
  'https://example.com/',
  'http://127.0.0.1:8001/',
  'file:///etc/passwd',
  'app://minato.example/',
  'app://example/',
  'app://minato@example/',
  'app://user@minato/',
  'javascript:alert(1)',
  'data:text/html,x',
  'about:blank',
  '',
];

describe('a window', () => {
  it.each(strangers)('is not led to %s, by a link, a frame or a redirect', (url) => {
    const contents = guarded();
    const events = ['will-navigate', 'will-frame-navigate', 'will-redirect'];
    expect(events.map((name) => contents.lets(name, { url, isMainFrame: true }))).toEqual([false, false, false]);
  });

  it('may go to its own pages, but not in a frame', () => {
    const contents = guarded();
    const url = 'app://minato/clusters/minato?x=1#y';
    expect([
      contents.lets('will-navigate', { url }),
      contents.lets('will-frame-navigate', { url, isMainFrame: true }),
      contents.lets('will-frame-navigate', { url, isMainFrame: false }),
    ]).toEqual([true, true, false]);
  });

  it('opens no other window and no webview', () => {
    const contents = guarded();
    expect([contents.opener?.(), contents.lets('will-attach-webview', {})]).toEqual([{ action: 'deny' }, false]);
  });

  it('is guarded whoever makes it', () => {
    const app = new EventEmitter();
    const contents = new Contents();
    guardAllContents(app as unknown as App);
    app.emit('web-contents-created', {}, contents);
    expect(contents.lets('will-navigate', { url: 'https://example.com/' })).toBe(false);
  });

  it('is made with a page that has no Node.js, and shown when there is something to see', () => {
    const { webPreferences, show } = windowOptions({ preload: preloadPath('/build/electron'), isDark: true });
    expect({ webPreferences, show }).toEqual({
      show: false,
      webPreferences: {
        preload: '/build/electron/preload.cjs',
        contextIsolation: true,
        sandbox: true,
        nodeIntegration: false,
        nodeIntegrationInWorker: false,
        nodeIntegrationInSubFrames: false,
        webviewTag: false,
        webSecurity: true,
        spellcheck: false,
      },
    });
  });

  it('comes up in the colours of the system', () => {
    const colours = [true, false].map((isDark) => windowOptions({ preload: '', isDark }).backgroundColor);
    expect(new Set(colours).size).toBe(2);
  });
});

describe('a session', () => {
  it('grants no permission and no device', () => {
    const handlers: ((...words: readonly unknown[]) => unknown)[] = [];
    const take = (handler: (typeof handlers)[number]): number => handlers.push(handler);
    const session = { setPermissionRequestHandler: take, setPermissionCheckHandler: take, setDevicePermissionHandler: take };
    guardSession(session as unknown as Session);
    const answers: unknown[] = [];
    const [request, check, device] = handlers;
    request?.({}, 'media', (granted: boolean) => answers.push(granted));
    answers.push(check?.({}, 'clipboard-read'), device?.({ deviceType: 'usb' }));
    expect(answers).toEqual([false, false, false]);
  });
});

describe('a sender', () => {
  it('is trusted when it is the main frame of our own page', () => {
    expect(isTrustedSender({ url: 'app://minato/', parent: null })).toBe(true);
  });

  const refused: readonly (readonly [what: string, frame: SenderFrame | null | undefined])[] = [
    ['no frame', null],
    ['nothing', undefined],
    ['a frame in our page', { url: 'app://minato/', parent: {} }],
    ['a frame whose parent is unknown', { url: 'app://minato/', parent: undefined as never }],
    ...strangers.map((url) => [url, { url, parent: null }] as const),
  ];
  it.each(refused)('is refused when it is %s', (_what, frame) => {
    expect(isTrustedSender(frame)).toBe(false);
  });

  it('is refused when its frame is gone while it is asked', () => {
    const gone = {
      get url(): string {
        throw new Error('Render frame was disposed before WebFrameMain could be accessed');
      },
      parent: null,
    };
    expect(isTrustedSender(gone)).toBe(false);
  });

  it('is known by its origin, not by how its address begins', () => {
    expect([isOwnPage('app://minato/x'), isOwnPage('app://minato.evil/x'), isOwnPage('app://minato:1/x')]).toEqual([true, false, false]);
  });
});

describe('the browser of the user', () => {
  it.each(['https://kubernetes.io/docs/', 'http://localhost:31000/', 'http://127.0.0.1:31001/x?y=1'])('is sent to %s', (address) => {
    expect(checkedAddress(address)).toBe(address);
  });

  it.each([
    'http://example.com/',
    'http://localhost.evil.example/',
    'http://127.0.0.1.evil.example/',
    'http://user@localhost:31000/',
    'https://user:secret@example.com/',
    'file:///etc/passwd',
    'smb://server/share',
    'javascript:alert(1)',
    'vscode://x',
    'app://minato/',
    'no address',
    '',
  ])('is not sent to %s', (address) => {
    expect(() => checkedAddress(address)).toThrow(/^refused to open/);
  });
});
