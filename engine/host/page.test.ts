import { describe, expect, it } from 'vitest';
import { contentSecurityPolicy, readPage } from './page.ts';

describe('the window’s policy', () => {
  const policy = contentSecurityPolicy('abc', "'self' ws://127.0.0.1:8001");
  const directives = new Map(policy.split('; ').map((line) => [line.split(' ')[0] ?? '', line.split(' ').slice(1)] as const));

  it('lets nothing run, load or be sent anywhere but to itself', () => {
    expect(directives.get('default-src')).toEqual(["'none'"]);
    expect(directives.get('script-src')).toEqual(["'self'", "'nonce-abc'"]);
    expect(directives.get('connect-src')).toEqual(["'self'", 'ws://127.0.0.1:8001']);
    for (const name of ['base-uri', 'form-action', 'frame-ancestors', 'object-src', 'style-src-attr'])
      expect([name, directives.get(name)]).toEqual([name, ["'none'"]]);
  });

  it('has no way around itself', () => {
    expect(policy).not.toMatch(/unsafe-|strict-dynamic|\*|https?:/);
  });

  it('is one line that a header may hold', () => {
    expect(policy).not.toMatch(/[\r\n]/);
  });
});

describe('the window’s files', () => {
  it('get a nonce nobody can foretell', async () => {
    const pages = await Promise.all(Array.from({ length: 20 }, () => readPage('/', "'self'")));
    const nonces = pages.map(({ headers }) => /'nonce-([^']+)'/.exec(headers['Content-Security-Policy'] ?? '')?.[1] ?? '');
    expect(new Set(nonces).size).toBe(20);
    expect(nonces.filter((nonce) => Buffer.from(nonce, 'base64').length < 16)).toEqual([]);
  });

  it('are not kept by the browser where they carry a nonce', async () => {
    const { headers } = await readPage('/index.html', "'self'");
    expect(headers).toMatchObject({ 'Cache-Control': 'no-store', 'X-Frame-Options': 'DENY', 'Referrer-Policy': 'no-referrer' });
  });

  it.each([
    '/../package.json',
    '/..%2f..%2fpackage.json',
    '/assets/..%5c..%5c..%5cpackage.json',
    '\\..\\..\\package.json',
    '/%2e%2e/%2e%2e/package.json',
    '/assets/%00.js',
    '/%',
    `/${'../'.repeat(40)}etc/hostname.js`,
    '/file:///etc/hostname.js',
    '//example.com/x.js',
  ])('end where the window ends: %s', async (path) => {
    expect(await readPage(path, "'self'")).toMatchObject({ status: 404, body: Buffer.from('Not found\n') });
  });
});
