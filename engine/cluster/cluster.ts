/**
 * One cluster as this process owns it: its state on disk, and while it runs its control plane, port map and control socket. What is done to it is given
 * out as lists of steps; `cluster-manager.ts` runs them.
 */
import type { Clock } from '../api/clock.ts';
import { HostError } from '../api/host-error.ts';
import type { Client } from '../client/client.ts';
import type { NodeProvider } from '../nodes/node-provider.ts';
import { type CertificateAuthority, openCertificateAuthority } from './certificates.ts';
import type { ClusterHome } from './cluster-parts.ts';
import { type ClusterState, clusterPaths, writeState } from './cluster-state.ts';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { serveControlSocket } from './control-socket.ts';
import { pickPort } from './free-port.ts';
import { kubeletsOf } from './kubelets.ts';
import { nodePlan } from './node-plan.ts';
import { NodeTunnels } from './ports/node-tunnels.ts';
import type { Forward } from './ports/port-forwarder.ts';
import { servePorts } from './ports/serve-ports.ts';

export type ClusterPhase = 'stopped' | 'starting' | 'running' | 'stopping' | 'failed' | 'elsewhere' | 'lost';

export interface ClusterOptions {
  readonly dataDirectory: string;
  readonly provider: NodeProvider;
  readonly clock: Clock;
  readonly log: (line: string) => void;
  readonly onRefusal: (failure: HostError | undefined) => void;
  readonly onForwards: (forwards: readonly Forward[]) => void;
  /** Somebody in another process asked for the release of the cluster; called after it is done. */
  readonly onReleased: () => void;
}

export class Cluster implements ClusterHome, AsyncDisposable {
  readonly options: ClusterOptions;
  state: ClusterState;
  /** Set by the steps as they come to it. */
  authority: CertificateAuthority | undefined;
  nodeImage: string | undefined;
  #running: AsyncDisposableStack | undefined;
  #controlPlane: ControlPlane | undefined;
  #tunnels: NodeTunnels | undefined;
  #forwards: readonly Forward[] = [];
  #engineWatch: AbortController | undefined;
  #released = new AbortController();

  constructor(state: ClusterState, options: ClusterOptions) {
    this.state = state;
    this.options = options;
  }

  get paths() {
    return clusterPaths(this.options.dataDirectory, this.state.name);
  }
  get isRunning(): boolean {
    return this.#controlPlane !== undefined;
  }
  get server(): string {
    return `https://127.0.0.1:${this.state.apiPort}`;
  }
  get forwards(): readonly Forward[] {
    return this.#forwards;
  }
  get controlPlane(): ControlPlane {
    if (this.#controlPlane) return this.#controlPlane;
    throw new HostError(
      'cluster-not-running',
      `Cluster "${this.state.name}" is not running. Start it with: minato up --name ${this.state.name}`,
      { params: { name: this.state.name } },
    );
  }
  /** Aborts when the control plane that runs now stops. */
  get released(): AbortSignal {
    return this.#released.signal;
  }
  get client(): Client {
    return this.controlPlane.client;
  }
  get tunnels(): NodeTunnels {
    this.#tunnels ??= new NodeTunnels(this);
    return this.#tunnels;
  }

  async save(change: Partial<ClusterState>): Promise<void> {
    this.state = { ...this.state, ...change };
    await writeState(this.options.dataDirectory, this.state);
  }

  /** Chooses another port of this computer for a node's agent. */
  async moveKubeletPort(node: string): Promise<void> {
    const taken = (): ReadonlySet<number> => new Set([this.state.apiPort, ...this.state.nodes.map((state) => state.kubeletPort)]);
    let kubeletPort = await pickPort(undefined, taken());
    // Another node that moves at the same time may have been given it meanwhile.
    while (taken().has(kubeletPort)) kubeletPort = await pickPort(undefined, taken());
    await this.save({ nodes: this.state.nodes.map((state) => (state.name === node ? { ...state, kubeletPort } : state)) });
  }

  async openAuthority(): Promise<CertificateAuthority> {
    this.authority ??= await openCertificateAuthority({ directory: this.paths.pki, clock: this.options.clock });
    return this.authority;
  }

  /** Starts API server, controllers and scheduler in this process, once. */
  async ensureControlPlane(): Promise<ControlPlane> {
    if (this.#controlPlane) return this.#controlPlane;
    await using stack = new AsyncDisposableStack();
    const controlPlane = stack.use(
      await startControlPlane(this, {
        kubelets: kubeletsOf(this, { pods: () => this.#controlPlane?.pods, log: this.options.log }),
        removeStorage: async (path) => this.options.provider.removeStorage?.(this.state.name, path),
      }),
    );
    stack.use(
      await serveControlSocket({
        directory: this.paths.directory,
        status: () => ({ state: 'running', server: this.server }),
        release: async () => {
          // The socket that carries the answer is closed with the rest, so the rest goes first.
          await this.release();
          this.options.onReleased();
        },
      }),
    );
    this.#controlPlane = controlPlane;
    this.#running = stack.move();
    return controlPlane;
  }

  /** Opens the ports of this computer; from now on they follow the Services. */
  async ensurePorts(): Promise<void> {
    if (!this.#running || this.#forwards.length > 0) return;
    this.#running.use(
      servePorts(this, (forwards) => {
        this.#forwards = forwards;
        this.options.onForwards(forwards);
        this.#controlPlane?.publishBalancers(forwards);
      }),
    );
  }

  /**
   * Follows the engine: when it comes back after a restart, the nodes are started again. Agents do the rest; nothing is deleted or joined anew.
   */
  watchEngine(): void {
    if (!this.#running || this.#engineWatch) return;
    const abort = new AbortController();
    this.#engineWatch = abort;
    this.#running.defer(() => {
      abort.abort();
      this.#engineWatch = undefined;
    });
    this.options.provider.watchEngine(abort.signal, (reachable) => {
      this.options.log(reachable ? 'the container engine is back' : 'the container engine is gone');
      if (!reachable) return;
      this.controlPlane.holdEviction();
      this.#restartNodes(abort.signal).catch((error: unknown) => this.options.log(`nodes could not be started again: ${String(error)}`));
    });
  }

  async #restartNodes(signal: AbortSignal): Promise<void> {
    const progress = { detail: () => undefined, log: this.options.log };
    for (const { name } of this.state.nodes)
      await this.options.provider.ensureNode(this.state.name, await nodePlan(this, name), { signal, progress });
  }

  /** Stops the control plane and leaves nodes and pods as they are. */
  async release(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    this.#controlPlane = undefined;
    this.#forwards = [];
    this.#released.abort();
    this.#released = new AbortController();
    await running?.disposeAsync();
    await this.#tunnels?.[Symbol.asyncDispose]();
    this.#tunnels = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.release();
  }
}
