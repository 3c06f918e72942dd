/** Puts the control plane together: store, API server, controllers, scheduler. Nothing else constructs these. */
import type { Node, Service } from '../api/types.gen.ts';
import type { Cache } from '../cache/cache.ts';
import type { Client } from '../client/client.ts';
import type { Cluster } from './cluster.ts';
import type { NodeState } from './cluster-state.ts';

export interface ControlPlane extends AsyncDisposable {
  /** As `system:masters`. */
  readonly client: Client;
  readonly services: Cache<Service>;
  readonly nodes: Cache<Node>;
  /** Evicts nobody for a while: after a pause of the computer or the engine, nodes look dead that are only late. */
  holdEviction(): void;
  /** The bytes of a container's log; `query` as in the API's log subresource. */
  podLog(request: {
    readonly namespace: string;
    readonly pod: string;
    readonly query: string;
    readonly signal: AbortSignal;
  }): AsyncIterable<Uint8Array>;
  startSimulatedNodes(nodes: readonly NodeState[]): Promise<void>;
}

export async function startControlPlane(_cluster: Cluster): Promise<ControlPlane> {
  throw new Error('waiting for the rooms');
}
