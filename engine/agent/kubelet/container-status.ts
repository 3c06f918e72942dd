/** The status of each container, as the API shows it. Upstream: convertToAPIContainerStatuses in pkg/kubelet/kubelet_pods.go. */
import { rfc3339 } from '../../api/clock.ts';
import type { Container, ContainerState, ContainerStateTerminated, ContainerStatus, Pod, VolumeMountStatus } from '../../api/types.gen.ts';
import type { RuntimeContainer } from '../runtime/runtime.ts';
import { endOf, type HeldBack } from './plan.ts';
import { isReady, isSidecar, isStarted, latest, type PodMemory, type PodView } from './pod-view.ts';

export interface StatusInput {
  readonly pod: Pod;
  readonly view: PodView;
  readonly memory: PodMemory;
  readonly heldBack: readonly HeldBack[];
  /** What a container left at its terminationMessagePath, by container id. */
  readonly terminationMessages: ReadonlyMap<string, string>;
  /** `docker-pullable://…` or `docker://sha256:…`, by image id. */
  readonly imageIds: ReadonlyMap<string, string>;
  readonly now: number;
}

export function containerStatus(container: Container, input: StatusInput, isInit: boolean): ContainerStatus {
  const last = latest(input.view, container.name);
  if (!last || last.phase === 'created') return notYetCreated(container, input, last);
  const previous = input.view.containers.find(({ name, attempt }) => name === container.name && attempt < last.attempt);
  const current = stateOf(last, input);
  const waiting = last.phase === 'exited' ? waitingFor(container, input) : undefined;
  const recorded = recordedStatus(input.pod, container.name);
  const lastState = waiting ? current : previous ? stateOf(previous, input) : lastStateOf(recorded, last);
  return {
    name: container.name,
    state: waiting ? { waiting } : current,
    lastState,
    ready: isInit && !isSidecar(container) ? isSuccess(last) : isReady(container, last, input.memory),
    restartCount: last.attempt,
    image: taggedImage(last.image),
    imageID: input.imageIds.get(last.imageId) ?? (last.imageId ? `docker://${last.imageId}` : ''),
    containerID: `docker://${last.id}`,
    started: isStarted(container, last, input.memory),
    ...resourcesOf(container),
    ...volumeMounts(container),
  };
}

const isSuccess = ({ phase, exitCode }: RuntimeContainer): boolean => phase === 'exited' && exitCode === 0;

/** The last end is kept in the status when the dead container itself has been removed. */
function lastStateOf(recorded: ContainerStatus | undefined, last: RuntimeContainer): ContainerState {
  if (!recorded || recorded.restartCount > last.attempt) return {};
  if (recorded.restartCount === last.attempt) return recorded.lastState ?? {};
  return recorded.state?.terminated ? { terminated: recorded.state.terminated } : (recorded.lastState ?? {});
}

function notYetCreated(container: Container, input: StatusInput, made: RuntimeContainer | undefined): ContainerStatus {
  const recorded = recordedStatus(input.pod, container.name);
  // The pod is over and its dead containers have been removed: what was known of them stands.
  const isOver = input.pod.status?.phase === 'Succeeded' || input.pod.status?.phase === 'Failed';
  if (recorded && !made && isOver) return recorded;
  const isInit = (input.pod.spec.initContainers ?? []).includes(container);
  const initial = (input.pod.spec.initContainers ?? []).length > 0 && !isInit ? 'PodInitializing' : firstInit(input.pod, container);
  const ended = recorded?.state?.terminated ?? recorded?.lastState?.terminated;
  return {
    name: container.name,
    state: { waiting: waitingFor(container, input) ?? { reason: initial } },
    lastState: ended ? { terminated: ended } : {},
    ready: false,
    restartCount: made?.attempt ?? recorded?.restartCount ?? 0,
    image: container.image ?? '',
    imageID: '',
    started: false,
    ...resourcesOf(container),
    ...volumeMounts(container),
  };
}
/** Init containers wait their turn as `PodInitializing`; the first of them has nothing to wait for but its own creation. */
function firstInit(pod: Pod, container: Container): string {
  const index = (pod.spec.initContainers ?? []).indexOf(container);
  return index > 0 ? 'PodInitializing' : 'ContainerCreating';
}

function waitingFor(container: Container, { memory, heldBack }: StatusInput): { reason: string; message?: string } | undefined {
  const held = heldBack.find((each) => each.container.name === container.name);
  if (held) return { reason: 'CrashLoopBackOff', message: held.message };
  const waiting = memory.waiting.get(container.name);
  return waiting && { reason: waiting.reason, ...(waiting.message ? { message: waiting.message } : {}) };
}

function recordedStatus(pod: Pod, name: string): ContainerStatus | undefined {
  return [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])].find((status) => status.name === name);
}

function stateOf(container: RuntimeContainer, input: StatusInput): ContainerState {
  if (container.phase === 'running') return { running: { startedAt: rfc3339(container.startedAt ?? container.createdAt) } };
  return { terminated: terminatedState(container, input.terminationMessages.get(container.id)) };
}

export function terminatedState(container: RuntimeContainer, left: string | undefined): ContainerStateTerminated {
  const neverRan = container.error !== '' && container.finishedAt === undefined;
  const reason = neverRan ? 'ContainerCannotRun' : container.oomKilled ? 'OOMKilled' : container.exitCode === 0 ? 'Completed' : 'Error';
  const message = left || container.error;
  return {
    exitCode: container.exitCode,
    reason,
    ...(message ? { message } : {}),
    startedAt: rfc3339(container.startedAt ?? container.createdAt),
    finishedAt: rfc3339(endOf(container)),
    containerID: `docker://${container.id}`,
  };
}

/** `nginx` as `nginx:latest`: what the engine calls it. */
export function taggedImage(image: string): string {
  const name = image.slice(image.lastIndexOf('/') + 1);
  return name.includes(':') || name.includes('@') ? image : `${image}:latest`;
}

function resourcesOf(container: Container): Pick<ContainerStatus, 'resources'> {
  const { limits, requests } = container.resources ?? {};
  if (!limits && !requests) return {};
  return { resources: { ...(limits ? { limits } : {}), ...(requests ? { requests } : {}) } };
}

function volumeMounts(container: Container): Pick<ContainerStatus, 'volumeMounts'> {
  const mounts = container.volumeMounts ?? [];
  if (mounts.length === 0) return {};
  const status = mounts.map(
    ({ name, mountPath, readOnly }): VolumeMountStatus => ({
      name,
      mountPath,
      ...(readOnly ? { readOnly: true, recursiveReadOnly: 'Disabled' } : {}),
    }),
  );
  return { volumeMounts: status };
}
