/** Waits, by a watch, until every node of the cluster says that it is Ready; tells meanwhile which are missing and why. */
import { node as nodeKind } from '../api/kinds/core/node.ts';
import type { Live } from '../api/object.ts';
import type { Node } from '../api/types.gen.ts';
import type { Client } from '../client/client.ts';
import type { NodeCall } from '../nodes/node-provider.ts';

export interface WaitForNodes extends NodeCall {
  readonly client: Client;
  readonly names: readonly string[];
}

export async function waitForNodes({ client, names, signal, progress }: WaitForNodes): Promise<void> {
  const missing = new Map(names.map((name) => [name, 'has not registered yet']));
  const see = (node: Live<Node>): void => {
    const ready = node.status?.conditions?.find(({ type }) => type === 'Ready');
    if (ready?.status === 'True') missing.delete(node.metadata.name);
    else if (names.includes(node.metadata.name)) missing.set(node.metadata.name, ready?.message ?? 'has not reported yet');
  };
  const tell = (): void => {
    const [first] = missing;
    if (first) progress.detail(`${names.length - missing.size} of ${names.length} Ready; ${first[0]}: ${first[1]}`);
  };
  const { items, resourceVersion } = await client.list(nodeKind);
  for (const node of items) see(node);
  tell();
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  if (missing.size > 0) {
    for await (const event of client.watch(nodeKind, { resourceVersion, signal: both })) {
      if (event.type === 'BOOKMARK') continue;
      see(event.object);
      tell();
      if (missing.size === 0) break;
    }
  }
  stop.abort();
  signal.throwIfAborted();
}
