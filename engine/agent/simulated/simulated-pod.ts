/** The status of a pod that is only played: all its containers run, and are ready, from now on. Pure. */
import { rfc3339 } from '../../api/clock.ts';
import type { Container, ContainerStatus, Pod, PodStatus } from '../../api/types.gen.ts';
import { podConditions } from '../kubelet/conditions.ts';

export interface Play {
  readonly pod: Pod;
  readonly hostIp: string;
  readonly podIp: string;
  readonly now: number;
}

export function playedStatus({ pod, hostIp, podIp, now }: Play): PodStatus {
  const time = rfc3339(now);
  const ended = { terminated: { exitCode: 0, reason: 'Completed', startedAt: time, finishedAt: time } };
  const running = { running: { startedAt: time } };
  const inits = (pod.spec.initContainers ?? []).map((container) =>
    container.restartPolicy === 'Always' ? statusOf(pod, container, running) : { ...statusOf(pod, container, ended), started: false },
  );
  const statuses = pod.spec.containers.map((container) => statusOf(pod, container, running));
  const ip = pod.spec.hostNetwork ? hostIp : podIp;
  return {
    phase: 'Running',
    conditions: podConditions({ pod, phase: 'Running', hasSandbox: true, initStatuses: inits, statuses, now }),
    hostIP: hostIp,
    hostIPs: [{ ip: hostIp }],
    podIP: ip,
    podIPs: [{ ip }],
    startTime: time,
    ...(inits.length > 0 ? { initContainerStatuses: inits } : {}),
    containerStatuses: statuses,
    ...(pod.status?.qosClass ? { qosClass: pod.status.qosClass } : {}),
  };
}

/** How it is when its programs have ended: by themselves, with 0, or killed. */
export function endedStatus(pod: Pod, exitCode: number, now: number): PodStatus {
  const phase = exitCode === 0 ? 'Succeeded' : 'Failed';
  const { containerStatuses = [], initContainerStatuses = [] } = pod.status ?? {};
  const finishedAt = rfc3339(now);
  const statuses = containerStatuses.map((status): ContainerStatus => {
    const { startedAt = finishedAt } = status.state?.running ?? {};
    const terminated = { exitCode, reason: exitCode === 0 ? 'Completed' : 'Error', startedAt, finishedAt };
    return { ...status, ready: false, started: false, state: { terminated } };
  });
  return {
    phase,
    conditions: podConditions({ pod, phase, hasSandbox: false, initStatuses: initContainerStatuses, statuses, now }),
    containerStatuses: statuses,
  };
}

function statusOf({ metadata }: Pod, { name, image = '' }: Container, state: NonNullable<ContainerStatus['state']>): ContainerStatus {
  return {
    name,
    image,
    imageID: '',
    containerID: `simulated://${metadata.uid}/${name}`,
    ready: true,
    started: true,
    restartCount: 0,
    state,
    lastState: {},
  };
}
