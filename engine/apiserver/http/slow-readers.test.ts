/** Clients that ask for much and do not read cost their own time, and nobody else's memory. */
import { once } from 'node:events';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KeyPair } from '../../cluster/certificates.ts';
import { testClock } from '../../testing/clock.ts';
import { ask } from '../../testing/https-request.ts';
import { type SecureApiServer, secureApiServer } from '../../testing/test-api-server.ts';
import { stallMs } from './paced-writer.ts';

let api: SecureApiServer;
let admin: KeyPair;
const clock = testClock();
const objects = 24;
const filler = 'x'.repeat(400_000);
const maps = (namespace: string): string => `/api/v1/namespaces/${namespace}/configmaps`;

beforeAll(async () => {
  // Time stands still: nobody is dropped before a test says so.
  api = await secureApiServer({ namespaces: ['large', 'watched', 'told'], clock });
  admin = await api.identity('admin', 'system:masters');
  for (let index = 0; index < objects; index++) await create('large', `m${index}`, filler);
});
afterAll(() => api[Symbol.asyncDispose]());

async function create(namespace: string, name: string, value: string): Promise<void> {
  const { code } = await ask(api, maps(namespace), { identity: admin, method: 'POST', body: { metadata: { name }, data: { value } } });
  expect(code).toBe(201);
}

interface Slow extends Disposable {
  /** Its head has come; nothing of it has been read. */
  readonly response: IncomingMessage;
}
const opened = new Set<ClientRequest>();
afterAll(() => {
  for (const one of opened) one.destroy();
});
async function askAndNotRead(path: string): Promise<Slow> {
  const outgoing = request(`${api.url}${path}`, {
    agent: false,
    ca: api.authority.certificatePem,
    cert: admin.certificatePem,
    key: admin.keyPem,
  });
  opened.add(outgoing);
  outgoing.on('error', () => {});
  outgoing.end();
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  response.on('error', () => {});
  return { response, [Symbol.dispose]: () => outgoing.destroy() };
}

async function metric(name: string): Promise<number> {
  const { text: lines } = await ask(api, '/metrics', { identity: admin });
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(lines)?.[1]);
}
const buffered = (): Promise<number> => metric('minato_response_buffered_bytes');

/** When a while has brought no change. Too early is no harm: what is asserted holds at any time. */
async function settled(read: () => Promise<number>): Promise<number> {
  for (let before = -1, same = 0; ; ) {
    const now = await read();
    same = now === before ? same + 1 : 0;
    if (same === 5) return now;
    before = now;
  }
}

describe('lists', () => {
  test.each([
    ['as objects', '?'],
    ['as metadata, selected', '?labelSelector=!none'],
  ])('that nobody reads lie in the store and not in memory: %s', async (_, query) => {
    const slow = await Promise.all(Array.from({ length: 30 }, () => askAndNotRead(maps('large') + query)));
    const bytes = await settled(buffered);
    // A piece in the connection and one on its way; the list itself is 9.6 MB.
    expect(bytes).toBeLessThan(30 * 3 * 64 * 1024);
    const [first] = slow;
    if (!first) throw new Error('nobody asked');
    const whole = JSON.parse(await text(first.response)) as { readonly items: readonly object[] };
    expect(whole.items).toHaveLength(objects);
    for (const one of slow) one[Symbol.dispose]();
  });

  test('show one moment, however slowly they are read', async () => {
    const { response } = await askAndNotRead(maps('large'));
    const { code } = await ask(api, `${maps('large')}/m9`, { identity: admin, method: 'DELETE' });
    expect(code).toBe(200);
    await create('large', 'm9', 'other');
    await api.store.compact(0);
    const list = JSON.parse(await text(response)) as { items: { metadata: { name: string }; data: { value: string } }[] };
    expect(list.items.find(({ metadata }) => metadata.name === 'm9')?.data.value).toBe(filler);
  });

  test('a client that takes nothing for long is dropped', async () => {
    const { response } = await askAndNotRead(maps('large'));
    await settled(buffered);
    clock.advance(stallMs + 1);
    // Cut off: what lay in the connection comes, the end does not.
    await expect(text(response)).rejects.toThrow('aborted');
    expect(await settled(buffered)).toBe(0);
  });
});

test('documents that nobody reads are shared, and written piece by piece', async () => {
  const slow = await Promise.all(Array.from({ length: 20 }, () => askAndNotRead('/openapi/v2')));
  expect(await settled(buffered)).toBeLessThan(20 * 3 * 64 * 1024);
  for (const one of slow) one[Symbol.dispose]();
});

describe('watches', () => {
  const now = async (namespace: string): Promise<string> =>
    (await ask(api, maps(namespace), { identity: admin })).json.metadata.resourceVersion;

  test('a watcher that falls behind by more than is kept for it is ended; one that reads has everything', async () => {
    const path = `${maps('watched')}?watch=1&resourceVersion=${await now('watched')}`;
    const slow = await askAndNotRead(path);
    const { response } = await askAndNotRead(path);
    const lines = createInterface({ input: response })[Symbol.asyncIterator]();
    // It keeps up; the other one never begins.
    for (let index = 0; index < 60; index++) {
      await create('watched', `m${index}`, filler);
      expect(String((await lines.next()).value).slice(0, 15)).toBe('{"type":"ADDED"');
    }
    expect(await settled(buffered)).toBeLessThan(3 * 64 * 1024);
    await expect(text(slow.response)).rejects.toThrow('aborted');
  });

  test('each revision is encoded once for all who watch', async () => {
    const path = `${maps('told')}?watch=1&resourceVersion=${await now('told')}`;
    const watchers = await Promise.all(Array.from({ length: 20 }, () => askAndNotRead(path)));
    const before = await metric('minato_object_encodings_total');
    const told = watchers.map(async ({ response }) => {
      const lines = createInterface({ input: response })[Symbol.asyncIterator]();
      for (let line = 0; line < 5; line++) await lines.next();
    });
    for (let index = 0; index < 5; index++) await create('told', `m${index}`, 'small');
    await Promise.all(told);
    expect((await metric('minato_object_encodings_total')) - before).toBe(5);
  });
});
