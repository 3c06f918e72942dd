import { EventEmitter, once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { node as nodeKind } from '../api/kinds/core/node.ts';
import { detailText, type StepDetail } from '../api/step-detail.ts';
import type { NodeCondition } from '../api/types.gen.ts';
import { MemoryClient } from '../testing/memory-client.ts';
import { waitForNodes } from './wait-for-nodes.ts';

const ready: NodeCondition = { type: 'Ready', status: 'True' };
const notReady: NodeCondition = { type: 'Ready', status: 'False', message: 'container runtime is down' };
const create = (client: MemoryClient, name: string, conditions: NodeCondition[]) =>
  client.create(nodeKind, { metadata: { name }, spec: {}, status: { conditions } });

/** Waits for `a` and `b`; `details` is what it said, `said(n)` resolves once it has said n things. */
function wait(client: MemoryClient, signal = new AbortController().signal) {
  const details: string[] = [];
  const spoke = new EventEmitter();
  const progress = {
    detail: (said: string | StepDetail) => {
      details.push(detailText(said));
      spoke.emit('spoke');
    },
    log: () => undefined,
  };
  const done = waitForNodes({ client, names: ['a', 'b'], signal, progress });
  const said = async (count: number): Promise<void> => {
    while (details.length < count) await once(spoke, 'spoke');
  };
  return { done, details, said };
}

describe('waiting for nodes', () => {
  it('ends at once when all are Ready', async () => {
    const client = new MemoryClient();
    await create(client, 'a', [ready]);
    await create(client, 'b', [ready]);
    const { done, details } = wait(client);
    await done;
    expect([details, client.calls.filter((call) => call.startsWith('watch'))]).toEqual([[], []]);
  });

  it('tells which node is missing and why, until the last is Ready', async () => {
    const client = new MemoryClient();
    const { done, details, said } = wait(client);
    await said(1);
    await create(client, 'a', [notReady]);
    await said(2);
    await client.patch(nodeKind, { name: 'a' }, { type: 'merge', patch: { status: { conditions: [ready] } } }, { subresource: 'status' });
    await said(3);
    await create(client, 'b', [ready]);
    await done;
    expect(details).toEqual([
      '0 of 2 Ready; a: has not registered yet',
      '0 of 2 Ready; a: container runtime is down',
      '1 of 2 Ready; b: has not registered yet',
    ]);
  });

  it('does not count nodes of others, nor one that is Ready no more', async () => {
    const client = new MemoryClient();
    await create(client, 'stranger', [ready]);
    await create(client, 'a', [ready]);
    const { done, details, said } = wait(client);
    await said(1);
    await client.patch(
      nodeKind,
      { name: 'a' },
      { type: 'merge', patch: { status: { conditions: [notReady] } } },
      { subresource: 'status' },
    );
    await said(2);
    await create(client, 'b', [ready]);
    await said(3);
    await client.patch(nodeKind, { name: 'a' }, { type: 'merge', patch: { status: { conditions: [ready] } } }, { subresource: 'status' });
    await done;
    expect(details).toEqual([
      '1 of 2 Ready; b: has not registered yet',
      '0 of 2 Ready; b: has not registered yet',
      '1 of 2 Ready; a: container runtime is down',
    ]);
  });

  it('goes on when the server ends its watch, and when the watch is too old', async () => {
    const client = new MemoryClient();
    const { done, said } = wait(client);
    await said(1);
    client.disconnect();
    await said(2);
    // Between list and watch history is forgotten.
    await create(client, 'a', [ready]);
    client.compact();
    client.disconnect();
    await said(3);
    await create(client, 'b', [ready]);
    await done;
  });

  it('ends with the reason when it is cancelled', async () => {
    const abort = new AbortController();
    const { done, said } = wait(new MemoryClient(), abort.signal);
    await said(1);
    abort.abort(new Error('cancelled'));
    await expect(done).rejects.toThrow('cancelled');
  });
});
