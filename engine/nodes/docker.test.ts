import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Docker from 'dockerode';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { AgentConfig } from '../agent/config.ts';
import { pickPort } from '../cluster/free-port.ts';
import { dockerProvider } from './docker.ts';
import { checkoutAssets } from './image/node-image.ts';
import { labels } from './labels.ts';
import { removeNetwork } from './network.ts';
import type { NetworkPlan, NodePlan, NodeProvider } from './node-provider.ts';
import { untrackedCall } from './untracked-call.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const docker = new Docker();
/** Stands in for the agent: says what it was told and waits. `crash` and `kernel` in the config's labels make it end. */
const agentSource = `
import { readFileSync, statSync } from 'node:fs';
const config = JSON.parse(readFileSync('/etc/minato/agent.json', 'utf8'));
statSync('/var/run/docker.sock');
if ('crash' in config.labels) { console.error('cannot go on'); process.exit(1); }
if ('kernel' in config.labels) { console.error('nft: not supported'); process.exit(78); }
console.log('the agent has started');
process.on('SIGTERM', () => process.exit(0));
setInterval(() => {}, 1e6);
`;

let directory: string;
const home = { host: 'test', directory: '/nowhere' };
let provider: NodeProvider;
let image: string;
let cluster: string;
let network: NetworkPlan;
const call = untrackedCall();

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'minato-nodes-'));
  await writeFile(join(directory, 'main.ts'), agentSource);
  const assets = { ...checkoutAssets(root, directory), agent: { entry: join(directory, 'main.ts') } };
  provider = dockerProvider({ assets, home });
  image = await provider.ensureImage(call);
}, 300_000);
afterAll(async () => {
  await docker.getImage(image).remove({ force: true });
  await rm(directory, { recursive: true });
});

beforeEach(async () => {
  cluster = `test-${randomBytes(3).toString('hex')}`;
  network = await freeNetwork();
});
afterEach(async () => {
  await provider.deleteCluster(cluster, call);
  expect(await provider.leftovers(cluster)).toEqual([]);
});

async function freeNetwork(): Promise<NetworkPlan> {
  for (let second = 220; second < 240; second++) {
    const prefix = `10.${second}`;
    if (!(await provider.isSubnetFree(`${prefix}.0.0/16`))) continue;
    return {
      networkName: `minato-${cluster}`,
      clusterCidr: `${prefix}.0.0/16`,
      gatewayIp: `${prefix}.255.254`,
      serviceCidr: '10.96.0.0/16',
      dnsIp: '10.96.0.10',
    };
  }
  throw new Error('no range is free');
}

async function nodePlan(name: string, index: number, more: Partial<AgentConfig> = {}): Promise<NodePlan> {
  const prefix = network.clusterCidr.split('.').slice(0, 2).join('.');
  const [ip, podCidr] = [`${prefix}.255.${10 + index}`, `${prefix}.${index}.0/24`];
  const agent: AgentConfig = {
    cluster,
    nodeName: name,
    nodeIp: ip,
    podCidr,
    ...network,
    dnsDomain: 'cluster.local',
    sandboxImage: image,
    stateVolume: `minato-${cluster}-${name}`,
    stateDir: '/var/lib/minato',
    storageVolume: `minato-${cluster}-storage`,
    labels: {},
    apiServer: { url: 'https://host.docker.internal:6443', caPem: '', certificatePem: '', keyPem: '' },
    server: { port: 10250, certificatePem: '', keyPem: '' },
    ...more,
  };
  return { name, ip, podCidr, kubeletPort: await pickPort(undefined, new Set()), agent };
}

/** A pod as the agent would make it: a sandbox and a container that says when it is asked to end. */
async function runPod(node: NodePlan, ip: string): Promise<readonly Docker.Container[]> {
  const own = { [labels.cluster]: cluster, [labels.node]: node.name };
  const sandbox = await docker.createContainer({
    Image: image,
    Entrypoint: ['/usr/local/bin/pause.sh'],
    Env: [`POD_ROUTER=${node.ip}`],
    Labels: { ...own, [labels.role]: 'sandbox' },
    HostConfig: { NetworkMode: network.networkName, CapAdd: ['NET_ADMIN'] },
    NetworkingConfig: { EndpointsConfig: { [network.networkName]: { IPAMConfig: { IPv4Address: ip } } } },
  });
  await sandbox.start();
  const container = await docker.createContainer({
    Image: image,
    Entrypoint: ['/bin/sh', '-c', 'trap "exit 7" TERM; echo trapped; sleep infinity & wait'],
    Labels: { ...own, [labels.role]: 'container' },
    HostConfig: { NetworkMode: `container:${sandbox.id}` },
  });
  await container.start();
  // Before its trap is set, a first process has no action for SIGTERM, and the kernel drops it.
  await expect.poll(async () => (await container.logs({ stdout: true })).toString('latin1')).toContain('trapped');
  return [sandbox, container];
}

