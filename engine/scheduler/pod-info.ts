/** What the scheduler needs to know of a pod, worked out once per version of the pod. Upstream: framework.PodInfo. */
import { hostPortsOf } from '../api/host-ports.ts';
import { keyOf, type Live } from '../api/object.ts';
import type { Affinity, Pod, PodAffinityTerm, PodSpec, Toleration } from '../api/types.gen.ts';
import type { PodGroup } from './pod-groups.ts';
import { podRequests, type Resources, requested, requestedOrAssumed } from './resources.ts';

export interface HostPort {
  readonly ip: string;
  readonly protocol: string;
  readonly port: number;
}

export interface PodInfo {
  readonly pod: Live<Pod>;
  readonly spec: PodSpec;
  readonly key: string;
  readonly uid: string;
  readonly namespace: string;
  readonly priority: number;
  readonly group: PodGroup;
  readonly terminating: boolean;
  readonly requests: Resources;
  /** As `requests`, with assumptions where nothing is asked for: for comparing nodes, never for refusing them. */
  readonly weight: Resources;
  readonly hostPorts: readonly HostPort[];
  readonly tolerations: readonly Toleration[];
  readonly affinity: Affinity | undefined;
}

const nothing: readonly never[] = [];

export function podInfo(pod: Live<Pod>, group: PodGroup): PodInfo {
  const { spec, metadata } = pod;
  return {
    pod,
    spec,
    key: keyOf(pod),
    uid: metadata.uid,
    namespace: metadata.namespace ?? '',
    priority: spec.priority ?? 0,
    group,
    terminating: metadata.deletionTimestamp !== undefined,
    requests: podRequests(spec, requested),
    weight: podRequests(spec, requestedOrAssumed),
    hostPorts: hostPorts(spec),
    tolerations: spec.tolerations ?? nothing,
    affinity: spec.affinity,
  };
}

function hostPorts(spec: PodSpec): readonly HostPort[] {
  const found = hostPortsOf(spec).map(({ hostIp, hostPort, protocol }) => ({ ip: hostIp || '0.0.0.0', protocol, port: hostPort }));
  return found.length === 0 ? nothing : found;
}

export function requiredAffinity({ affinity }: PodInfo): readonly PodAffinityTerm[] {
  return affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? nothing;
}
export function requiredAntiAffinity({ affinity }: PodInfo): readonly PodAffinityTerm[] {
  return affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? nothing;
}
export function hasPodAffinity({ affinity }: PodInfo): boolean {
  return affinity?.podAffinity !== undefined || affinity?.podAntiAffinity !== undefined;
}
