/**
 * A real node for tests: the node image built from this checkout, its container on a network of its own, its agent against an API server of the test.
 * No scheduler and no controllers: pods name their node. Disposing it leaves nothing on the engine but the image.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AgentConfig } from '../agent/config.ts';
import { configMap } from '../api/kinds/core/config-map.ts';
import { pod as podKind } from '../api/kinds/core/pod.ts';
import type { Container, ObjectMeta, Pod } from '../api/types.gen.ts';
import type { Listener } from '../apiserver/http/listener.ts';
import type { Cache } from '../cache/cache.ts';
import { Informer } from '../client/informer.ts';
import { networkPlan, nodeAddresses } from '../cluster/addresses.ts';
import { pickPort } from '../cluster/free-port.ts';
import type { AgentEndpoint } from '../cluster/ports/tunnel.ts';
import { dockerProvider } from '../nodes/docker.ts';
import { checkoutAssets } from '../nodes/image/node-image.ts';
import { nodeContainerName } from '../nodes/labels.ts';
import type { NetworkPlan, NodePlan, NodeProvider } from '../nodes/node-provider.ts';
import { untrackedCall } from '../nodes/untracked-call.ts';
import { type SecureApiServer, secureApiServer } from './test-api-server.ts';
import { ensureTestImage, testImage } from './test-image.ts';

export interface TestNode extends AsyncDisposable {
  readonly api: SecureApiServer;
  readonly cluster: string;
  readonly name: string;
  readonly containerName: string;
  readonly config: AgentConfig;
  /** The agent's kubelet API, with the control plane's identity. */
  readonly endpoint: AgentEndpoint;
  /** As the cluster stops and starts a node: its pods' containers end, nothing is removed. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** From now on the agent does not reach the API server; disposing the result mends that. */
  cutOff(): Promise<AsyncDisposable>;
  /** Makes a pod on this node; whatever a test does not say is as small as it can be. */
  run(pod: TestPod): Promise<Pod>;
  /** Resolves with the first state that `is` accepts; rejects with the last one seen when that takes too long. */
  podWhen(name: string, is: (pod: Pod) => boolean): Promise<Pod>;
  /** Resolves when the object is gone. */
  podGone(name: string): Promise<void>;
}

export interface TestPod {
  readonly name: string;
  /** Of the container `main`, which is merged with what is given here. */
  readonly script?: string;
  readonly container?: Partial<Container>;
  readonly spec?: Partial<Pod['spec']>;
  readonly metadata?: ObjectMeta;
}

const call = untrackedCall();
const root = fileURLToPath(new URL('../../', import.meta.url));

/** Resolves once the agent has said that it started. */
export async function testNode(): Promise<TestNode> {
  await using undo = new AsyncDisposableStack();
  const cache = await mkdtemp(join(tmpdir(), 'minato-node-'));
  undo.defer(() => rm(cache, { recursive: true, force: true }));
  const api = undo.use(await secureApiServer());
  const provider = dockerProvider({ assets: checkoutAssets(root, cache), home: { host: 'test', directory: cache } });
  const [image] = await Promise.all([provider.ensureImage(call), ensureTestImage()]);
  const cluster = `test-${randomBytes(3).toString('hex')}`;
  undo.defer(() => provider.deleteCluster(cluster, call));
  const network = await makeNetwork(provider, cluster);
  let listener = await listenOnBridge(api, network.gatewayIp, 0);
  const { port } = listener;
  const plan = await nodePlan(api, { cluster, network, image, apiPort: port });
  // Every pod mounts it; in a cluster a controller makes it.
  const rootCa = { metadata: { name: 'kube-root-ca.crt', namespace: 'default' }, data: { 'ca.crt': api.authority.certificatePem } };
  await api.client.create(configMap, rootCa);
  await provider.ensureNode(cluster, plan, call);
  const endpoint = await endpointOf(api, plan);
  const pods = undo.use(new Informer({ client: api.client, kind: podKind, clock: api.clock }));
  const made = undo.move();
  return {
    api,
    cluster,
    name: plan.name,
    containerName: nodeContainerName(cluster, plan.name),
    config: plan.agent,
    endpoint,
    stop: () => provider.stopNode(cluster, plan.name, call),
    start: () => provider.ensureNode(cluster, plan, call),
    async cutOff() {
      await listener[Symbol.asyncDispose]();
      return {
        async [Symbol.asyncDispose]() {
          listener = await listenOnBridge(api, network.gatewayIp, port);
        },
      };
    },
    run: (pod) => api.client.create(podKind, podOf(pod, plan.name)),
    podWhen: (name, is) => podWhen(pods.cache, name, is),
    podGone: (name) => podGone(pods.cache, name),
    [Symbol.asyncDispose]: () => made.disposeAsync(),
  };
}

