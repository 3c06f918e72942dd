/** What every carrier must do; run on both by `http.test.ts` and `ipc.test.ts`. */
import { describe, expect, it } from 'vitest';
import { HostError } from '../api/host-error.ts';
import type { HostMessage } from './contract.ts';
import { type Handlers, untilAborted } from './handler-types.ts';

/** The window's end, as a test holds it. */
export interface TestWindow extends AsyncDisposable {
  send(message: unknown): void;
  /** The next message from the host, in order. */
  next(): Promise<HostMessage>;
  readonly closed: Promise<void>;
}

/** Handlers that record what they were given; the rest of the contract is not used by the suite. */
export function testHandlers() {
  const seen = { probes: [] as unknown[], aborted: Promise.withResolvers<void>() };
  const handlers = {
    calls: {
      'ports.probe': async (params: unknown) => {
        seen.probes.push(params);
        return { ok: true, elapsedMs: 1 };
      },
      'clusters.stop': async () => {
        throw new HostError('cluster-not-found', 'no such cluster', { params: { name: 'x' } });
      },
      'clusters.list': async () => {
        throw new TypeError('a fault');
      },
    },
    subscriptions: {
      'clusters.watch': async (_params: unknown, { emit, signal }: { emit: (event: unknown) => void; signal: AbortSignal }) => {
        emit([]);
        await untilAborted(signal);
        seen.aborted.resolve();
      },
      'pods.log': async (params: unknown, { emit }: { emit: (event: unknown) => void }) => emit({ lines: [JSON.stringify(params)] }),
    },
    // Only what the suite calls is there.
  } as unknown as Handlers;
  return { handlers, seen };
}

export function carrierSuite(name: string, open: (handlers: Handlers) => Promise<TestWindow>): void {
  describe(`the ${name} carrier`, () => {
    it('answers a call with its result, and fills in nothing the schema does not know', async () => {
      const { handlers, seen } = testHandlers();
      await using window = await open(handlers);
      window.send({ type: 'call', id: 1, call: 'ports.probe', params: { cluster: 'minato', id: 'a/b' } });
      expect(await window.next()).toEqual({ type: 'result', id: 1, ok: true, result: { ok: true, elapsedMs: 1 } });
      expect(seen.probes).toEqual([{ cluster: 'minato', id: 'a/b' }]);
    });

    it.each([
      ['an unknown call', { call: 'clusters.explode', params: {} }, { code: 'unknown-call' }],
      ['a call named like an object property', { call: 'constructor', params: {} }, { code: 'unknown-call' }],
      [
        'a missing field',
        { call: 'ports.probe', params: { cluster: 'minato' } },
        { code: 'invalid-input', params: { field: 'id', value: '' } },
      ],
      ['a field too many', { call: 'clusters.stop', params: { name: 'a', force: true } }, { code: 'invalid-input' }],
      [
        'an error of the host',
        { call: 'clusters.stop', params: { name: 'x' } },
        { code: 'cluster-not-found', params: { name: 'x' }, message: 'no such cluster' },
      ],
      ['a fault of ours', { call: 'clusters.list', params: {} }, { code: 'internal', message: 'a fault' }],
      ['a URL that is not safe to open', { call: 'app.openExternal', params: { url: 'file:///etc/passwd' } }, { code: 'invalid-input' }],
    ])('answers %s with its error as data', async (_what, call, error) => {
      await using window = await open(testHandlers().handlers);
      window.send({ type: 'call', id: 7, ...call });
      expect(await window.next()).toMatchObject({ type: 'result', id: 7, ok: false, error });
    });

    it('carries events until the window unsubscribes, and tells the handler', async () => {
      const { handlers, seen } = testHandlers();
      await using window = await open(handlers);
      window.send({ type: 'subscribe', id: 2, name: 'clusters.watch', params: {} });
      expect(await window.next()).toEqual({ type: 'event', id: 2, event: [] });
      window.send({ type: 'unsubscribe', id: 2 });
      await seen.aborted.promise;
    });

    it('ends a subscription that has no more to tell, with the defaults of the schema filled in', async () => {
      await using window = await open(testHandlers().handlers);
      window.send({ type: 'subscribe', id: 3, name: 'pods.log', params: { cluster: 'c', namespace: 'd', pod: 'p' } });
      const event = await window.next();
      expect(event).toMatchObject({ type: 'event', id: 3 });
      expect(JSON.stringify(event)).toContain('\\"tailLines\\":1000');
      expect(await window.next()).toEqual({ type: 'end', id: 3 });
    });

    it('ends the handlers of a window that goes away', async () => {
      const { handlers, seen } = testHandlers();
      {
        await using window = await open(handlers);
        window.send({ type: 'subscribe', id: 4, name: 'clusters.watch', params: {} });
        await window.next();
      }
      await seen.aborted.promise;
    });

    it.each([
      ['a number', 42],
      ['a message of no type', { id: 1 }],
      ['an id that is no number', { type: 'call', id: 'x', call: 'clusters.list', params: {} }],
    ])('closes on %s', async (_what, message) => {
      await using window = await open(testHandlers().handlers);
      window.send(message);
      await window.closed;
    });
  });
}
