/**
 * Gives the first node the role by which users of minikube recognise it, without its taint: pods run there. A node may not say such a thing of itself
 * (NodeRestriction), so the control plane does, as `kubeadm init` does in its phase `mark-control-plane`.
 */
import type { Clock } from '../api/clock.ts';
import { node as nodeKind } from '../api/kinds/core/node.ts';
import type { Node } from '../api/types.gen.ts';
import type { Cache } from '../cache/cache.ts';
import type { Client } from '../client/client.ts';
import { Controller, done, onObject } from '../client/controller.ts';

const role = { 'node-role.kubernetes.io/control-plane': '' };

export interface NodeRoleOptions {
  /** May label nodes. */
  readonly client: Client;
  readonly nodes: Cache<Node>;
  readonly clock: Clock;
  /** The node that carries the role. */
  readonly first: string | undefined;
  readonly onError: (who: string, key: string, error: unknown) => void;
}

/** Labels each Node of that name once: who takes the label off later keeps it off until the control plane starts again. */
export function startNodeRole({ client, nodes, clock, first, onError }: NodeRoleOptions): AsyncDisposable {
  const labelled = new Set<string>();
  return new Controller({
    name: 'node-role',
    clock,
    triggers: [onObject(nodes)],
    onError,
    async reconcile(name) {
      const node = nodes.get(name);
      if (name !== first || !node || labelled.has(node.metadata.uid)) return done;
      await client.patch(nodeKind, { name }, { type: 'merge', patch: { metadata: { labels: role } } });
      labelled.add(node.metadata.uid);
      return done;
    },
  });
}
