/** The ports that a pod wants of its node. Pure. */
import type { Container, PodSpec } from './types.gen.ts';

export interface PodHostPort {
  /** `''`: every address of the node. */
  readonly hostIp: string;
  readonly hostPort: number;
  readonly containerPort: number;
  readonly protocol: string;
  readonly name: string | undefined;
}

/** Of containers and sidecars; other init containers are gone before the pod serves. */
export function hostPortsOf({ containers, initContainers = [] }: PodSpec): readonly PodHostPort[] {
  return [...containers, ...initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always')].flatMap(portsOf);
}
function portsOf({ ports = [] }: Container): readonly PodHostPort[] {
  return ports.flatMap(({ name, hostPort = 0, hostIP = '', containerPort, protocol = 'TCP' }) =>
    hostPort > 0 ? [{ hostIp: hostIP, hostPort, containerPort, protocol, name }] : [],
  );
}