/** A shell as the first process takes notice of SIGTERM only when it says so. */
const untilAsked = 'trap "exit 0" TERM; sleep infinity & wait';

function podOf({ name, script = untilAsked, container = {}, spec = {}, metadata = {} }: TestPod, nodeName: string): Pod {
  const main: Container = { name: 'main', image: testImage, imagePullPolicy: 'IfNotPresent', command: ['sh', '-c', script], ...container };
  return {
    metadata: { name, namespace: 'default', ...metadata },
    spec: { nodeName, terminationGracePeriodSeconds: 1, containers: [main], ...spec },
  };
}

const timeoutMs = 25_000;

function podWhen(cache: Cache<Pod>, name: string, is: (pod: Pod) => boolean): Promise<Pod> {
  const key = `default/${name}`;
  return new Promise((resolve, reject) => {
    const end = (): void => {
      unsubscribe();
      clearTimeout(timeout);
    };
    const look = (): void => {
      const pod = cache.get(key);
      if (!pod || !is(pod)) return;
      end();
      resolve(pod);
    };
    const unsubscribe = cache.subscribe(look);
    const timeout = setTimeout(() => {
      end();
      reject(new Error(`pod ${name} stays ${JSON.stringify(cache.get(key)?.status, null, 1)}`));
    }, timeoutMs);
    look();
  });
}

function podGone(cache: Cache<Pod>, name: string): Promise<void> {
  const key = `default/${name}`;
  return new Promise((resolve, reject) => {
    const look = (): void => {
      if (cache.get(key)) return;
      unsubscribe();
      clearTimeout(timeout);
      resolve();
    };
    const unsubscribe = cache.subscribe(look);
    const timeout = setTimeout(() => reject(new Error(`pod ${name} does not go: ${JSON.stringify(cache.get(key)?.metadata)}`)), timeoutMs);
    look();
  });
}

async function makeNetwork(provider: NodeProvider, cluster: string): Promise<NetworkPlan> {
  for (let second = 200; second < 220; second++) {
    const plan = networkPlan(cluster, `10.${second}.0.0/16`, '10.96.0.0/16');
    if (!(await provider.isSubnetFree(plan.clusterCidr))) continue;
    await provider.ensureNetwork(cluster, plan, call);
    return plan;
  }
  throw new Error('no range is free');
}

interface PlanInput {
  readonly cluster: string;
  readonly network: NetworkPlan;
  readonly image: string;
  readonly apiPort: number;
}
async function nodePlan(api: SecureApiServer, { cluster, network, image, apiPort }: PlanInput): Promise<NodePlan> {
  const name = 'node-1';
  const { ip, podCidr } = nodeAddresses(network, 0);
  const identity = await api.identity(`system:node:${name}`, 'system:nodes');
  const server = await api.authority.ensureLeaf({
    file: `kubelet-${name}`,
    commonName: `system:node:${name}`,
    organization: 'system:nodes',
    usage: 'server',
    names: [name, 'localhost', ip, '127.0.0.1'],
  });
  const agent: AgentConfig = {
    cluster,
    nodeName: name,
    nodeIp: ip,
    podCidr,
    ...network,
    dnsDomain: 'cluster.local',
    sandboxImage: image,
    stateVolume: nodeContainerName(cluster, name),
    stateDir: '/var/lib/minato',
    storageVolume: `minato-${cluster}-storage`,
    labels: {},
    apiServer: { url: `https://host.docker.internal:${apiPort}`, caPem: api.authority.certificatePem, ...identity },
    server: { port: 10250, ...server },
  };
  return { name, ip, podCidr, kubeletPort: await pickPort(undefined, new Set()), agent };
}

/** Where the agent reaches the API server: the bridge's own address. */
async function listenOnBridge(api: SecureApiServer, host: string, port: number): Promise<Listener> {
  const names = ['host.docker.internal', host];
  const serving = await api.authority.ensureLeaf({ file: 'apiserver-bridge', commonName: 'kube-apiserver', usage: 'server', names });
  return api.server.listen({ host, port, tls: { ...serving, clientCaPem: api.authority.certificatePem } });
}

async function endpointOf(api: SecureApiServer, { name, kubeletPort }: NodePlan): Promise<AgentEndpoint> {
  const identity = await api.identity('kube-apiserver-kubelet-client', 'system:masters');
  return { host: '127.0.0.1', port: kubeletPort, serverName: name, caPem: api.authority.certificatePem, ...identity };
}
