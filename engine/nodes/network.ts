/**
 * A cluster's network on the engine: one bridge with the /16. The engine hands out addresses of its own only in a corner of it (`--ip-range`), so that nodes
 * and pods get theirs from us and keep them.
 */
import type Docker from 'dockerode';
import { HostError } from '../api/host-error.ts';
import { messageOf } from '../api/message-of.ts';
import { reasonOf, statusOf } from './image/base-image.ts';
import { labels } from './labels.ts';
import type { NetworkPlan, NodeCall } from './node-provider.ts';
import { overlap, parseRange, routedRanges } from './subnets.ts';

export interface NetworkRequest {
  readonly cluster: string;
  /** Value of the label `io.minato.home`. */
  readonly home: string;
  readonly plan: NetworkPlan;
}

/** Resolves to the network's id, which changes when it is made anew. */
export async function ensureNetwork(docker: Docker, request: NetworkRequest, { signal }: NodeCall): Promise<string> {
  const { plan } = request;
  const existing = await findNetwork(docker, plan.networkName);
  if (existing && isAsPlanned(existing, plan)) return existing.Id;
  if (existing) await removeForeign(docker, existing, plan);
  signal.throwIfAborted();
  try {
    const network = await docker.createNetwork(networkRecipe(request));
    return network.id;
  } catch (cause) {
    const reason = messageOf(cause);
    // Another process was faster: its network is as good as ours.
    const other = statusOf(cause) === 409 ? await findNetwork(docker, plan.networkName) : undefined;
    if (other && isAsPlanned(other, plan)) return other.Id;
    if (!/overlap|address space/i.test(reason)) throw cause;
    throw new HostError('subnet-taken', `The range ${plan.clusterCidr} is in use: ${reason}.`, {
      params: { cidr: plan.clusterCidr, reason },
      cause,
    });
  }
}

export function networkRecipe({ cluster, home, plan }: NetworkRequest): Docker.NetworkCreateOptions {
  return {
    Name: plan.networkName,
    Driver: 'bridge',
    CheckDuplicate: true,
    Labels: { [labels.cluster]: cluster, [labels.home]: home },
    IPAM: { Driver: 'default', Config: [{ Subnet: plan.clusterCidr, Gateway: plan.gatewayIp, IPRange: engineRange(plan) }] },
    Options: {
      // Nodes and pods speak to each other directly; what leaves the network wears the computer's address.
      'com.docker.network.bridge.enable_icc': 'true',
      'com.docker.network.bridge.enable_ip_masquerade': 'true',
    },
  };
}

/** `10.244.254.0/24`: for containers that a user joins to the network by hand. */
function engineRange({ clusterCidr }: NetworkPlan): string {
  const [first, second] = clusterCidr.split('.');
  return `${first}.${second}.254.0/24`;
}

async function findNetwork(docker: Docker, name: string): Promise<Docker.NetworkInspectInfo | undefined> {
  // By list, not by name: a name may also be the beginning of another network's id.
  const networks = await docker.listNetworks({ filters: { name: [name] } });
  return networks.find((network) => network.Name === name);
}

function isAsPlanned(network: Docker.NetworkInspectInfo, plan: NetworkPlan): boolean {
  const [config] = network.IPAM?.Config ?? [];
  return (
    network.Labels?.[labels.cluster] !== undefined &&
    network.Driver === 'bridge' &&
    config?.Subnet === plan.clusterCidr &&
    config.Gateway === plan.gatewayIp
  );
}

/** A network of our name with another range is what is left of an earlier cluster; one without our label is somebody else's and stays. */
async function removeForeign(docker: Docker, network: Docker.NetworkInspectInfo, plan: NetworkPlan): Promise<void> {
  if (network.Labels?.[labels.cluster] === undefined) {
    const message = `A Docker network named "${plan.networkName}" exists that Minato did not make. Remove it (docker network rm ${plan.networkName}) or choose another cluster name.`;
    throw new HostError('subnet-taken', message, { params: { cidr: plan.clusterCidr, reason: plan.networkName } });
  }
  await removeNetwork(docker, network.Id);
}

/**
 * Disconnects what is still in it, then removes it; a network that is gone is fine. `network-held` if the engine keeps one in which nothing is: before
 * 28.2 it counts a network's endpoints apart from the endpoints themselves, now and then one too many, and corrects that only when it starts
 * (moby/moby#49736).
 */
export async function removeNetwork(docker: Docker, id: string): Promise<void> {
  const network = docker.getNetwork(id);
  try {
    const { Containers, Name } = (await network.inspect()) as Docker.NetworkInspectInfo;
    for (const [container, { Name: endpoint }] of Object.entries(Containers ?? {})) {
      // The engine lists an endpoint whose container is gone as `ep-ID`, and knows it by its name only.
      await network.disconnect({ Container: container.startsWith('ep-') ? endpoint : container, Force: true });
    }
    await network.remove().catch((cause: unknown) => {
      if (!/active endpoints/i.test(reasonOf(cause))) throw cause;
      throw new HostError('network-held', `Docker does not let go of network ${Name}, although nothing is in it.`, {
        params: { network: Name },
        cause,
      });
    });
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
  }
}

export async function isSubnetFree(docker: Docker, cidr: string): Promise<boolean> {
  const wanted = parseRange(cidr);
  if (!wanted) return false;
  const networks = await docker.listNetworks();
  const ranges = networks.flatMap(({ IPAM }) => IPAM?.Config ?? []).flatMap(({ Subnet }) => parseRange(Subnet ?? '') ?? []);
  return [...ranges, ...(await routedRanges())].every((range) => !overlap(range, wanted));
}
