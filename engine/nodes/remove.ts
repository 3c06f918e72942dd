/** Stopping a node's pods, and removing a whole cluster from the engine by its label. */
import type Docker from 'dockerode';
import { detail } from '../api/step-detail.ts';
import { statusOf } from './image/base-image.ts';
import { labelFilter, labels, nodeContainerName } from './labels.ts';
import { removeNetwork } from './network.ts';
import type { NodeCall } from './node-provider.ts';

/** What pods get to end in an orderly way when their node is stopped; the engine's own default. */
const graceSeconds = 10;
const stopping = { container: 'stopping-containers', sandbox: 'stopping-sandboxes' } as const;

/**
 * First the agent is held, so that it does not start again what is being stopped; while it is held its kernel still routes, so that pods
 * can say goodbye to each other. Then containers, sandboxes, and the node itself.
 */
export async function stopNode(docker: Docker, cluster: string, node: string, { progress, signal }: NodeCall): Promise<void> {
  const container = docker.getContainer(nodeContainerName(cluster, node));
  // Not running is fine, and an engine that cannot freeze (rootless on old systems) only stops less orderly.
  await container.pause().catch(() => undefined);
  for (const role of ['container', 'sandbox'] as const) {
    signal.throwIfAborted();
    const filters = labelFilter(cluster, { [labels.node]: node, [labels.role]: role });
    const running = await docker.listContainers({ filters });
    if (running.length > 0) progress.detail(detail(stopping[role], { count: running.length }));
    await Promise.all(running.map(({ Id }) => unlessGone(docker.getContainer(Id).stop({ t: graceSeconds }))));
  }
  progress.detail(detail('stopping-agent'));
  // Killed, not asked: asking would thaw it first, and it would start again what has just been stopped. What it knows is in labels and files.
  await unlessGone(container.kill());
}

/** Removes containers (nodes first: an agent would make new ones), volumes, and last the networks, which the engine may refuse. What vanishes meanwhile is fine. */
export async function deleteCluster(docker: Docker, cluster: string, { progress, signal }: NodeCall): Promise<void> {
  await removeContainers(docker, cluster, 'node');
  for (;;) {
    signal.throwIfAborted();
    const removed = await removeContainers(docker, cluster);
    if (removed === 0) break;
    progress.detail(detail('removed-containers', { count: removed }));
  }
  const { Volumes } = await docker.listVolumes({ filters: labelFilter(cluster) });
  await Promise.all((Volumes ?? []).map(({ Name }) => unlessGone(docker.getVolume(Name).remove({ force: true }))));
  for (const { Id } of await docker.listNetworks({ filters: labelFilter(cluster) })) await removeNetwork(docker, Id);
}

async function removeContainers(docker: Docker, cluster: string, role?: string): Promise<number> {
  const filters = labelFilter(cluster, role === undefined ? {} : { [labels.role]: role });
  const found = await docker.listContainers({ all: true, filters });
  await Promise.all(found.map(({ Id }) => removed(docker.getContainer(Id))));
  return found.length;
}

/** Somebody else may be removing it at this moment (409): then its end is awaited. */
async function removed(container: Docker.Container): Promise<void> {
  try {
    await container.remove({ force: true, v: true });
  } catch (error) {
    if (statusOf(error) === 409) await unlessGone(container.wait({ condition: 'removed' }));
    else if (statusOf(error) !== 404) throw error;
  }
}

async function unlessGone(action: Promise<unknown>): Promise<void> {
  try {
    await action;
  } catch (error) {
    // 304 and, where it was to be killed, 409: already stopped.
    if (![304, 404, 409].includes(statusOf(error) ?? 0)) throw error;
  }
}

/** `container minato-x-y`, `network …`, `volume …` */
export async function leftovers(docker: Docker, cluster: string): Promise<readonly string[]> {
  const filters = labelFilter(cluster);
  const [containers, networks, { Volumes }] = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.listNetworks({ filters }),
    docker.listVolumes({ filters }),
  ]);
  return [
    ...containers.map(({ Names, Id }) => `container ${(Names[0] ?? Id).replace(/^\//, '')}`),
    ...networks.map(({ Name }) => `network ${Name}`),
    ...(Volumes ?? []).map(({ Name }) => `volume ${Name}`),
  ];
}
