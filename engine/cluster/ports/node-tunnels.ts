/** The way from this process to the nodes' agents: tunnels to any address a node reaches, and requests to the kubelet API (logs). */
import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import type { Duplex } from 'node:stream';
import { HostError } from '../../api/host-error.ts';
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

  /** GET on the node's kubelet API; resolves when the answer's head is there. */
  async request(node: string, path: string, signal: AbortSignal): Promise<IncomingMessage> {
    const { host, port, caPem, certificatePem, keyPem, serverName } = await this.endpoint(node);
    return new Promise((resolve, reject) => {
      const call = request({
        host,
        port,
        path,
        ca: caPem,
        cert: certificatePem,
        key: keyPem,
        servername: serverName,
        agent: this.#agent,
        signal,
      });
      call.on('response', resolve).on('error', reject).end();
    });
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
