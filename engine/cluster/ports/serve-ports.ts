/** Feeds the port forwarder from the Services and picks the node a connection goes through. */
import type { Duplex } from 'node:stream';
import type { Node, Service } from '../../api/types.gen.ts';
import type { Cache } from '../../cache/cache.ts';
import type { ClusterState } from '../cluster-state.ts';
import { desiredForwards } from './desired-forwards.ts';
import type { NodeTunnels } from './node-tunnels.ts';
import { type Forward, PortForwarder } from './port-forwarder.ts';

/** A running cluster, as far as ports ask for it. */
export interface PortsOf {
  readonly state: { readonly nodes: readonly Pick<ClusterState['nodes'][number], 'name' | 'ip'>[] };
  readonly controlPlane: {
    readonly nodes: Pick<Cache<Node>, 'get'>;
    readonly services: Pick<Cache<Service>, 'list' | 'subscribe'>;
  };
  readonly tunnels: Pick<NodeTunnels, 'dial'>;
}

export function servePorts(cluster: PortsOf, onChange: (forwards: readonly Forward[]) => void): AsyncDisposable {
  const { services } = cluster.controlPlane;
  const forwarder = new PortForwarder({ onChange, dial: (nodePort, signal) => dialNodePort(cluster, nodePort, signal) });
  // Services change in bursts (an apply of many documents): one pass per turn of the event loop is enough.
  let scheduled = false;
  const follow = (): void => {
    if (scheduled) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      void forwarder.apply(desiredForwards(services.list()));
    });
  };
  const unsubscribe = services.subscribe(follow);
  follow();
  return {
    async [Symbol.asyncDispose]() {
      unsubscribe();
      await forwarder[Symbol.asyncDispose]();
    },
  };
}

/** Every node answers on every NodePort; the first that is Ready serves, the others stand in when its agent does not answer. */
export async function dialNodePort(cluster: PortsOf, nodePort: number, signal: AbortSignal): Promise<Duplex> {
  const { nodes } = cluster.controlPlane;
  const isReady = (name: string): boolean =>
    nodes.get(name)?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
  const candidates = cluster.state.nodes.filter(({ name }) => isReady(name));
  let failure: unknown = new Error('no node is Ready');
  for (const { name, ip } of candidates) {
    try {
      return await cluster.tunnels.dial(name, `${ip}:${nodePort}`, signal);
    } catch (error) {
      // Tried on the next node; the last node's answer is the caller's.
      failure = error;
    }
  }
  throw failure;
}