const stateOf = async (container: Docker.Container) => (await container.inspect()).State;

describe('a node', () => {
  test('starts with what it was told, is left alone when healthy, stops after its pods and keeps its address', {
    timeout: 120_000,
  }, async () => {
    await provider.ensureNetwork(cluster, network, call);
    const plan = await nodePlan('n1', 0);
    await provider.ensureNode(cluster, plan, call);
    const node = docker.getContainer(`minato-${cluster}-n1`);
    const before = await node.inspect();
    expect(before.NetworkSettings.Networks[network.networkName]?.IPAddress).toBe(plan.ip);
    expect(await exec(node, 'grep host.docker.internal /etc/hosts')).toContain(network.gatewayIp);
    expect(
      await exec(node, 'cat /proc/sys/net/ipv4/ip_forward; stat -c %a /etc/minato/agent.json; nft list tables >/dev/null && echo nft'),
    ).toBe('1\n600\nnft');

    await provider.ensureNode(cluster, plan, call);
    expect((await node.inspect()).State.StartedAt).toBe(before.State.StartedAt);

    const [sandbox, container] = await runPod(plan, plan.podCidr.replace('.0/24', '.2'));
    if (!sandbox || !container) throw new Error('no pod');
    await provider.stopNode(cluster, 'n1', call);
    expect(await stateOf(container)).toMatchObject({ Running: false, ExitCode: 7 });
    expect(await stateOf(sandbox)).toMatchObject({ Running: false, ExitCode: 0 });
    // SIGKILL: an agent that is asked is thawed first, and would start its pods again.
    expect(await stateOf(node)).toMatchObject({ Running: false, ExitCode: 137 });
    await provider.stopNode(cluster, 'n1', call);

    await provider.ensureNode(cluster, plan, call);
    const after = await node.inspect();
    expect(after.Id).toBe(before.Id);
    expect(after.NetworkSettings.Networks[network.networkName]?.IPAddress).toBe(plan.ip);
  });

  test('is made anew when its plan changed, and its pods stay', async () => {
    await provider.ensureNetwork(cluster, network, call);
    const plan = await nodePlan('n1', 0);
    await provider.ensureNode(cluster, plan, call);
    const [sandbox] = await runPod(plan, plan.podCidr.replace('.0/24', '.2'));
    const before = await docker.getContainer(`minato-${cluster}-n1`).inspect();
    await provider.ensureNode(cluster, { ...plan, agent: { ...plan.agent, dnsDomain: 'other.local' } }, call);
    const after = await docker.getContainer(`minato-${cluster}-n1`).inspect();
    expect(after.Id).not.toBe(before.Id);
    expect(sandbox && (await stateOf(sandbox)).Running).toBe(true);
  });

  test('that was left frozen by an interrupted stop goes on', async () => {
    const plan = await nodePlan('n1', 0);
    await provider.ensureNode(cluster, plan, call);
    const node = docker.getContainer(`minato-${cluster}-n1`);
    await node.pause();
    await provider.ensureNode(cluster, plan, call);
    expect(await stateOf(node)).toMatchObject({ Running: true, Paused: false });
  });

  test.each([
    ['crash', 'node-start-failed', 'cannot go on'],
    ['kernel', 'kernel-unsupported', 'nft: not supported'],
  ])('whose agent ends (%s) fails with what it said', async (label, code, text) => {
    const plan = await nodePlan('n1', 0, { labels: { [label]: '' } });
    await expect(provider.ensureNode(cluster, plan, call)).rejects.toMatchObject({ code, message: expect.stringContaining(text) });
  });

  test('whose port is taken says which', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await once(blocker, 'listening');
    const { port } = blocker.address() as { readonly port: number };
    const plan = { ...(await nodePlan('n1', 0)), kubeletPort: port };
    await expect(provider.ensureNode(cluster, plan, call)).rejects.toMatchObject({ code: 'port-taken', params: { port } });
    blocker.close();
    await provider.ensureNode(cluster, plan, call);
  });
});

