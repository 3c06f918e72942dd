/** What the router makes of parameters and of subscriptions; that carriers carry it is the carrier suite's. */
import { describe, expect, it } from 'vitest';
import { testHandlers } from './carrier.suite.ts';
import { calls, type HostMessage, subscriptions } from './contract.ts';
import { serveConnection } from './router.ts';

function connect() {
  const sent: HostMessage[] = [];
  const closed: string[] = [];
  let say: (message: unknown) => void = () => undefined;
  let end: () => void = () => undefined;
  let next = Promise.withResolvers<void>();
  const { handlers, seen } = testHandlers();
  serveConnection(
    {
      send: (message) => {
        sent.push(message);
        next.resolve();
        next = Promise.withResolvers();
      },
      onMessage: (listener) => {
        say = listener;
      },
      onClose: (listener) => {
        end = listener;
      },
      close: (reason) => closed.push(reason),
    },
    handlers,
  );
  const answer = async (message: unknown): Promise<HostMessage | undefined> => {
    const before = sent.length;
    say(message);
    while (sent.length === before) await next.promise;
    return sent[before];
  };
  return { sent, closed, seen, say: (message: unknown) => say(message), end: () => end(), answer };
}

describe('the border of the host', () => {
  it.each([
    ['ports.probe', { cluster: 'c' }, 'id', /^id: /],
    ['ports.probe', { cluster: '', id: 'x' }, 'cluster', /^cluster: /],
    ['clusters.start', { name: 'a', nodes: 0 }, 'nodes', /^nodes: /],
    ['clusters.start', { name: 'a', nodes: 1.5, driver: 'podman' }, 'nodes', /^nodes: .*; driver: /],
    ['objects.get', { cluster: 'c', kind: { group: '', version: 1, plural: 'pods' }, name: 'x' }, 'kind.version', /^kind\.version: /],
    [
      'objects.patch',
      { cluster: 'c', kind: { group: '', version: 'v1', plural: 'pods' }, name: 'x', patch: { type: 'json', patch: [{ path: '/a' }] } },
      'patch.patch.0.op',
      /^patch\.patch\.0\.op: /,
    ],
    [
      'objects.create',
      { cluster: 'c', kind: { group: '', version: 'v1', plural: 'pods' }, object: [] },
      'object',
      /^object: expected an object with metadata/,
    ],
    ['settings.set', { theme: 'sepia' }, 'theme', /^theme: /],
    ['app.openExternal', { url: 'file:///etc/passwd' }, 'url', /only https/],
    ['clusters.list', { extra: 1 }, '', /^params: .*extra/],
    ['clusters.list', null, '', /^params: /],
  ])('names the field that is wrong in %s %j', async (call, params, ...[field, message]) => {
    const answer = await connect().answer({ type: 'call', id: 1, call, params });
    expect(answer).toMatchObject({
      type: 'result',
      id: 1,
      ok: false,
      error: { code: 'invalid-input', params: { field }, message: expect.stringMatching(message as RegExp) },
    });
  });

  it.each(['', 'objects.', 'toString', '__proto__', 'hasOwnProperty', 'clusters.watch'])('has no call %j', async (call) => {
    expect(await connect().answer({ type: 'call', id: 1, call, params: {} })).toMatchObject({
      ok: false,
      error: { code: 'unknown-call', message: `there is no call "${call}"` },
    });
  });

  it('has no subscription named like a call, and says so where it would have ended', async () => {
    expect(await connect().answer({ type: 'subscribe', id: 1, name: 'clusters.list', params: {} })).toMatchObject({
      type: 'end',
      id: 1,
      error: { code: 'unknown-call', message: 'there is no subscription "clusters.list"' },
    });
  });

  it('closes on a message that is none, and answers nothing more to it', () => {
    const window = connect();
    for (const message of [
      undefined,
      null,
      'x',
      [],
      {},
      { type: 'call', id: 0, call: 'a', params: {} },
      { type: 'call', id: 1, call: 'a', params: {}, more: 1 },
    ])
      window.say(message);
    expect([window.closed.length, window.sent]).toEqual([7, []]);
  });

  it('closes when an id is used twice at once', async () => {
    const window = connect();
    await window.answer({ type: 'subscribe', id: 5, name: 'clusters.watch', params: {} });
    window.say({ type: 'subscribe', id: 5, name: 'clusters.watch', params: {} });
    expect(window.closed).toEqual(['subscription 5 exists already']);
  });

  it('forgets an id when its subscription ends, so that it may be used again', async () => {
    const window = connect();
    await window.answer({ type: 'subscribe', id: 5, name: 'clusters.watch', params: {} });
    window.say({ type: 'unsubscribe', id: 5 });
    await window.seen.aborted.promise;
    expect(await window.answer({ type: 'subscribe', id: 5, name: 'clusters.watch', params: {} })).toEqual({
      type: 'event',
      id: 5,
      event: [],
    });
    expect(window.closed).toEqual([]);
  });

  it('takes an unsubscribe of what is not there for what it is: late', async () => {
    const window = connect();
    window.say({ type: 'unsubscribe', id: 9 });
    expect(await window.answer({ type: 'call', id: 1, call: 'ports.probe', params: { cluster: 'c', id: 'x' } })).toMatchObject({
      ok: true,
    });
    expect(window.closed).toEqual([]);
  });

  it('ends everything of a window that goes', async () => {
    const window = connect();
    await window.answer({ type: 'subscribe', id: 1, name: 'clusters.watch', params: {} });
    window.end();
    await window.seen.aborted.promise;
    expect(window.sent.map(({ type }) => type)).toEqual(['event']);
  });

  it('takes no parameters that are not in the schema, whatever the call', () => {
    for (const [name, { params }] of [...Object.entries(calls), ...Object.entries(subscriptions)]) {
      const { success, error } = params.safeParse({ surelyUnknown: 1 });
      expect([name, success, JSON.stringify(error?.issues).includes('surelyUnknown')]).toEqual([name, false, true]);
    }
  });
});

describe('addresses that a window may open', () => {
  const { params } = calls['app.openExternal'];
  it.each([
    'https://kubernetes.io',
    'https://example.com:8443/a?b=c#d',
    'http://localhost:31000/',
    'http://127.0.0.1',
    'http://localhost/a',
  ])('may be %s', (url) => {
    expect(params.safeParse({ url }).success).toBe(true);
  });
  it.each([
    'http://example.com',
    'http://localhost.evil.example/',
    'http://localhost@evil.example/',
    'https://user:password@example.com/',
    'https:///etc/passwd',
    'https://',
    'https://exa mple.com',
    'https://example.com\\@evil.example',
    'javascript:alert(1)',
    'file:///etc/passwd',
    'ftp://example.com',
    'HTTPS',
    '',
    `https://example.com/${'a'.repeat(2048)}`,
  ])('may not be %s', (url) => {
    expect(params.safeParse({ url }).success).toBe(false);
  });
});
