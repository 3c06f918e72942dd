/**
 * The ports that pods of this node have on the node's own address (hostPort), as the rules of a Service with one target. Pure. Upstream: the portmap plugin of CNI.
 * Pods with the node's network need none: they listen there themselves.
 */
import { isIPv4 } from 'node:net';
import { hostPortsOf } from '../../api/host-ports.ts';
import type { Pod } from '../../api/types.gen.ts';
import type { ServicePortRules } from './service-ports.ts';

export function hostPortRules(pods: readonly Pod[], nodeIp: string): readonly ServicePortRules[] {
  return pods.flatMap((pod) => rulesOf(pod, nodeIp)).sort((a, b) => (a.id < b.id ? -1 : 1));
}

function rulesOf(pod: Pod, nodeIp: string): readonly ServicePortRules[] {
  const { podIP = '', phase } = pod.status ?? {};
  if (pod.spec.hostNetwork || !isIPv4(podIP) || phase === 'Succeeded' || phase === 'Failed') return [];
  return hostPortsOf(pod.spec).flatMap(({ hostIp, hostPort, containerPort, protocol: upper }) => {
    const protocol = upper.toLowerCase();
    // Every address of the node, its loopback included: there programs of the node's own network look.
    const addresses =
      hostIp === '' || hostIp === '0.0.0.0' || hostIp === '::' ? [nodeIp, '127.0.0.1'] : [hostIp].filter((ip) => isIPv4(ip));
    if ((protocol !== 'tcp' && protocol !== 'udp' && protocol !== 'sctp') || addresses.length === 0) return [];
    const targets = [{ ip: podIP, port: containerPort, isLocal: true }];
    return [
      {
        id: `host-port/${pod.metadata.namespace}/${pod.metadata.name}/${protocol}/${hostPort}/${addresses[0]}`,
        protocol,
        port: hostPort,
        clusterIps: [],
        externalIps: addresses,
        nodePort: undefined,
        sticky: false,
        internal: targets,
        external: targets,
      },
    ];
  });
}