describe('the network', () => {
  test('is found again, and taken ranges are told', async () => {
    await provider.ensureNetwork(cluster, network, call);
    await provider.ensureNetwork(cluster, network, call);
    expect(await provider.isSubnetFree(network.clusterCidr)).toBe(false);
    const overlapping = { ...network, networkName: `minato-${cluster}-other` };
    await expect(provider.ensureNetwork(cluster, overlapping, call)).rejects.toMatchObject({ code: 'subnet-taken' });
  });
  test('of our name that somebody else made is not touched', async () => {
    const foreign = await docker.createNetwork({ Name: network.networkName, Labels: { 'io.minato.test': 'nodes' } });
    await expect(provider.ensureNetwork(cluster, network, call)).rejects.toMatchObject({ code: 'subnet-taken' });
    await foreign.remove();
  });
  // The engine's miscount cannot be provoked: here a container is in the network, and the list of what is in it is stood in for.
  test('that the engine does not let go of is named, with the way out', async () => {
    class Miscounting extends Docker {
      override getNetwork(id: string): Docker.Network {
        const real = super.getNetwork(id);
        return Object.assign(real, { inspect: async () => ({ Name: network.networkName, Containers: {} }) });
      }
    }
    const { networkName } = network;
    await provider.ensureNode(cluster, await nodePlan('n1', 0), call);
    const failure = { code: 'network-held', params: { network: networkName } };
    await expect(removeNetwork(new Miscounting(), networkName)).rejects.toMatchObject(failure);
    await removeNetwork(docker, networkName);
    await removeNetwork(docker, networkName);
  });
  test('left of an earlier cluster with another range is replaced', async () => {
    await docker.createNetwork({ Name: network.networkName, Labels: { [labels.cluster]: cluster } });
    await provider.ensureNetwork(cluster, network, call);
    expect(await provider.isSubnetFree(network.clusterCidr)).toBe(false);
  });
});

test('a cluster that is deleted twice, or never was, leaves nothing and complains of nothing', async () => {
  const plans = [await nodePlan('n1', 0), await nodePlan('n2', 1)];
  for (const plan of plans) await provider.ensureNode(cluster, plan, call);
  for (const plan of plans) await runPod(plan, plan.podCidr.replace('.0/24', '.2'));
  expect(await provider.leftovers(cluster)).toHaveLength(4 + 2 + 1 + 3);
  await Promise.all([provider.deleteCluster(cluster, call), provider.deleteCluster(cluster, call)]);
  await provider.deleteCluster(cluster, call);
  expect(await provider.leftovers(cluster)).toEqual([]);
});

test('an engine that goes and comes back is noticed', async () => {
  const socket = join(directory, 'engine.sock');
  const first = await relay(socket);
  const system = { environment: { DOCKER_HOST: `unix://${socket}` }, home: homedir(), platform: process.platform };
  const watching = dockerProvider({ assets: checkoutAssets(root, directory), system, home });
  await watching.preflight(call);
  const abort = new AbortController();
  const states: boolean[] = [];
  let notify: () => void = () => undefined;
  watching.watchEngine(abort.signal, (reachable) => {
    states.push(reachable);
    notify();
  });
  const next = () => new Promise<void>((resolve) => (notify = resolve));
  await first.eventsAsked;
  const gone = next();
  await first.close();
  await gone;
  const back = next();
  const second = await relay(socket);
  await back;
  expect(states).toEqual([false, true]);
  abort.abort();
  await second.close();
});

/** Another door to the engine, which can be shut. */
async function relay(socket: string): Promise<{ readonly eventsAsked: Promise<void>; readonly close: () => Promise<void> }> {
  const sockets = new Set<Socket>();
  let asked: () => void = () => undefined;
  const eventsAsked = new Promise<void>((resolve) => (asked = resolve));
  const server: Server = createServer((client) => {
    const engine = connect('/var/run/docker.sock');
    for (const end of [client, engine]) {
      sockets.add(end);
      end.on('error', () => undefined).on('close', () => sockets.delete(end));
    }
    // The watch is on as soon as the engine has answered the question for events.
    client.on('data', (bytes) => {
      if (bytes.includes('/events')) engine.once('data', () => asked());
    });
    client.pipe(engine).pipe(client);
  });
  server.listen(socket);
  await once(server, 'listening');
  const close = async () => {
    for (const open of sockets) open.destroy();
    server.close();
    await once(server, 'close');
  };
  return { eventsAsked, close };
}

async function exec(container: Docker.Container, script: string): Promise<string> {
  const run = await container.exec({ Cmd: ['sh', '-c', script], AttachStdout: true, Tty: true });
  const stream = await run.start({ Tty: true });
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return text.replaceAll('\r', '').trim();
}
