/** Which ports of this computer should lead into the cluster: pure, from the Services and the hostPorts of pods. */
import { hostPortsOf } from '../../api/host-ports.ts';
import type { Pod, Service } from '../../api/types.gen.ts';

export interface ForwardPod {
  readonly name: string;
  readonly node: string;
  /** `10.244.0.5:80`, as its node reaches it. */
  readonly address: string;
}

export interface DesiredForward {
  /** `default/vote/TCP/31000/31000`: stays the same while the Service keeps its port. */
  readonly id: string;
  readonly namespace: string;
  /** Empty where no Service is between: a hostPort leads straight to its pods. */
  readonly service: string;
  /** For a hostPort: where it leads. */
  readonly pods?: readonly ForwardPod[];
  readonly portName: string | undefined;
  readonly protocol: string;
  /** The Service's own port; for a hostPort the container's. */
  readonly port: number;
  /** The port a user expects on 127.0.0.1: the nodePort, for a LoadBalancer the Service's port; the hostPort. */
  readonly preferredHostPort: number;
  /** The port that answers on every node; a hostPort on the nodes of its pods. */
  readonly nodePort: number;
}

export function desiredForwards(services: readonly Service[]): readonly DesiredForward[] {
  return services.flatMap(forwardsOf);
}

function forwardsOf({ metadata, spec }: Service): readonly DesiredForward[] {
  if (spec.type !== 'NodePort' && spec.type !== 'LoadBalancer') return [];
  const namespace = metadata.namespace ?? 'default';
  const service = metadata.name ?? '';
  return (spec.ports ?? []).flatMap(({ name, port, nodePort, protocol = 'TCP' }) => {
    if (nodePort === undefined) return [];
    const preferred = spec.type === 'LoadBalancer' ? [nodePort, port] : [nodePort];
    return preferred.map((preferredHostPort) => ({
      id: `${namespace}/${service}/${protocol}/${nodePort}/${preferredHostPort}`,
      namespace,
      service,
      portName: name,
      protocol,
      port,
      preferredHostPort,
      nodePort,
    }));
  });
}

/** Whether a pod's hostPort is to be had on this computer, and for which of its ports: those of every address of the node, of its own and of its loopback. */
export function localHostPorts({ spec, status }: Pod): ReturnType<typeof hostPortsOf> {
  const own = new Set(['', '0.0.0.0', '::', '127.0.0.1', status?.hostIP]);
  return hostPortsOf(spec).filter(({ hostIp }) => own.has(hostIp));
}

/** One port of this computer for each hostPort. Pods of several nodes may have the same one (the scheduler sees to it that those of one node do not). */
export function hostPortForwards(pods: readonly Pod[]): readonly DesiredForward[] {
  const ports = pods.filter(isThere).flatMap((pod) => localHostPorts(pod).map((port) => ({ pod, port })));
  const grouped = Map.groupBy(ports, ({ pod, port }) => `${pod.metadata.namespace}/host/${port.protocol}/${port.hostPort}`);
  return [...grouped].flatMap(([id, all]) => {
    // Those that are Ready are tried first.
    const sorted = all.toSorted((one, other) => Number(isReady(other.pod)) - Number(isReady(one.pod)) || nameOrder(one.pod, other.pod));
    const [first] = sorted;
    if (!first) return [];
    const { port } = first;
    return {
      id,
      namespace: first.pod.metadata.namespace ?? 'default',
      service: '',
      pods: sorted.map(({ pod, port: { containerPort } }) => ({
        name: pod.metadata.name ?? '',
        node: pod.spec.nodeName ?? '',
        address: `${pod.status?.podIP}:${containerPort}`,
      })),
      portName: port.name,
      protocol: port.protocol,
      port: port.containerPort,
      preferredHostPort: port.hostPort,
      nodePort: port.hostPort,
    };
  });
}
const nameOrder = (one: Pod, other: Pod): number => ((one.metadata.name ?? '') < (other.metadata.name ?? '') ? -1 : 1);
const isReady = ({ status }: Pod): boolean =>
  status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false;
function isThere({ spec, status }: Pod): boolean {
  return spec.nodeName !== undefined && status?.podIP !== undefined && status.phase !== 'Succeeded' && status.phase !== 'Failed';
}
