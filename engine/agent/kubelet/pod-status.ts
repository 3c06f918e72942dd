/** A pod's whole status: phase, conditions, containers, addresses. Upstream: generateAPIPodStatus and getPhase in pkg/kubelet/kubelet_pods.go. */
import { rfc3339 } from '../../api/clock.ts';
import type { Container, ContainerStatus, Pod, PodStatus } from '../../api/types.gen.ts';
import { podConditions } from './conditions.ts';
import { containerStatus, type StatusInput } from './container-status.ts';
import { initContainers, isSidecar } from './pod-view.ts';

export interface PodStatusInput extends StatusInput {
  readonly hostIp: string;
  /** The pod is being deleted and all its containers have ended: nothing will be restarted, whatever the policy says. */
  readonly ended?: boolean;
}

export function podStatus(input: PodStatusInput): PodStatus {
  const { pod, view, memory } = input;
  const sidecarsAndInits = initContainers(pod).map((container) => containerStatus(container, input, true));
  const mains = pod.spec.containers.map((container) => containerStatus(container, input, false));
  const over = isTerminal(pod.status?.phase);
  const phase = over ? (pod.status?.phase ?? '') : memory.failed ? 'Failed' : phaseOf(pod, sidecarsAndInits, mains, input.ended);
  const settle = (status: ContainerStatus): ContainerStatus => (isTerminal(phase) ? { ...status, ready: false, started: false } : status);
  const initStatuses = isTerminal(phase) ? sidecarsAndInits.map((status) => ({ ...status, started: false })) : sidecarsAndInits;
  const statuses = mains.map(settle);
  const running = view.sandboxes.find((sandbox) => sandbox.phase === 'running');
  const conditions = podConditions({ pod, phase, hasSandbox: running !== undefined, initStatuses, statuses, now: input.now });
  const failure = memory.failed ?? (over ? pod.status : undefined);
  return {
    phase,
    conditions,
    ...(failure?.message ? { message: failure.message } : {}),
    ...(failure?.reason ? { reason: failure.reason } : {}),
    hostIP: input.hostIp,
    hostIPs: [{ ip: input.hostIp }],
    ...addresses(input, running !== undefined, running?.ip),
    startTime: pod.status?.startTime ?? rfc3339(input.now),
    ...(initStatuses.length > 0 ? { initContainerStatuses: initStatuses } : {}),
    containerStatuses: statuses,
    ...(pod.status?.qosClass ? { qosClass: pod.status.qosClass } : {}),
  };
}

/** A pod keeps the address it had while its sandbox is down: that is the address it comes back with. */
function addresses({ pod, hostIp }: PodStatusInput, isUp: boolean, sandboxIp: string | undefined): Pick<PodStatus, 'podIP' | 'podIPs'> {
  const ip = (isUp ? (pod.spec.hostNetwork ? hostIp : sandboxIp) : undefined) ?? pod.status?.podIP;
  return ip ? { podIP: ip, podIPs: [{ ip }] } : {};
}

export function isTerminal(phase: string | undefined): boolean {
  return phase === 'Succeeded' || phase === 'Failed';
}

interface Count {
  waiting: number;
  running: number;
  succeeded: number;
  failed: number;
  unknown: number;
}

export function phaseOf(pod: Pod, inits: readonly ContainerStatus[], mains: readonly ContainerStatus[], ended = false): string {
  const policy = pod.spec.restartPolicy ?? 'Always';
  const pending = initContainers(pod).filter((container) => initPending(container, statusOf(inits, container), policy));
  const failedInit = initContainers(pod).some((container) => {
    const ended = statusOf(inits, container)?.state?.terminated;
    return !isSidecar(container) && policy === 'Never' && ended !== undefined && ended.exitCode !== 0;
  });
  const count = countStates(mains);
  const begun = count.running + count.succeeded + count.failed > 0 || mains.some(({ lastState }) => lastState?.terminated);
  if (failedInit) return 'Failed';
  if (pending.length > 0 && !begun) return 'Pending';
  if (count.waiting > 0) return 'Pending';
  if (count.running > 0) return 'Running';
  if (count.unknown > 0) return 'Pending';
  if (ended) return count.failed === 0 ? 'Succeeded' : 'Failed';
  if (policy === 'Always') return 'Running';
  if (count.failed === 0) return 'Succeeded';
  return policy === 'Never' ? 'Failed' : 'Running';
}

function statusOf(statuses: readonly ContainerStatus[], { name }: Container): ContainerStatus | undefined {
  return statuses.find((status) => status.name === name);
}

function initPending(container: Container, status: ContainerStatus | undefined, policy: string): boolean {
  if (isSidecar(container)) return !status?.started;
  const ended = status?.state?.terminated;
  return ended === undefined || (ended.exitCode !== 0 && policy !== 'Never');
}

/** Waiting after an end counts as ended: a pod in a crash loop is Running. */
function countStates(statuses: readonly ContainerStatus[]): Count {
  const count: Count = { waiting: 0, running: 0, succeeded: 0, failed: 0, unknown: 0 };
  for (const { state, lastState } of statuses) {
    if (state?.running) count.running++;
    else if (state?.terminated) count[state.terminated.exitCode === 0 ? 'succeeded' : 'failed']++;
    else if (state?.waiting) {
      if (lastState?.terminated) count.failed++;
      else count.waiting++;
    } else count.unknown++;
  }
  return count;
}
