/** `app://minato/`: the built window with its policy, and nothing else of this computer. The answers are those that Electron's protocol handler gives. */
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { projectRoot } from '../engine/cluster/project-root.ts';
import { answerPage } from './app-page.ts';

const get = (url: string, method = 'GET'): Promise<Response> => answerPage({ url, method });
const window = new URL('build/renderer/', projectRoot());

beforeAll(async () => {
  // Where nobody has built the window yet a page that only carries the nonce stands for it.
  await mkdir(new URL('assets/', window), { recursive: true });
  const page = '<script nonce="__NONCE__"></script>';
  await writeFile(new URL('index.html', window), page, { flag: 'wx' }).catch(() => undefined);
});

describe('the scheme of the window', () => {
  it('gives the page a strict policy with a nonce of its own at each load', async () => {
    const loads = await Promise.all([get('app://minato/'), get('app://minato/')]);
    const nonces = await Promise.all(
      loads.map(async (load) => {
        const [, nonce = ''] = /'nonce-([^']+)'/.exec(load.headers.get('Content-Security-Policy') ?? '') ?? [];
        const text = await load.text();
        expect([text.includes(nonce), text.includes('__NONCE__')]).toEqual([true, false]);
        return nonce;
      }),
    );
    expect(new Set(nonces).size).toBe(2);
    const policy = (loads[0]?.headers.get('Content-Security-Policy') ?? '').replaceAll(nonces[0] ?? '', 'N');
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      "script-src 'self' 'nonce-N'",
      "style-src-elem 'self' 'nonce-N'",
      "style-src-attr 'none'",
      "img-src 'self' data:",
      "font-src 'self'",
      "connect-src 'self'",
      "worker-src 'self'",
      "manifest-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "object-src 'none'",
    ]);
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
  });

  it('gives routes of the window the page, so that a reload stays where it was', async () => {
    const answer = await get('app://minato/clusters/minato/services');
    expect([answer.status, answer.headers.get('Content-Type')]).toEqual([200, 'text/html; charset=utf-8']);
  });

  it('names what each file is, and lets nothing be guessed', async () => {
    const names = (await readdir(new URL('assets/', window))).filter((name) => /\.(js|css|woff2)$/.test(name));
    const kinds = { js: 'text/javascript; charset=utf-8', css: 'text/css; charset=utf-8', woff2: 'font/woff2' } as const;
    for (const [ending, type] of Object.entries(kinds)) {
      const name = names.find((candidate) => candidate.endsWith(`.${ending}`));
      if (name === undefined) continue;
      const { status, headers } = await get(`app://minato/assets/${name}`);
      expect([status, headers.get('Content-Type'), headers.get('X-Content-Type-Options')]).toEqual([200, type, 'nosniff']);
    }
  });

  it.each([
    'app://minato/../../package.json',
    'app://minato/..%2f..%2fpackage.json',
    'app://minato/%2e%2e/%2e%2e/package.json',
    'app://minato/assets/..%5c..%5c..%5cpackage.json',
    'app://minato/%2fetc/passwd.js',
    'app://minato/assets/x.js%00.css',
    'app://minato/%zz.js',
    'app://minato/assets/none.js',
  ])('has no %s', async (url) => {
    expect((await get(url)).status).toBe(404);
  });

  it.each([
    ['another host', 'app://example/', 'GET'],
    ['a host that begins like ours', 'app://minato.example/', 'GET'],
    ['another scheme', 'https://minato/', 'GET'],
    ['a POST', 'app://minato/', 'POST'],
  ])('does not answer %s', async (_what, url, method) => {
    expect((await get(url, method)).status).toBe(404);
  });
});
