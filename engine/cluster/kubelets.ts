/** The API server's way to the kubelets of this cluster: through the nodes' agents, or played where the nodes are. */
import type { Kubelets } from '../apiserver/kubelets.ts';
import type { ClusterState } from './cluster-state.ts';
import type { NodeTunnels } from './ports/node-tunnels.ts';

/** The cluster's own tunnels: they are made when first asked for, and anew after a stop. */
interface Tunnelled {
  readonly state: Pick<ClusterState, 'driver'>;
  readonly tunnels: Pick<NodeTunnels, 'request'>;
}

export function kubeletsOf(cluster: Tunnelled): Kubelets {
  return cluster.state.driver === 'simulated' ? simulatedKubelets : nodeKubelets(cluster);
}

function nodeKubelets(cluster: Tunnelled): Kubelets {
  return {
    async get({ node, path, signal }) {
      const answer = await cluster.tunnels.request(node, path, signal);
      return { status: answer.statusCode ?? 0, contentType: answer.headers['content-type'] ?? 'text/plain', chunks: answer };
    },
  };
}

const simulatedKubelets: Kubelets = {
  get: async () => ({ status: 200, contentType: 'text/plain', chunks: simulatedLog() }),
};
async function* simulatedLog(): AsyncIterable<Uint8Array> {
  yield Buffer.from('This container is simulated: nothing runs in it, so it writes no log.\n');
}
