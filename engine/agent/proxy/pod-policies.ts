/** What NetworkPolicies allow each pod of this node. Pure; `render-policies.ts` makes rules of it. */
import { isIPv4 } from 'node:net';
import type { NetworkRules, PodPort, TrafficRule } from '../../api/network-rules.ts';
import { matchesLabels, selectorOf } from '../../api/selector.ts';
import type { Container, IPBlock, Pod } from '../../api/types.gen.ts';

export interface PodPolicy {
  readonly ip: string;
  /** Absent: not isolated, everything may come in. */
  readonly ingress?: readonly AllowedTraffic[];
  readonly egress?: readonly AllowedTraffic[];
}
export interface AllowedTraffic {
  /** Absent: from or to everywhere. */
  readonly ends?: { readonly peers: number; readonly blocks: readonly IPBlock[] };
  /** Absent: every port. */
  readonly ports?: readonly NumberedPorts[];
  readonly targets: readonly PodPort[];
}
export interface NumberedPorts {
  readonly protocol: string;
  /** Absent: every port. */
  readonly range?: readonly [first: number, last: number];
}

export interface LocalPod {
  readonly pod: Pod;
  readonly ip: string;
}

export function podPolicies({ policies }: NetworkRules, pods: readonly LocalPod[]): readonly PodPolicy[] {
  return pods
    .filter(({ pod, ip }) => !pod.spec.hostNetwork && isIPv4(ip))
    .flatMap(({ pod, ip }) => {
      const { namespace, labels } = pod.metadata;
      const selecting = policies.filter(
        (policy) => policy.namespace === namespace && matchesLabels(selectorOf(policy.podSelector), labels),
      );
      const allowed = (rules: readonly (readonly TrafficRule[] | undefined)[]): readonly AllowedTraffic[] | undefined => {
        const isolating = rules.filter((list) => list !== undefined);
        return isolating.length === 0 ? undefined : isolating.flat().map((rule) => traffic(rule, pod));
      };
      const ingress = allowed(selecting.map((policy) => policy.ingress));
      const egress = allowed(selecting.map((policy) => policy.egress));
      if (!ingress && !egress) return [];
      return [{ ip, ...(ingress ? { ingress } : {}), ...(egress ? { egress } : {}) }];
    })
    .toSorted((a, b) => (a.ip < b.ip ? -1 : 1));
}

function traffic({ peers, blocks = [], ports, targets = [] }: TrafficRule, pod: Pod): AllowedTraffic {
  return {
    ...(peers === undefined ? {} : { ends: { peers, blocks } }),
    ...(ports === undefined ? {} : { ports: ports.flatMap((range) => numbered(range, pod)) }),
    targets,
  };
}

function numbered({ protocol, port, endPort }: NonNullable<TrafficRule['ports']>[number], pod: Pod): readonly NumberedPorts[] {
  if (port === undefined) return [{ protocol }];
  if (typeof port === 'number') return [{ protocol, range: [port, endPort ?? port] }];
  const containers: readonly Container[] = [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
  return containers
    .flatMap(({ ports = [] }) => ports)
    .filter((one) => one.name === port && (one.protocol ?? 'TCP') === protocol)
    .map(({ containerPort }) => ({ protocol, range: [containerPort, containerPort] }));
}
