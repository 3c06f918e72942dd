/** The API server's way to the kubelets of this cluster: through the nodes' agents, or played where the nodes are. */
import type { Kubelets } from '../apiserver/kubelets.ts';
import type { Cluster } from './cluster.ts';

export function kubeletsOf(cluster: Cluster): Kubelets {
  return cluster.state.driver === 'simulated' ? simulatedKubelets : nodeKubelets(cluster);
}

function nodeKubelets(cluster: Cluster): Kubelets {
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
