/** Feeds the port forwarder from the Services and the pods with hostPorts, and picks the node a connection goes through. */
import type { Duplex } from 'node:stream';
import { keyOf } from '../../api/object.ts';
import type { Node, Pod, Service } from '../../api/types.gen.ts';
import type { Cache } from '../../cache/cache.ts';
import type { ClusterState } from '../cluster-state.ts';
import { type DesiredForward, desiredForwards, hostPortForwards, localHostPorts } from './desired-forwards.ts';
import type { NodeTunnels } from './node-tunnels.ts';
import { type Forward, PortForwarder } from './port-forwarder.ts';

/** A running cluster, as far as ports ask for it. */
export interface PortsOf {
  readonly state: { readonly nodes: readonly Pick<ClusterState['nodes'][number], 'name' | 'ip'>[] };
  readonly controlPlane: {
    readonly nodes: Pick<Cache<Node>, 'get'>;
    readonly services: Pick<Cache<Service>, 'list' | 'subscribe'>;
    readonly pods: Pick<Cache<Pod>, 'list' | 'subscribe'>;
  };
  readonly tunnels: Pick<NodeTunnels, 'dial'>;
}

export function servePorts(cluster: PortsOf, onChange: (forwards: readonly Forward[]) => void): AsyncDisposable {
  const { services, pods } = cluster.controlPlane;
  // Few pods have one, and others change all the time.
  const withHostPorts = new Map(
    pods
      .list()
      .filter(hasHostPorts)
      .map((pod) => [keyOf(pod), pod]),
  );
  const forwarder = new PortForwarder({ onChange, dial: (forward, signal) => dial(cluster, forward, signal) });
  // Services change in bursts (an apply of many documents): one pass per turn of the event loop is enough.
  let scheduled = false;
  const follow = (): void => {
    if (scheduled) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      void forwarder.apply([...desiredForwards(services.list()), ...hostPortForwards([...withHostPorts.values()])]);
    });
  };
  const unsubscribe = [
    services.subscribe(follow),
    pods.subscribe(({ type, object }) => {
      const key = keyOf(object);
      const has = type !== 'deleted' && hasHostPorts(object);
      if (!has && !withHostPorts.has(key)) return;
      if (has) withHostPorts.set(key, object);
      else withHostPorts.delete(key);
      follow();
    }),
  ];
  follow();
  return {
    async [Symbol.asyncDispose]() {
      for (const end of unsubscribe) end();
      await forwarder[Symbol.asyncDispose]();
    },
  };
}

const hasHostPorts = (pod: Pod): boolean => localHostPorts(pod).length > 0;

async function dial(cluster: PortsOf, { pods, nodePort }: DesiredForward, signal: AbortSignal): Promise<Duplex> {
  if (!pods) return dialNodePort(cluster, nodePort, signal);
  let failure: unknown = new Error('no pod has the port');
  for (const { node, address } of pods) {
    try {
      return await cluster.tunnels.dial(node, address, signal);
    } catch (error) {
      // Tried with the next pod; the last one's answer is the caller's.
      failure = error;
    }
  }
  throw failure;
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
