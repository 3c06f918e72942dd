/** Nodes as containers on a Docker Engine. Finds the engine once and again after it was lost. */
import { homedir } from 'node:os';
import type { StepDetail } from '../api/step-detail.ts';
import { connectEngine, type Engine } from './engine-connection.ts';
import type { HostSystem } from './engine-discovery.ts';
import { foundClusters, homeLabel } from './found-clusters.ts';
import { ensureNodeImage, type ImageAssets } from './image/node-image.ts';
import { ensureSampleImage } from './image/sample-image.ts';
import { ensureNetwork, isSubnetFree } from './network.ts';
import { ensureNodeContainer } from './node-container.ts';
import type { ClusterHome, EngineCluster, EngineInfo, NetworkPlan, NodeCall, NodePlan, NodeProvider } from './node-provider.ts';
import { deleteCluster, leftovers, stopNode } from './remove.ts';
import { removeStorage } from './storage.ts';
import { watchEngine } from './watch-engine.ts';

export interface DockerProviderOptions {
  /** `checkoutAssets(root, cache)` or `packagedAssets(resources, cache)`. */
  readonly assets: ImageAssets;
  /** Where to look for the engine; this process' environment when absent. */
  readonly system?: HostSystem;
  /** Where its clusters' state lies; everything it makes says so. */
  readonly home: ClusterHome;
}

export function dockerProvider(options: DockerProviderOptions): NodeProvider {
  return new DockerProvider(options);
}

class DockerProvider implements NodeProvider {
  readonly driver = 'docker';
  readonly #assets: ImageAssets;
  readonly #system: HostSystem;
  readonly #home: string;
  #engine: Promise<Engine> | undefined;

  constructor({ assets, system, home }: DockerProviderOptions) {
    this.#home = homeLabel(home);
    this.#assets = assets;
    this.#system = system ?? { environment: process.env, home: homedir(), platform: process.platform };
  }

  async preflight({ signal }: NodeCall): Promise<EngineInfo> {
    this.#engine = undefined;
    return (await this.#connect(signal)).info;
  }

  async isSubnetFree(cidr: string): Promise<boolean> {
    return isSubnetFree((await this.#connect()).docker, cidr);
  }

  async ensureImage(call: NodeCall): Promise<string> {
    const { docker, info } = await this.#connect(call.signal);
    return ensureNodeImage(docker, this.#assets, info.architecture, call);
  }

  async ensureSampleImage(image: Parameters<NodeProvider['ensureSampleImage']>[0], call: NodeCall): Promise<StepDetail> {
    return ensureSampleImage((await this.#connect(call.signal)).docker, image, call);
  }

  async ensureNetwork(cluster: string, plan: NetworkPlan, call: NodeCall): Promise<void> {
    await ensureNetwork((await this.#connect(call.signal)).docker, { cluster, home: this.#home, plan }, call);
  }

  async ensureNode(cluster: string, plan: NodePlan, call: NodeCall): Promise<void> {
    const engine = await this.#connect(call.signal);
    // The network goes with its last container on some engines' restarts; a node cannot start without it.
    const networkId = await ensureNetwork(engine.docker, { cluster, home: this.#home, plan: plan.agent }, call);
    await ensureNodeContainer(engine, { cluster, home: this.#home, plan, networkId }, call);
  }

  async stopNode(cluster: string, node: string, call: NodeCall): Promise<void> {
    await stopNode((await this.#connect(call.signal)).docker, cluster, node, call);
  }

  async deleteCluster(cluster: string, call: NodeCall): Promise<void> {
    await deleteCluster((await this.#connect(call.signal)).docker, cluster, call);
  }

  async removeStorage(cluster: string, path: string): Promise<void> {
    await removeStorage((await this.#connect()).docker, cluster, path);
  }

  async leftovers(cluster: string): Promise<readonly string[]> {
    return leftovers((await this.#connect()).docker, cluster);
  }

  async clusters(signal: AbortSignal): Promise<readonly EngineCluster[]> {
    return foundClusters((await this.#connect(signal)).docker);
  }

  watchEngine(signal: AbortSignal, onChange: (reachable: boolean) => void): void {
    const connect = async () => {
      this.#engine = undefined;
      return (await this.#connect(signal)).docker;
    };
    // Never rejects: it lives until the signal.
    void watchEngine({ connect, signal, onChange });
  }

  #connect(signal: AbortSignal = new AbortController().signal): Promise<Engine> {
    if (this.#engine) return this.#engine;
    const engine = connectEngine(this.#system, signal);
    this.#engine = engine;
    engine.catch(() => {
      if (this.#engine === engine) this.#engine = undefined;
    });
    return engine;
  }
}
