/** Answers for `app://minato/…`: the window's files with their policy, and nothing for anybody else. Runs without Electron. */
import { readPage } from '../engine/host/page.ts';
import { isOwnPage } from './own-page.ts';

export async function answerPage({ url, method }: Pick<Request, 'url' | 'method'>): Promise<Response> {
  if (!isOwnPage(url) || method !== 'GET') return new Response('Not found\n', { status: 404 });
  // The window talks to its host over a MessagePort: there is nothing to connect to but itself.
  const { status, headers, body } = await readPage(new URL(url).pathname, "'self'");
  return new Response(Uint8Array.from(body), { status, headers: { ...headers } });
}
