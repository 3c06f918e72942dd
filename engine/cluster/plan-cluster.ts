/** Decides what a new cluster is (names, addresses, ports) before anything of it is made; and what more nodes mean for one that exists. */
import { rfc3339 } from '../api/clock.ts';
import { HostError } from '../api/host-error.ts';
import type { NodeProvider } from '../nodes/node-provider.ts';
import { clusterCidrs, maxNodes, networkPlan, nodeAddresses, nodeName, serviceCidrs } from './addresses.ts';
import type { ClusterState, NodeState } from './cluster-state.ts';
import { pickPort } from './free-port.ts';

export interface ClusterRequest {
  readonly name: string;
  /** 1 when absent, or as many as the cluster has. */
  readonly nodes?: number | undefined;
  readonly driver?: 'docker' | 'simulated' | undefined;
}
export interface PlanContext {
  readonly provider: Pick<NodeProvider, 'driver' | 'isSubnetFree'>;
  readonly now: number;
  /** What other clusters of this computer own, whether they run or not. */
  readonly others: readonly ClusterState[];
}

/** The port kubeadm's users know; a second cluster gets another. */
const preferredApiPort = 6443;
/** A simulated node costs next to nothing; their number is bounded by the addresses of their pods only. */
const maxSimulatedNodes = 5000;

export function checkRequest({ nodes, driver }: ClusterRequest): void {
  const max = driver === 'simulated' ? maxSimulatedNodes : maxNodes;
  if (nodes === undefined || (Number.isInteger(nodes) && nodes >= 1 && nodes <= max)) return;
  throw new HostError('invalid-input', `nodes: ${nodes} is not a number of nodes. Use a whole number from 1 to ${max}.`, {
    params: { field: 'nodes', value: String(nodes) },
  });
}

/** What can be said of a cluster before the engine was asked: names, but no addresses and ports. Never saved. */
export function provisionalCluster({ name, nodes = 1, driver = 'docker' }: ClusterRequest, now: number): ClusterState {
  const network = { networkName: '', clusterCidr: '', gatewayIp: '', serviceCidr: '', dnsIp: '' };
  const names = Array.from({ length: nodes }, (_, index) => nodeName(name, index));
  return {
    version: 1,
    name,
    driver,
    createdAt: rfc3339(now),
    apiPort: 0,
    network,
    nodes: names.map((node) => ({ name: node, ip: '', podCidr: '', kubeletPort: 0 })),
    stopped: false,
  };
}

/** Stands for a cluster whose state cannot be read: it can be deleted and nothing else. Its containers, if it has any, are found by their labels. */
export function damagedCluster(name: string, kubeconfig: string): ClusterState {
  return { ...provisionalCluster({ name }, 0), nodes: [], kubeconfig };
}
export function isDamaged({ nodes }: ClusterState): boolean {
  return nodes.length === 0;
}

export async function planCluster(request: ClusterRequest, { provider, now, others }: PlanContext): Promise<ClusterState> {
  const clusterCidr = await firstFree(
    clusterCidrs,
    provider,
    others.map(({ network }) => network.clusterCidr),
  );
  // Service addresses exist only inside the nodes, so clusters may share a range; it must only not be the network the computer itself is in.
  const serviceCidr = await firstFree(serviceCidrs, provider, []);
  const network = networkPlan(request.name, clusterCidr, serviceCidr);
  const taken = new Set(others.flatMap((other) => [other.apiPort, ...other.nodes.map(({ kubeletPort }) => kubeletPort)]));
  const apiPort = await pickPort(preferredApiPort, taken);
  const empty: ClusterState = {
    version: 1,
    name: request.name,
    driver: provider.driver,
    createdAt: rfc3339(now),
    apiPort,
    network,
    nodes: [],
    stopped: false,
  };
  return withNodes(empty, request.nodes ?? 1, taken.add(apiPort));
}

/** The same cluster with at least `count` nodes. */
export async function withNodes(state: ClusterState, count: number, taken: ReadonlySet<number> = new Set()): Promise<ClusterState> {
  if (count < state.nodes.length) {
    const message = `nodes: cluster "${state.name}" has ${state.nodes.length} nodes and cannot be started with ${count}. Leave --nodes out, or delete the cluster and create it anew.`;
    throw new HostError('invalid-input', message, { params: { field: 'nodes', value: String(count) } });
  }
  const nodes: NodeState[] = [...state.nodes];
  const promised = new Set([...taken, state.apiPort, ...nodes.map(({ kubeletPort }) => kubeletPort)]);
  for (let index = nodes.length; index < count; index++) {
    const simulated = state.driver === 'simulated';
    const kubeletPort = simulated ? 0 : await pickPort(undefined, promised);
    promised.add(kubeletPort);
    nodes.push({
      name: nodeName(state.name, index),
      ...(simulated ? simulatedAddresses(index) : nodeAddresses(state.network, index)),
      kubeletPort,
    });
  }
  return { ...state, nodes };
}

/** Simulated nodes route nothing, so their pods may have a /24 each in 10.0.0.0/8 above the real clusters' ranges. */
function simulatedAddresses(index: number): { readonly ip: string; readonly podCidr: string } {
  const block = `${10 + Math.floor(index / 65_536)}.${Math.floor(index / 256) % 256}.${index % 256}`;
  const own = index + 10;
  return { ip: `172.${16 + Math.floor(own / 65_536)}.${Math.floor(own / 256) % 256}.${own % 256}`, podCidr: `${block}.0/24` };
}

async function firstFree(candidates: readonly string[], provider: PlanContext['provider'], owned: readonly string[]): Promise<string> {
  for (const cidr of candidates) if (!owned.includes(cidr) && (await provider.isSubnetFree(cidr))) return cidr;
  const message = `All of ${candidates.join(', ')} overlap networks of this computer or of Docker. Remove unused Docker networks (docker network prune) or leave the VPN, then try again.`;
  throw new HostError('subnet-taken', message, { params: { cidr: candidates.join(', ') } });
}
