/** What starting a cluster consists of, in the order things happen. The same list creates one and starts a stopped one: every step ensures. */
import { HostError } from '../../api/host-error.ts';
import { detail, type StepDetail } from '../../api/step-detail.ts';
import type { NodeCall } from '../../nodes/node-provider.ts';
import type { Cluster } from '../cluster.ts';
import type { ClusterState } from '../cluster-state.ts';
import { mergeKubeconfig } from '../kubeconfig.ts';
import { adminKubeconfigEntry, nodePlan } from '../node-plan.ts';
import type { StepPlan } from '../operation.ts';
import { waitForNodes } from '../wait-for-nodes.ts';
import { awaitDns } from './dns-probe.ts';

export interface StartOptions {
  readonly kubeconfig: string;
  /** For a cluster that does not exist yet: chooses its addresses and ports, once the engine has been found and can be asked what is taken. */
  readonly plan?: () => Promise<ClusterState>;
}

export function startSteps(cluster: Cluster, options: StartOptions): readonly StepPlan[] {
  const docker = cluster.state.driver === 'docker';
  return [
    {
      id: 'engine',
      title: docker ? 'Checking the Docker Engine' : 'Using simulated nodes',
      deadlineMs: 20_000,
      run: (call) => checkEngine(cluster, options, call),
    },
    ...(docker ? [imageStep(cluster), networkStep(cluster, options)] : []),
    { id: 'certificates', title: 'Creating certificates and keys', deadlineMs: 20_000, run: () => ensureCertificates(cluster) },
    { id: 'control-plane', title: 'Starting the control plane', deadlineMs: 60_000, run: () => ensureControlPlane(cluster) },
    ...nodeSteps(cluster),
    { id: 'ready', title: 'Waiting for the nodes to be Ready', deadlineMs: 120_000, run: (call) => awaitReady(cluster, call) },
    ...(docker ? [dnsStep(cluster)] : []),
    { id: 'kubeconfig', title: 'Setting up kubectl', deadlineMs: 20_000, run: () => configureKubectl(cluster, options) },
  ];
}

async function checkEngine(cluster: Cluster, { plan }: StartOptions, call: NodeCall): Promise<string> {
  const { title } = await cluster.options.provider.preflight(call);
  if (plan) await cluster.save(await plan());
  return title;
}

function imageStep(cluster: Cluster): StepPlan {
  return {
    id: 'image',
    title: 'Preparing the node image',
    deadlineMs: 900_000,
    run: async (call) => {
      cluster.nodeImage = await cluster.options.provider.ensureImage(call);
      return cluster.nodeImage;
    },
  };
}

function networkStep(cluster: Cluster, options: StartOptions): StepPlan {
  return {
    id: 'network',
    title: 'Creating the cluster network',
    deadlineMs: 30_000,
    run: (call) => ensureNetwork(cluster, options, call),
  };
}

/** Of two clusters that are created at the same moment, the later one chooses again. One that exists keeps its addresses: its pods have them. */
async function ensureNetwork(cluster: Cluster, { plan }: StartOptions, call: NodeCall): Promise<string> {
  for (let tries = 0; ; tries++) {
    const { network, name } = cluster.state;
    try {
      await cluster.options.provider.ensureNetwork(name, network, call);
      return `${network.networkName} ${network.clusterCidr}`;
    } catch (error) {
      if (!plan || tries === maxPlans || !(error instanceof HostError && error.code === 'subnet-taken')) throw error;
      await cluster.save(await plan());
    }
  }
}
const maxPlans = 5;

async function ensureCertificates(cluster: Cluster): Promise<string> {
  await cluster.openAuthority();
  return cluster.paths.pki;
}

async function ensureControlPlane(cluster: Cluster): Promise<string> {
  await cluster.ensureControlPlane();
  await cluster.ensurePorts();
  return cluster.server;
}

/** One step for each node, but one for all where they are simulated: there may be a thousand. */
function nodeSteps(cluster: Cluster): readonly StepPlan[] {
  const { driver, nodes } = cluster.state;
  if (driver === 'simulated') {
    const title = nodes.length === 1 ? 'Starting 1 simulated node' : `Starting ${nodes.length} simulated nodes`;
    return [
      {
        id: 'simulated-nodes',
        title,
        deadlineMs: 120_000,
        run: async () => void (await cluster.controlPlane.startSimulatedNodes(cluster.state.nodes)),
      },
    ];
  }
  return nodes.map((node) => ({
    id: `node:${node.name}`,
    title: `Starting node "${node.name}"`,
    deadlineMs: 120_000,
    group: 'nodes',
    run: (call) => ensureNode(cluster, node.name, call),
  }));
}

/** A port that another program has taken since it was chosen is given up for another, once. */
async function ensureNode(cluster: Cluster, name: string, call: NodeCall): Promise<string> {
  const { provider } = cluster.options;
  const plan = await nodePlan(cluster, name);
  try {
    await provider.ensureNode(cluster.state.name, plan, call);
  } catch (error) {
    if (!(error instanceof HostError && error.code === 'port-taken')) throw error;
    call.progress.log(error.message);
    await cluster.moveKubeletPort(name);
    await provider.ensureNode(cluster.state.name, await nodePlan(cluster, name), call);
  }
  return plan.ip;
}

async function awaitReady(cluster: Cluster, call: NodeCall): Promise<StepDetail> {
  const names = cluster.state.nodes.map(({ name }) => name);
  await waitForNodes({ client: cluster.client, names, ...call });
  cluster.watchEngine();
  return detail('nodes-ready', { ready: names.length, total: names.length });
}

function dnsStep(cluster: Cluster): StepPlan {
  const name = 'kubernetes.default.svc.cluster.local';
  return {
    id: 'dns',
    title: 'Verifying the cluster DNS',
    deadlineMs: 30_000,
    run: async (call) => {
      const [first] = cluster.state.nodes;
      if (!first) throw new HostError('internal', 'the cluster has no nodes');
      const dial = () => cluster.tunnels.dial(first.name, `${cluster.state.network.dnsIp}:53`, call.signal);
      const [address] = await awaitDns({ name, dial }, call);
      return `${name} → ${address}`;
    },
  };
}

async function configureKubectl(cluster: Cluster, { kubeconfig }: StartOptions): Promise<StepDetail> {
  await mergeKubeconfig(kubeconfig, await adminKubeconfigEntry(cluster));
  await cluster.save({ kubeconfig, stopped: false });
  return detail('kubeconfig', { path: kubeconfig, context: cluster.state.name });
}
