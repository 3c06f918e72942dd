/**
 * The window's files, as both carriers serve them: `build/renderer`, with a policy that lets nothing run or load that is not ours. Each load gets its own
 * nonce, which replaces `__NONCE__` in index.html and is what styles made at run time carry (Emotion, CodeMirror).
 */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { posix } from 'node:path';
import { projectRoot } from '../cluster/project-root.ts';

export interface PageFile {
  readonly status: 200 | 404;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
  '.map': 'application/json',
  '.webmanifest': 'application/manifest+json',
};

/** No inline style attribute either: React, MUI and CodeMirror set styles through the CSSOM, which no policy forbids. */
export function contentSecurityPolicy(nonce: string, connect: string): string {
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}'`,
    `style-src-elem 'self' 'nonce-${nonce}'`,
    "style-src-attr 'none'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src ${connect}`,
    "worker-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
  ].join('; ');
}

/** The file for a path of the window; paths that are no file are routes of the window and get index.html. */
export async function readPage(path: string, connect: string): Promise<PageFile> {
  const root = new URL('build/renderer/', projectRoot());
  // A backslash separates folders on one system and in URLs on all: it must not hide a way up.
  const relative = posix.normalize(decoded(path).replaceAll('\\', '/')).replace(/^\/+/, '');
  if (relative.startsWith('..') || relative.includes('\0')) return notFound;
  const extension = posix.extname(relative);
  const isFile = extension !== '' && extension !== '.html';
  const url = new URL(isFile ? relative.split('/').map(encodeURIComponent).join('/') : 'index.html', root);
  if (!url.href.startsWith(root.href)) return notFound;
  const body = await readFile(url).catch(() => undefined);
  if (body === undefined) return notFound;
  const fixed = {
    'Content-Type': types[isFile ? extension : '.html'] ?? 'application/octet-stream',
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
  };
  // Vite names its files by content, so they may be kept for ever; the page itself carries the nonce and may not.
  if (isFile) return { status: 200, headers: { ...fixed, 'Cache-Control': 'public, max-age=31536000, immutable' }, body };
  const nonce = randomBytes(16).toString('base64');
  const html = body.toString('utf8').replaceAll('__NONCE__', nonce);
  return {
    status: 200,
    headers: {
      ...fixed,
      'Cache-Control': 'no-store',
      'Content-Security-Policy': contentSecurityPolicy(nonce, connect),
      'X-Frame-Options': 'DENY',
    },
    body: Buffer.from(html),
  };
}

/** A path that is wrongly encoded names no file; a NUL stands for that. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return '\0';
  }
}

const notFound: PageFile = { status: 404, headers: { 'Content-Type': 'text/plain; charset=utf-8' }, body: Buffer.from('Not found\n') };
