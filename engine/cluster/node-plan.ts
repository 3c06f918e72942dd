/** What a node is told, and what kubectl is told: the two places where certificates leave the authority. */
import { HostError } from '../api/host-error.ts';
import type { NodePlan } from '../nodes/node-provider.ts';
import type { ClusterIdentity } from './cluster-parts.ts';
import type { KubeconfigEntry } from './kubeconfig.ts';

/** The kubelet API's port in the node's own network namespace, as upstream. */
const kubeletPort = 10250;
const stateDirectory = '/var/lib/minato';

export async function nodePlan(cluster: ClusterIdentity & { readonly nodeImage: string | undefined }, name: string): Promise<NodePlan> {
  const { state } = cluster;
  const node = state.nodes.find((candidate) => candidate.name === name);
  if (!node) throw new HostError('internal', `node "${name}" is not part of cluster "${state.name}"`);
  const authority = await cluster.openAuthority();
  const identity = await authority.ensureLeaf({
    file: `node-${node.name}`,
    commonName: `system:node:${node.name}`,
    organization: 'system:nodes',
    usage: 'client',
  });
  const server = await authority.ensureLeaf({
    file: `kubelet-${node.name}`,
    commonName: `system:node:${node.name}`,
    organization: 'system:nodes',
    usage: 'server',
    names: [node.name, 'localhost', node.ip, '127.0.0.1'],
  });
  return {
    name: node.name,
    ip: node.ip,
    podCidr: node.podCidr,
    kubeletPort: node.kubeletPort,
    agent: {
      cluster: state.name,
      nodeName: node.name,
      nodeIp: node.ip,
      podCidr: node.podCidr,
      ...state.network,
      dnsDomain: 'cluster.local',
      sandboxImage: cluster.nodeImage ?? '',
      stateVolume: `minato-${state.name}-${node.name}`,
      stateDir: stateDirectory,
      storageVolume: `minato-${state.name}-storage`,
      labels: {},
      apiServer: { url: `https://host.docker.internal:${state.apiPort}`, caPem: authority.certificatePem, ...identity },
      server: { port: kubeletPort, ...server },
    },
  };
}

export async function adminKubeconfigEntry(cluster: ClusterIdentity & { readonly server: string }): Promise<KubeconfigEntry> {
  const authority = await cluster.openAuthority();
  const admin = await authority.ensureLeaf({ file: 'admin', commonName: 'minato-admin', organization: 'system:masters', usage: 'client' });
  return { name: cluster.state.name, server: cluster.server, caPem: authority.certificatePem, ...admin };
}
