/** The Node object as a kubelet describes itself. Pure. Upstream: pkg/kubelet/kubelet_node_status.go, pkg/kubelet/nodestatus/setters.go. */
import { rfc3339 } from '../../api/clock.ts';
import type { Node, NodeCondition, NodeStatus } from '../../api/types.gen.ts';
import type { AgentConfig } from '../config.ts';
import type { ImageInfo, RuntimeInfo } from '../runtime/runtime.ts';

export interface MachineFacts {
  readonly runtime: RuntimeInfo;
  readonly storageBytes: number;
  readonly machineId: string;
  readonly systemUuid: string;
  readonly bootId: string;
  /** The node image's own name of its system. */
  readonly osImage: string;
}
export const kubeletVersion = 'v1.33.0';
export const maxPods = 110;
const maxImages = 50;
const maxNamesPerImage = 5;
const kib = (bytes: number): string => `${Math.floor(bytes / 1024)}Ki`;

export function nodeLabels(config: Pick<AgentConfig, 'nodeName' | 'labels'>, architecture: string): Readonly<Record<string, string>> {
  return {
    'beta.kubernetes.io/arch': architecture,
    'beta.kubernetes.io/os': 'linux',
    'kubernetes.io/arch': architecture,
    'kubernetes.io/hostname': config.nodeName,
    'kubernetes.io/os': 'linux',
    ...config.labels,
  };
}

export function newNode(config: Pick<AgentConfig, 'nodeName' | 'labels' | 'podCidr'>, architecture: string): Node {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: config.nodeName,
      labels: nodeLabels(config, architecture),
      annotations: { 'volumes.kubernetes.io/controller-managed-attach-detach': 'true' },
    },
    spec: { podCIDR: config.podCidr, podCIDRs: [config.podCidr] },
  };
}

export interface NodeStatusInput {
  readonly config: Pick<AgentConfig, 'nodeName' | 'nodeIp'> & { readonly server: Pick<AgentConfig['server'], 'port'> };
  readonly facts: MachineFacts;
  readonly images: readonly ImageInfo[];
  /** Why the node is not ready; undefined when it is. */
  readonly problem: string | undefined;
  readonly previous: readonly NodeCondition[];
  readonly now: number;
}

export function nodeStatus({ config, facts, images, problem, previous, now }: NodeStatusInput): NodeStatus {
  const capacity = {
    cpu: String(facts.runtime.cpus),
    'ephemeral-storage': kib(facts.storageBytes),
    'hugepages-1Gi': '0',
    'hugepages-2Mi': '0',
    memory: kib(facts.runtime.memoryBytes),
    pods: String(maxPods),
  };
  return {
    addresses: [
      { type: 'InternalIP', address: config.nodeIp },
      { type: 'Hostname', address: config.nodeName },
    ],
    capacity,
    allocatable: capacity,
    conditions: nodeConditions(problem, previous, now),
    daemonEndpoints: { kubeletEndpoint: { Port: config.server.port } },
    images: largest(images),
    nodeInfo: {
      machineID: facts.machineId,
      systemUUID: facts.systemUuid,
      bootID: facts.bootId,
      kernelVersion: facts.runtime.kernelVersion,
      osImage: facts.osImage,
      containerRuntimeVersion: `${facts.runtime.name}://${facts.runtime.version}`,
      kubeletVersion,
      kubeProxyVersion: '',
      operatingSystem: 'linux',
      architecture: facts.runtime.architecture,
    },
  };
}

export function nodeConditions(problem: string | undefined, previous: readonly NodeCondition[], now: number): readonly NodeCondition[] {
  const conditions = [
    ['MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
    ['DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
    ['PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
    problem === undefined
      ? ['Ready', 'True', 'KubeletReady', 'kubelet is posting ready status']
      : ['Ready', 'False', 'KubeletNotReady', problem],
  ] as const;
  return conditions.map(([type, status, reason, message]) => {
    const old = previous.find((condition) => condition.type === type);
    const since = old?.status === status ? old.lastTransitionTime : undefined;
    return { type, status, reason, message, lastHeartbeatTime: rfc3339(now), lastTransitionTime: since ?? rfc3339(now) };
  });
}

function largest(images: readonly ImageInfo[]): NonNullable<NodeStatus['images']> {
  return images
    .filter(({ tags, digests }) => tags.length + digests.length > 0)
    .toSorted((a, b) => b.sizeBytes - a.sizeBytes)
    .slice(0, maxImages)
    .map(({ tags, digests, sizeBytes }) => ({ names: [...digests, ...tags].slice(0, maxNamesPerImage), sizeBytes }));
}
