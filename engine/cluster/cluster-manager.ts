/**
 * All clusters of this computer, as one user has them: those this process runs, those that are stopped, those that another process runs. Window, command
 * line and tray use this and nothing below it.
 */
import type { Clock } from '../api/clock.ts';
import { HostError } from '../api/host-error.ts';
import type { Operation, OperationKind } from '../api/steps.ts';
import type { EngineCluster, EngineInfo, NodeProvider } from '../nodes/node-provider.ts';
import { untrackedCall } from '../nodes/untracked-call.ts';
import { Cluster, type ClusterPhase } from './cluster.ts';
import { type ClusterState, checkClusterName, clusterPaths, listClusterNames, readState } from './cluster-state.ts';
import { askOwner } from './control-socket.ts';
import { lostClusters } from './lost-clusters.ts';
import { type RunningOperation, runOperation, type StepPlan } from './operation.ts';
import {
  type ClusterRequest,
  checkRequest,
  damagedCluster,
  isDamaged,
  planCluster,
  provisionalCluster,
  withNodes,
} from './plan-cluster.ts';
import type { Forward } from './ports/port-forwarder.ts';
import { startSteps } from './steps/start-steps.ts';
import { deleteSteps, stopSteps } from './steps/stop-steps.ts';

export interface ClusterSummary {
  readonly name: string;
  readonly driver: 'docker' | 'simulated';
  readonly phase: ClusterPhase;
  readonly nodes: readonly string[];
  readonly createdAt: string;
  readonly server: string;
  /** The kubectl context, once it is set up. */
  readonly context: string | undefined;
  /** Why nothing can be written at present, while this process runs it. */
  readonly refusal?: HostError | undefined;
}

export interface ClusterManagerOptions {
  readonly dataDirectory: string;
  /** The file whose context is set. */
  readonly kubeconfig: string;
  /** The name of this computer. */
  readonly host: string;
  readonly clock: Clock;
  readonly providers: Readonly<Record<'docker' | 'simulated', NodeProvider>>;
  readonly log: (line: string) => void;
}
export type ManagerEvent =
  | { readonly type: 'clusters' }
  | { readonly type: 'operation'; readonly operation: Operation }
  | { readonly type: 'forwards'; readonly cluster: string; readonly forwards: readonly Forward[] }
  /** Another process took the cluster over or stopped it. */
  | { readonly type: 'released'; readonly cluster: string };

export class ClusterManager implements AsyncDisposable {
  readonly #options: ClusterManagerOptions;
  readonly #clusters = new Map<string, Cluster>();
  readonly #operations = new Map<string, RunningOperation>();
  /** By cluster, why its store takes no writes. */
  readonly #refusals = new Map<string, HostError>();
  readonly #listeners = new Set<(event: ManagerEvent) => void>();
  /** Asked of the engine once, and again after a cluster was deleted. */
  #lost: Promise<readonly EngineCluster[]> | undefined;

  constructor(options: ClusterManagerOptions) {
    this.#options = options;
  }

  get dataDirectory(): string {
    return this.#options.dataDirectory;
  }
  /** Path of the file that kubectl reads. */
  get kubeconfig(): string {
    return this.#options.kubeconfig;
  }

