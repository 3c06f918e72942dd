/** Puts the control plane together: store, API server, controllers, scheduler. Nothing else constructs these. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { SimulatedNodes } from '../agent/simulated/simulated-nodes.ts';
import { isApiError } from '../api/errors.ts';
import { node } from '../api/kinds/core/node.ts';
import { pod } from '../api/kinds/core/pod.ts';
import { service } from '../api/kinds/core/service.ts';
import { kinds } from '../api/kinds.ts';
import type { Node, Pod, Service } from '../api/types.gen.ts';
import { type ApiServer, createApiServer } from '../apiserver/api-server.ts';
import type { Tls } from '../apiserver/http/listener.ts';
import type { Kubelets } from '../apiserver/kubelets.ts';
import type { Cache } from '../cache/cache.ts';
import type { Client } from '../client/client.ts';
import { EventBroadcaster } from '../client/events.ts';
import { Informers } from '../client/informers.ts';
import { type Controllers, startControllers } from '../controllers/controllers.ts';
import { schedulerCaches } from '../scheduler/caches.ts';
import { schedulerName, startScheduler } from '../scheduler/scheduler.ts';
import { openStore } from '../store/lmdb.ts';
import { DiskFull } from '../store/log.ts';
import { kubernetesServiceIp } from './addresses.ts';
import { ensureSigningKey } from './certificates.ts';
import type { ClusterHome } from './cluster-parts.ts';
import type { NodeState } from './cluster-state.ts';
import { startNodeRole } from './node-role.ts';
import { balancerChanges, writeBalancers } from './ports/balancer-status.ts';
import type { Forward } from './ports/port-forwarder.ts';
import { ensureStorageClass } from './storage-class.ts';

export interface ControlPlane extends AsyncDisposable {
  /** As `system:masters`. */
  readonly client: Client;
  readonly services: Cache<Service>;
  readonly nodes: Cache<Node>;
  readonly pods: Cache<Pod>;
  /** Writes into LoadBalancer Services whether these ports of this computer lead to them. */
  publishBalancers(forwards: readonly Forward[]): void;
  /** Evicts nobody for a while: after a pause of the computer or the engine, nodes look dead that are only late. */
  holdEviction(): void;
  /** The bytes of a container's log; `query` as in the API's log subresource. */
  podLog(request: {
    readonly namespace: string;
    readonly pod: string;
    readonly query: string;
    readonly signal: AbortSignal;
  }): AsyncIterable<Uint8Array>;
  startSimulatedNodes(nodes: readonly NodeState[]): Promise<void>;
}

export interface NodeWays {
  readonly kubelets: Kubelets;
  /** Removes a folder of the storage that all nodes share. */
  readonly removeStorage: (path: string) => Promise<void>;
}

