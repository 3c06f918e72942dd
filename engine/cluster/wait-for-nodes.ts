/** Waits, by a watch, until every node of the cluster says that it is Ready; tells meanwhile which are missing and why. */
import { isApiError } from '../api/errors.ts';
import { node as nodeKind } from '../api/kinds/core/node.ts';
import type { Live } from '../api/object.ts';
import { detail } from '../api/step-detail.ts';
import type { Node } from '../api/types.gen.ts';
import type { Client } from '../client/client.ts';
import type { NodeCall } from '../nodes/node-provider.ts';

export interface WaitForNodes extends NodeCall {
  readonly client: Client;
  readonly names: readonly string[];
}

type Missing = { readonly code: 'node-unregistered' | 'node-silent' } | { readonly code: 'node-unready'; readonly reason: string };

export async function waitForNodes({ client, names, signal, progress }: WaitForNodes): Promise<void> {
  const missing = new Map<string, Missing>(names.map((name) => [name, { code: 'node-unregistered' }]));
  const see = (node: Live<Node>): void => {
    const ready = node.status?.conditions?.find(({ type }) => type === 'Ready');
    if (!names.includes(node.metadata.name)) return;
    if (ready?.status === 'True') missing.delete(node.metadata.name);
    else missing.set(node.metadata.name, ready?.message ? { code: 'node-unready', reason: ready.message } : { code: 'node-silent' });
  };
  const report = (): void => {
    const [first] = missing;
    if (!first) return;
    const [node, why] = first;
    const counts = { ready: names.length - missing.size, total: names.length, node };
    progress.detail(why.code === 'node-unready' ? detail(why.code, { ...counts, reason: why.reason }) : detail(why.code, counts));
  };
  // A watch that the server ends, or that is too old, says nothing about the nodes: it is begun anew.
  while (missing.size > 0) {
    const { items, resourceVersion } = await client.list(nodeKind);
    for (const node of items) see(node);
    report();
    try {
      await follow(resourceVersion);
    } catch (error) {
      if (!isApiError(error, 'Expired') && !isApiError(error, 'Gone')) throw error;
    }
    signal.throwIfAborted();
  }

  async function follow(resourceVersion: string): Promise<void> {
    if (missing.size === 0) return;
    const stop = new AbortController();
    const both = AbortSignal.any([signal, stop.signal]);
    try {
      for await (const event of client.watch(nodeKind, { resourceVersion, signal: both })) {
        if (event.type === 'BOOKMARK') continue;
        see(event.object);
        report();
        if (missing.size === 0) return;
      }
    } finally {
      stop.abort();
    }
  }
}