  subscribe(listener: (event: ManagerEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async list(): Promise<readonly ClusterSummary[]> {
    const kept = await listClusterNames(this.#options.dataDirectory);
    // One that is being created has no folder until its addresses are chosen.
    const creating = this.operations.filter(({ kind, state }) => kind === 'create' && state === 'running').map(({ cluster }) => cluster);
    const names = [...new Set([...kept, ...creating])].sort();
    const summaries = await Promise.all(names.map((name) => this.#summary(name)));
    const lost = (await this.#lostClusters()).filter(({ name }) => !names.includes(name)).map((cluster) => this.#lostSummary(cluster));
    return [...summaries.filter((summary) => summary !== undefined), ...lost];
  }

  /** Operations of this process, the newest of each cluster. */
  get operations(): readonly Operation[] {
    return [...this.#operations.values()].map(({ current }) => current);
  }

  preflight(driver: 'docker' | 'simulated', signal: AbortSignal): Promise<EngineInfo> {
    return this.#options.providers[driver].preflight(untrackedCall(signal));
  }

  /** Creates the cluster or starts it; the operation's steps are known at once. */
  async start(request: ClusterRequest): Promise<RunningOperation> {
    checkClusterName(request.name);
    checkRequest(request);
    this.#refuseWhileBusy(request.name);
    await this.#refuseIfElsewhere(request.name);
    const existing = await readState(this.#options.dataDirectory, request.name);
    if (!existing) await this.#refuseIfLost(request.name);
    const state = existing ? await this.#extended(existing, request) : provisionalCluster(request, this.#options.clock.now());
    const cluster = this.#cluster(state);
    if (existing) await cluster.save(state);
    else cluster.state = state;
    const plan = existing ? {} : { plan: () => this.#plan(request) };
    return this.#run(existing ? 'start' : 'create', cluster, startSteps(cluster, { kubeconfig: this.#options.kubeconfig, ...plan }));
  }

  async stop(name: string): Promise<RunningOperation> {
    const cluster = await this.#existing(name);
    return this.#run('stop', cluster, stopSteps(cluster));
  }

  async delete(name: string): Promise<RunningOperation> {
    await this.#cancelOf(name);
    const cluster = (await this.#damaged(name)) ?? (await this.#lostCluster(name)) ?? (await this.#existing(name));
    return this.#run('delete', cluster, deleteSteps(cluster));
  }

  cancel(operationId: string): void {
    for (const operation of this.#operations.values()) if (operation.id === operationId) operation.cancel();
  }

  /** A cluster that this process runs. Throws `cluster-not-running`, `cluster-not-found`. */
  async running(name: string): Promise<Cluster> {
    const cluster = await this.#existing(name);
    // Reading it checks it.
    void cluster.controlPlane;
    return cluster;
  }

  /** Runs other long work on a running cluster as an operation. */
  runOn(cluster: Cluster, kind: OperationKind, steps: readonly StepPlan[]): RunningOperation {
    return this.#run(kind, cluster, steps);
  }

  /** Stops the control planes of this process and starts them again; pods notice nothing. Rejects when one does not come back. */
  async restartControlPlanes(): Promise<void> {
    const names = [...this.#clusters.values()].filter(({ isRunning }) => isRunning).map(({ state }) => state.name);
    for (const name of names) {
      await this.#cancelOf(name);
      await this.#clusters.get(name)?.release();
      const { state, steps } = await (await this.start({ name })).finished;
      if (state !== 'done') throw new Error(`${name}: ${steps.find(({ failure }) => failure)?.failure?.message ?? state}`);
    }
  }

  /** Stops all control planes of this process and leaves the pods running. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const operation of this.#operations.values()) operation.cancel();
    await Promise.all([...this.#operations.values()].map(({ finished }) => finished));
    await Promise.all([...this.#clusters.values()].map((cluster) => cluster.release()));
    this.#listeners.clear();
  }

  async #plan(request: ClusterRequest): Promise<ClusterState> {
    const { dataDirectory, clock } = this.#options;
    const provider = this.#options.providers[request.driver ?? 'docker'];
    const names = await listClusterNames(dataDirectory);
    // Of one that is damaged nothing is known; whether its addresses are taken, the engine and the ports tell.
    const states = await Promise.all(names.map((name) => readState(dataDirectory, name).catch(() => undefined)));
    return planCluster(request, { provider, now: clock.now(), others: states.filter((state) => state !== undefined) });
  }

  async #extended(state: ClusterState, { driver, nodes }: ClusterRequest): Promise<ClusterState> {
    if (driver !== undefined && driver !== state.driver) {
      const message = `driver: cluster "${state.name}" was created with driver ${state.driver} and cannot change to ${driver}. Choose another name, or delete it first.`;
      throw new HostError('invalid-input', message, { params: { field: 'driver', value: driver } });
    }
    return nodes === undefined ? state : withNodes(state, nodes);
  }

  #cluster(state: ClusterState): Cluster {
    const known = this.#clusters.get(state.name);
    if (known) return known;
    const { dataDirectory, clock, providers, log } = this.#options;
    const cluster = new Cluster(state, {
      dataDirectory,
      clock,
      log,
      provider: providers[state.driver],
      onRefusal: (failure) => this.#tellRefusal(state.name, failure),
      onForwards: (forwards) => this.#emit({ type: 'forwards', cluster: state.name, forwards }),
      onReleased: () => {
        this.#emit({ type: 'released', cluster: state.name });
        this.#emit({ type: 'clusters' });
      },
    });
    this.#clusters.set(state.name, cluster);
    return cluster;
  }

  #tellRefusal(name: string, failure: HostError | undefined): void {
    const isNew = this.#refusals.get(name)?.code !== failure?.code;
    if (failure) this.#refusals.set(name, failure);
    else this.#refusals.delete(name);
    if (!isNew) return;
    if (failure) this.#options.log(`${name}: ${failure.message}`);
    this.#emit({ type: 'clusters' });
  }

  /** A cluster whose state cannot be read, as one to be deleted: what carries its label goes, and its folder. */
  async #damaged(name: string): Promise<Cluster | undefined> {
    checkClusterName(name);
    try {
      await readState(this.#options.dataDirectory, name);
      return undefined;
    } catch {
      return this.#cluster(damagedCluster(name, this.#options.kubeconfig));
    }
  }

  #lostClusters(): Promise<readonly EngineCluster[]> {
    const { dataDirectory, host, providers } = this.#options;
    this.#lost ??= lostClusters({ provider: providers.docker, dataDirectory, host });
    return this.#lost;
  }
  #lostSummary({ name, nodes }: EngineCluster): ClusterSummary {
    return { ...summaryOf(damagedCluster(name, this.#options.kubeconfig)), nodes, phase: this.#busyPhase(name) ?? 'lost' };
  }
  /** One whose state is gone, as one to be deleted. Looked for anew: a data folder can go at any time. */
  async #lostCluster(name: string): Promise<Cluster | undefined> {
    if (await readState(this.#options.dataDirectory, name)) return undefined;
    this.#lost = undefined;
    const isLost = (await this.#lostClusters()).some((cluster) => cluster.name === name);
    return isLost ? this.#cluster(damagedCluster(name, this.#options.kubeconfig)) : undefined;
  }
  async #refuseIfLost(name: string): Promise<void> {
    this.#lost = undefined;
    if (!(await this.#lostClusters()).some((cluster) => cluster.name === name)) return;
    const things = (await this.#options.providers.docker.leftovers(name)).join(', ');
    const message = `The engine still has what belongs to a cluster "${name}" whose data is gone: ${things}. Remove it with: minato delete --name ${name}`;
    throw new HostError('cluster-lost', message, { params: { name, things } });
  }

  async #existing(name: string): Promise<Cluster> {
    checkClusterName(name);
    const state = await readState(this.#options.dataDirectory, name);
    if (state) return this.#cluster(state);
    throw new HostError('cluster-not-found', `There is no cluster "${name}". Create it with: minato up --name ${name}`, {
      params: { name },
    });
  }

  #run(kind: OperationKind, cluster: Cluster, steps: readonly StepPlan[]): RunningOperation {
    const { name } = cluster.state;
    this.#refuseWhileBusy(name);
    const operation = runOperation({
      kind,
      cluster: name,
      steps,
      directory: this.#options.dataDirectory,
      clock: this.#options.clock,
      onChange: (current) => this.#emit({ type: 'operation', operation: current }),
    });
    this.#operations.set(name, operation);
    this.#emit({ type: 'clusters' });
    void operation.finished.then((last) => this.#after(cluster, last));
    return operation;
  }

  async #after(cluster: Cluster, { kind, state }: Operation): Promise<void> {
    // A start that did not get through must not hold the store: a retry, or another process, starts from the same state.
    if ((kind === 'create' || kind === 'start') && state !== 'done') await cluster.release();
    if (kind === 'delete' && state === 'done') {
      this.#clusters.delete(cluster.state.name);
      this.#lost = undefined;
    }
    this.#emit({ type: 'clusters' });
  }

  #refuseWhileBusy(name: string): void {
    const operation = this.#operations.get(name)?.current;
    if (operation?.state !== 'running') return;
    throw new HostError('cluster-running', `Cluster "${name}" is busy (${operation.kind}). Wait for it to end, or cancel it.`, {
      params: { name },
    });
  }

  async #refuseIfElsewhere(name: string): Promise<void> {
    if (this.#clusters.get(name)?.isRunning)
      throw new HostError('cluster-running', `Cluster "${name}" is running already.`, { params: { name } });
    const owner = await askOwner(clusterPaths(this.#options.dataDirectory, name).directory, 'status');
    if (!owner) return;
    const message = `Cluster "${name}" is running already, in process ${owner.pid}. Use it as it is, or stop it first with: minato stop --name ${name}`;
    throw new HostError('cluster-running', message, { params: { name, pid: owner.pid } });
  }

  async #cancelOf(name: string): Promise<void> {
    const operation = this.#operations.get(name);
    operation?.cancel();
    await operation?.finished;
  }

  async #summary(name: string): Promise<ClusterSummary | undefined> {
    const { dataDirectory, kubeconfig: file } = this.#options;
    // One that is damaged must not hide the others.
    const read = () => readState(dataDirectory, name).catch(() => damagedCluster(name, file));
    const state = this.#clusters.get(name)?.state ?? (await read());
    if (!state) return undefined;
    if (isDamaged(state)) return { ...summaryOf(state), phase: 'failed' };
    const phase = await this.#phase(name);
    return { ...summaryOf(state), phase, refusal: phase === 'running' ? this.#refusals.get(name) : undefined };
  }

  async #phase(name: string): Promise<ClusterPhase> {
    const operation = this.#operations.get(name)?.current;
    const busy = this.#busyPhase(name);
    if (busy) return busy;
    if (this.#clusters.get(name)?.isRunning) return 'running';
    if (await askOwner(clusterPaths(this.#options.dataDirectory, name).directory, 'status')) return 'elsewhere';
    return operation?.state === 'failed' ? 'failed' : 'stopped';
  }

  /** What is being done to it at this moment. */
  #busyPhase(name: string): ClusterPhase | undefined {
    const operation = this.#operations.get(name)?.current;
    if (operation?.state !== 'running') return undefined;
    if (operation.kind === 'create' || operation.kind === 'start') return 'starting';
    return operation.kind === 'stop' || operation.kind === 'delete' ? 'stopping' : undefined;
  }

  #emit(event: ManagerEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

function summaryOf({ name, driver, nodes, createdAt, apiPort, kubeconfig }: ClusterState): Omit<ClusterSummary, 'phase'> {
  return {
    name,
    driver,
    createdAt,
    nodes: nodes.map((node) => node.name),
    server: `https://127.0.0.1:${apiPort}`,
    context: kubeconfig === undefined ? undefined : name,
  };
}