export async function startControlPlane(cluster: ClusterHome, { kubelets, removeStorage }: NodeWays): Promise<ControlPlane> {
  await using stack = new AsyncDisposableStack();
  const { clock, log, onRefusal } = cluster.options;
  const store = stack.use(await openStore({ directory: cluster.paths.store, clock, onRefusal }));
  const server = stack.use(
    await createApiServer({
      store,
      clock,
      serviceCidr: cluster.state.network.serviceCidr,
      signingKeyPem: await ensureSigningKey(cluster.paths.pki),
      kubelets,
      onError: (error) => isOfFullDisk(error) || log(`API server: ${words(error)}`),
    }),
  );
  const admin = server.as({ username: 'minato-admin', groups: ['system:masters'] });
  await ensureStorageClass(admin);
  await listen(cluster, server);
  const parts = await startParts({ cluster, server, stack, removeStorage });
  const running = stack.move();
  return {
    client: admin,
    services: parts.informers.cache(service),
    nodes: parts.informers.cache(node),
    pods: parts.informers.cache(pod),
    publishBalancers: parts.publishBalancers,
    holdEviction: () => parts.controllers.holdEviction(),
    async *podLog({ namespace: space, pod: name, query, signal }) {
      const path = `/api/v1/namespaces/${encodeURIComponent(space)}/pods/${encodeURIComponent(name)}/log?${query}`;
      yield* await admin.stream(path, signal);
    },
    startSimulatedNodes: (nodes) => parts.simulated.start(nodes.map(({ name, ip, podCidr }) => ({ name, ip, podCidr, labels: {} }))),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

interface Assembly {
  readonly cluster: ClusterHome;
  readonly server: ApiServer;
  readonly stack: AsyncDisposableStack;
  readonly removeStorage: NodeWays['removeStorage'];
}
interface Parts {
  readonly informers: Informers;
  readonly controllers: Controllers;
  readonly simulated: SimulatedNodes;
  readonly publishBalancers: ControlPlane['publishBalancers'];
}

/** Controllers, scheduler and simulated nodes: one process, one set of caches. */
async function startParts({ cluster, server, stack, removeStorage }: Assembly): Promise<Parts> {
  const { clock, log } = cluster.options;
  const client = server.as({ username: 'system:kube-controller-manager' });
  const schedulerClient = server.as({ username: 'system:kube-scheduler' });
  const clientOf = (name: string) => server.as({ username: `system:node:${name}`, groups: ['system:nodes'] });
  const onError = (who: string, key: string, error: unknown): void => {
    if (!isOfFullDisk(error)) log(`${who} ${key}: ${words(error)}`);
  };
  const informers = stack.use(new Informers({ client, clock, onError: ({ plural }, error) => onError('watch', plural, error) }));
  const broadcast = (of: Client): EventBroadcaster =>
    stack.use(new EventBroadcaster({ client: of, clock, onError: (error) => onError('event', '', error) }));
  const schedulerEvents = broadcast(schedulerClient).recorder(schedulerName);
  const caches = schedulerCaches(informers);
  const rootCaPem = (await cluster.openAuthority()).certificatePem;
  const controllers = stack.use(
    await startControllers({ client, clock, informers, events: broadcast(client), kinds, rootCaPem, removeStorage, onError }),
  );
  stack.use(
    startScheduler({
      client: schedulerClient,
      caches,
      events: schedulerEvents,
      clock,
      random: Math.random,
      yieldTurn: () => nextTurn(),
      onError: (error) => onError('scheduler', '', error),
    }),
  );
  stack.use(startNodeRole({ client, nodes: caches.nodes, clock, first: cluster.state.nodes[0]?.name, onError }));
  const simulated = stack.use(
    new SimulatedNodes({
      clientOf,
      clock,
      pods: caches.pods,
      // One broadcaster for all of them: events are the same for every node.
      events: broadcast(clientOf('simulated')),
      onError: (what, error) => onError('simulated', what, error),
    }),
  );
  const events = broadcast(client).recorder('service-controller');
  const balancers = { client, events, onError: (error: unknown) => onError('load balancer', '', error), told: new Map<string, string>() };
  // One after the other, so that the newest ports are written last.
  let written = Promise.resolve();
  const publishBalancers = (forwards: readonly Forward[]): void => {
    written = written.then(() => writeBalancers(balancerChanges(caches.services.list(), forwards), balancers));
  };
  stack.defer(() => written);
  return { informers, controllers, simulated, publishBalancers };
}

/** On this computer for people and tools; on the cluster network's gateway for the nodes, where that is an address of this computer. */
async function listen(cluster: ClusterHome, server: ApiServer): Promise<void> {
  const tls = await serverIdentity(cluster);
  await listenHere(cluster, server, tls);
  const { apiPort, network, driver } = cluster.state;
  if (driver === 'docker') {
    try {
      await server.listen({ host: network.gatewayIp, port: apiPort, tls });
    } catch (error) {
      // The engine lives in a virtual machine, which leads its containers to 127.0.0.1 here.
      if (codeOf(error) !== 'EADDRNOTAVAIL') throw error;
    }
  }
  await server.publish({ address: network.gatewayIp, port: apiPort });
}

/** A port that another program has taken since it was chosen is given up for another: kubectl's configuration and the nodes are told at every start. */
async function listenHere(cluster: ClusterHome, server: ApiServer, tls: Tls): Promise<void> {
  const host = '127.0.0.1';
  try {
    await server.listen({ host, port: cluster.state.apiPort, tls });
  } catch (error) {
    if (codeOf(error) !== 'EADDRINUSE') throw error;
    const { port } = await server.listen({ host, port: 0, tls });
    cluster.options.log(`port ${cluster.state.apiPort} of this computer is taken; the API server is at ${port} instead`);
    await cluster.save({ apiPort: port });
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}

async function serverIdentity(cluster: ClusterHome): Promise<Tls> {
  const { network } = cluster.state;
  const authority = await cluster.openAuthority();
  const names = [
    'kubernetes',
    'kubernetes.default',
    'kubernetes.default.svc',
    'kubernetes.default.svc.cluster.local',
    'localhost',
    'host.docker.internal',
    '127.0.0.1',
    network.gatewayIp,
    kubernetesServiceIp(network.serviceCidr),
  ];
  const pair = await authority.ensureLeaf({ file: 'apiserver', commonName: 'kube-apiserver', usage: 'server', names });
  return { ...pair, clientCaPem: authority.certificatePem };
}

/** A refusal of the API says all that there is to say; of anything else one wants to know where it came from. */
/** That the disk is full is told once, by the store, and not by all who try again meanwhile. */
function isOfFullDisk(error: unknown): boolean {
  return error instanceof Error && error.cause instanceof DiskFull;
}
function words(error: unknown): string {
  if (isApiError(error) || !(error instanceof Error)) return String(error);
  return error.stack ?? error.message;
}
