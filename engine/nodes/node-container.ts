/**
 * A node's container: what the engine is asked for (pure), and bringing it up. Its agent is told who it is by one file, put into the container before the
 * first start.
 *
 * Restarts: an agent that crashes is started again by the engine (`on-failure`). It is not started at boot (`unless-stopped`): pods come back only
 * with a control plane, and that brings the nodes up itself when it starts or sees the engine return; a computer whose user has not opened Minato spends nothing.
 */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type Docker from 'dockerode';
import { pack } from 'tar-stream';
import { agentStartedLine, kernelUnsupportedExitCode } from '../agent/config.ts';
import { HostError } from '../api/host-error.ts';
import { messageOf } from '../api/message-of.ts';
import { storageRoot } from '../api/storage.ts';
import type { Engine } from './engine-connection.ts';
import { statusOf } from './image/base-image.ts';
import { labels, nodeContainerName } from './labels.ts';
import type { NodeCall, NodePlan } from './node-provider.ts';

export interface NodeRequest {
  readonly cluster: string;
  /** Value of the label `io.minato.home`. */
  readonly home: string;
  readonly plan: NodePlan;
  readonly networkId: string;
}

const agentRetries = 5;
/** An agent that runs for this long without having said so is let be: whether it becomes Ready is seen elsewhere. */
const startWithinMs = 10_000;

export function nodeRecipe(
  { cluster, home, plan, networkId }: NodeRequest,
  engine: Pick<Engine, 'isLocal' | 'socketPath'>,
): Docker.ContainerCreateOptions {
  const { agent } = plan;
  const kubelet = `${agent.server.port}/tcp`;
  const recipe: Docker.ContainerCreateOptions = {
    name: nodeContainerName(cluster, plan.name),
    Image: agent.sandboxImage,
    Hostname: plan.name,
    Labels: { [labels.cluster]: cluster, [labels.node]: plan.name, [labels.role]: 'node' },
    ExposedPorts: { [kubelet]: {} },
    HostConfig: {
      NetworkMode: agent.networkName,
      CapAdd: ['NET_ADMIN'],
      Sysctls: { 'net.ipv4.ip_forward': '1', 'net.ipv4.conf.all.send_redirects': '0', 'net.ipv4.conf.all.route_localnet': '1' },
      Binds: [
        `${engine.socketPath}:/var/run/docker.sock`,
        `${agent.stateVolume}:${agent.stateDir}`,
        `${agent.storageVolume}:${storageRoot}`,
      ],
      PortBindings: { [kubelet]: [{ HostIp: '127.0.0.1', HostPort: String(plan.kubeletPort) }] },
      // Where the engine is on this computer the API server listens on the bridge; else the virtual machine leads to this computer.
      ExtraHosts: [`host.docker.internal:${engine.isLocal ? agent.gatewayIp : 'host-gateway'}`],
      RestartPolicy: { Name: 'on-failure', MaximumRetryCount: agentRetries },
      LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '2' } },
    },
    NetworkingConfig: { EndpointsConfig: { [agent.networkName]: { IPAMConfig: { IPv4Address: plan.ip } } } },
  };
  const digest = createHash('sha256')
    .update(JSON.stringify([recipe, agent, networkId]))
    .digest('hex')
    .slice(0, 16);
  // Where the state lies does not change what a node is.
  return { ...recipe, Labels: { ...recipe.Labels, [labels.home]: home, [labels.plan]: digest } };
}

export async function ensureNodeContainer(engine: Engine, request: NodeRequest, call: NodeCall): Promise<void> {
  const { docker } = engine;
  const recipe = nodeRecipe(request, engine);
  const existing = await inspect(docker, recipe.name ?? '');
  if (existing && existing.Config.Labels[labels.plan] !== recipe.Labels?.[labels.plan]) {
    // Another image, address or certificate. Pods are containers of their own and stay.
    await docker.getContainer(existing.Id).remove({ force: true });
  } else if (existing?.State.Paused) {
    await docker.getContainer(existing.Id).unpause();
    return;
  } else if (existing?.State.Running && !existing.State.Restarting) {
    return;
  } else if (existing) {
    return start(docker, docker.getContainer(existing.Id), request, call);
  }
  call.signal.throwIfAborted();
  await ensureVolume(docker, request);
  const container = await create(docker, recipe, request);
  await container.putArchive(Readable.from(agentArchive(request)), { path: '/' });
  await start(docker, container, request, call);
}

