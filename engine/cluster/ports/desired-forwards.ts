/** Which ports of this computer should lead into the cluster: pure, from the Services alone. */
import type { Service } from '../../api/types.gen.ts';

export interface DesiredForward {
  /** `default/vote/TCP/31000/31000`: stays the same while the Service keeps its port. */
  readonly id: string;
  readonly namespace: string;
  readonly service: string;
  readonly portName: string | undefined;
  readonly protocol: string;
  /** The Service's own port. */
  readonly port: number;
  /** The port a user expects on 127.0.0.1: the nodePort, for a LoadBalancer the Service's port. */
  readonly preferredHostPort: number;
  /** The port that answers on every node. */
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
