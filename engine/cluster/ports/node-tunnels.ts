/** The way from this process to the nodes' agents: tunnels to any address a node reaches, and requests to the kubelet API (logs). */
import type { ClientRequest } from 'node:http';
import { Agent, request } from 'node:https';
import type { Duplex } from 'node:stream';
import { HostError } from '../../api/host-error.ts';
import type { KubeletRequest } from '../../apiserver/kubelets.ts';
import type { LeafRequest } from '../certificates.ts';
import type { ClusterIdentity } from '../cluster-parts.ts';
import { type AgentEndpoint, openTunnel } from './tunnel.ts';

/** The identity under which the API server speaks to kubelets, as kubeadm names it. */
const kubeletClient: LeafRequest = {
  file: 'apiserver-kubelet-client',
  commonName: 'kube-apiserver-kubelet-client',
  organization: 'system:masters',
  usage: 'client',
};

export class NodeTunnels implements AsyncDisposable {
  readonly #cluster: ClusterIdentity;
  /** Requests to kubelets share connections; a tunnel has its own. */
  readonly #agent = new Agent({ keepAlive: true });
  #identity: Promise<Pick<AgentEndpoint, 'caPem' | 'certificatePem' | 'keyPem'>> | undefined;

  constructor(cluster: ClusterIdentity) {
    this.#cluster = cluster;
  }

  /** A stream to `target` as `node` sees it. */
  async dial(node: string, target: string, signal: AbortSignal): Promise<Duplex> {
    return openTunnel(await this.endpoint(node), target, signal);
  }

  /** A request to the node's kubelet API; the body is still to be written and ended. */
  async request({ node, method, path, headers, signal }: KubeletRequest): Promise<ClientRequest> {
    const { host, port, caPem, certificatePem, keyPem, serverName } = await this.endpoint(node);
    // A connection that becomes another protocol is shared with nobody.
    const agent = headers.upgrade === undefined ? this.#agent : false;
    const tls = { ca: caPem, cert: certificatePem, key: keyPem, servername: serverName };
    return request({ host, port, method, path, headers: { ...headers }, ...tls, agent, signal });
  }

  async endpoint(name: string): Promise<AgentEndpoint> {
    const node = this.#cluster.state.nodes.find((candidate) => candidate.name === name);
    if (!node)
      throw new HostError('cluster-not-running', `Node "${name}" is not part of cluster "${this.#cluster.state.name}".`, {
        params: { name },
      });
    this.#identity ??= this.#loadIdentity();
    return { host: '127.0.0.1', port: node.kubeletPort, serverName: node.name, ...(await this.#identity) };
  }

  async #loadIdentity(): Promise<Pick<AgentEndpoint, 'caPem' | 'certificatePem' | 'keyPem'>> {
    const authority = await this.#cluster.openAuthority();
    return { caPem: authority.certificatePem, ...(await authority.ensureLeaf(kubeletClient)) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#agent.destroy();
  }
}