async function inspect(docker: Docker, name: string): Promise<Docker.ContainerInspectInfo | undefined> {
  try {
    return await docker.getContainer(name).inspect();
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

async function ensureVolume(docker: Docker, { cluster, home, plan }: NodeRequest): Promise<void> {
  const own = { [labels.cluster]: cluster, [labels.home]: home, [labels.node]: plan.name };
  await docker.createVolume({ Name: plan.agent.storageVolume, Labels: { [labels.cluster]: cluster, [labels.home]: home } });
  await docker.createVolume({ Name: plan.agent.stateVolume, Labels: own });
}

async function create(docker: Docker, recipe: Docker.ContainerCreateOptions, request: NodeRequest): Promise<Docker.Container> {
  try {
    return await docker.createContainer(recipe);
  } catch (cause) {
    throw startFailure(cause, request);
  }
}

function agentArchive({ plan }: NodeRequest): Iterable<Buffer> & AsyncIterable<Buffer> {
  const archive = pack();
  archive.entry({ name: 'etc/minato/', type: 'directory', mode: 0o700 });
  archive.entry({ name: 'etc/minato/agent.json', mode: 0o600 }, JSON.stringify(plan.agent));
  archive.finalize();
  return archive as unknown as Iterable<Buffer> & AsyncIterable<Buffer>;
}

/** Resolves when the agent has said that it started, or has run for a while without; rejects when it ended instead. */
async function start(docker: Docker, container: Docker.Container, request: NodeRequest, call: NodeCall): Promise<void> {
  const since = Math.floor(Date.now() / 1000);
  const timeout = AbortSignal.timeout(startWithinMs);
  const over = new AbortController();
  const signal = AbortSignal.any([call.signal, timeout, over.signal]);
  try {
    // Listened for before the start: the engine starts an agent that has ended again, and its exit code is forgotten with that.
    const filters = { container: [container.id], event: ['die'] };
    const exit = exitCode(await docker.getEvents({ filters, abortSignal: signal }), signal);
    // Where the start itself fails, nobody waits for it.
    exit.catch(() => undefined);
    await container.start().catch((cause: unknown) => Promise.reject(startFailure(cause, request)));
    const code = await Promise.race([exit, saysStarted(container, since, signal).then((started) => (started ? undefined : exit))]);
    call.signal.throwIfAborted();
    if (code !== undefined) throw await agentEnded(container, code, { request, call });
  } finally {
    over.abort();
  }
}

/**
 * The exit code as the engine told it at the time: asked afterwards (`inspect`, `wait`), it may be that of the next run already. Undefined when the signal
 * came first.
 */
async function exitCode(events: NodeJS.ReadableStream, abortSignal: AbortSignal): Promise<number | undefined> {
  let text = '';
  try {
    for await (const chunk of events) {
      text += String(chunk);
      const [line = '', ...more] = text.split('\n');
      if (more.length === 0) continue;
      // The engine's documented shape of a container's `die`.
      const { Actor } = JSON.parse(line) as { readonly Actor: { readonly Attributes: { readonly exitCode: string } } };
      return Number(Actor.Attributes.exitCode);
    }
  } catch (error) {
    if (!abortSignal.aborted) throw error;
  }
  return undefined;
}

/** False when the output ends without it; true as well when the time is up: an agent that runs for so long is let be. */
async function saysStarted(container: Docker.Container, since: number, abortSignal: AbortSignal): Promise<boolean> {
  let text = '';
  try {
    const log = await container.logs({ follow: true, stdout: true, stderr: true, since, abortSignal });
    for await (const chunk of log) {
      text += String(chunk);
      if (text.includes(agentStartedLine)) return true;
    }
    return false;
  } catch (error) {
    if (abortSignal.aborted) return true;
    throw error;
  }
}

interface Start {
  readonly request: NodeRequest;
  readonly call: NodeCall;
}

async function agentEnded(container: Docker.Container, code: number, { request, call }: Start): Promise<HostError> {
  const output = await lastOutput(container);
  for (const line of output.split('\n')) call.progress.log(line);
  if (code === kernelUnsupportedExitCode) {
    await container.stop().catch(() => undefined);
    const message = `The engine's Linux kernel lacks what Services need: ${output.trim().split('\n').at(-1)}`;
    return new HostError('kernel-unsupported', message, { params: { node: request.plan.name, reason: output } });
  }
  return failed(request, `its agent ended with code ${code}: ${output}`, undefined);
}

/** The end of what the agent wrote; the engine frames the two streams with eight bytes each. */
async function lastOutput(container: Docker.Container): Promise<string> {
  let rest = await container.logs({ stdout: true, stderr: true, tail: 20 });
  const lines: string[] = [];
  while (rest.length >= 8) {
    const end = 8 + rest.readUInt32BE(4);
    lines.push(rest.subarray(8, end).toString());
    rest = rest.subarray(end);
  }
  return lines.join('').trim();
}

function startFailure(cause: unknown, request: NodeRequest): HostError {
  const reason = messageOf(cause);
  const { kubeletPort } = request.plan;
  if (/port is already allocated|address already in use.*:\d+|bind: address already in use|ports are not available/i.test(reason)) {
    return new HostError(
      'port-taken',
      `Port ${kubeletPort} of this computer, which node "${request.plan.name}" needs, is in use by another program.`,
      {
        params: { port: kubeletPort, node: request.plan.name },
        cause,
      },
    );
  }
  return failed(request, reason, cause);
}

function failed({ plan }: NodeRequest, reason: string, cause: unknown): HostError {
  return new HostError('node-start-failed', `Node "${plan.name}" could not be started: ${reason}`, {
    params: { node: plan.name, reason },
    ...(cause === undefined ? {} : { cause }),
  });
}
