/** The API server's way to the kubelets of this cluster: through the nodes' agents, or played where the nodes are. */

import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { simulatedKubelet } from '../agent/simulated/simulated-kubelet.ts';
import { dialSimulated } from '../agent/simulated/simulated-streams.ts';
import type { Pod } from '../api/types.gen.ts';
import type { KubeletAnswer, Kubelets } from '../apiserver/kubelets.ts';
import type { Cache } from '../cache/cache.ts';
import type { ClusterState } from './cluster-state.ts';
import type { NodeTunnels } from './ports/node-tunnels.ts';

/** The cluster's own tunnels: they are made when first asked for, and anew after a stop. */
interface Tunnelled {
  readonly state: Pick<ClusterState, 'driver'>;
  readonly tunnels: Pick<NodeTunnels, 'request' | 'dial'>;
}
export interface SimulatedPods {
  /** Undefined while the control plane starts. */
  readonly pods: () => Cache<Pod> | undefined;
  readonly log: (line: string) => void;
}

export function kubeletsOf(cluster: Tunnelled, played: SimulatedPods): Kubelets {
  return cluster.state.driver === 'simulated' ? simulatedKubelets(played) : nodeKubelets(cluster);
}

function nodeKubelets(cluster: Tunnelled): Kubelets {
  const request: Kubelets['request'] = (call) => cluster.tunnels.request(call);
  return {
    request,
    get: ({ node, path, signal }) => answered(request({ node, path, signal, method: 'GET', headers: {} })),
    dial: ({ node, target, signal }) => cluster.tunnels.dial(node, target, signal),
  };
}

/** One kubelet plays all nodes; connections to it go through this process only. */
export function simulatedKubelets({ pods, log }: SimulatedPods): Kubelets {
  const kubelet = simulatedKubelet({
    find: (namespace, name) => pods()?.get(`${namespace}/${name}`),
    onError: (what, error) => log(`simulated kubelet: ${what}: ${String(error)}`),
  });
  const request: Kubelets['request'] = async ({ method, path, headers, signal }) =>
    httpRequest({ createConnection: () => kubelet.connect(), host: 'node', method, path, headers: { ...headers }, signal });
  return {
    request,
    get: ({ node, path, signal }) => answered(request({ node, path, signal, method: 'GET', headers: {} })),
    async dial({ target }) {
      const [ip, port] = target.split(':');
      const pod = pods()
        ?.list()
        .find(({ status }) => status?.podIP === ip);
      if (!pod) throw new Error(`dial tcp ${target}: connect: no route to host`);
      return dialSimulated(pod, Number(port));
    },
  };
}

async function answered(asking: Promise<ClientRequest>): Promise<KubeletAnswer> {
  const call = await asking;
  const answering = new Promise<IncomingMessage>((resolve, reject) => call.once('response', resolve).once('error', reject));
  call.end();
  const answer = await answering;
  return { status: answer.statusCode ?? 0, contentType: answer.headers['content-type'] ?? 'text/plain', chunks: answer };
}
