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
