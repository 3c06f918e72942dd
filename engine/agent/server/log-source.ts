/** Which container's output is meant, or why there is none yet. Pure. Upstream: validateContainerLogStatus in pkg/kubelet/kubelet_pods.go. */
import type { ContainerStatus, Pod } from '../../api/types.gen.ts';

export type LogSource =
  | { readonly ok: true; readonly id: string }
  | { readonly ok: false; readonly status: number; readonly message: string };

/** `pod` with its newest status; messages end as upstream's do: those of 404 with a line break. */
export function logSource(pod: Pod | undefined, podName: string, container: string, previous: boolean): LogSource {
  if (!pod) return refuse(`pod "${podName}" does not exist\n`, 404);
  const specs = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])];
  if (!specs.some(({ name }) => name === container)) return refuse(`container "${container}" not found in pod "${podName}"\n`, 404);
  const { containerStatuses = [], initContainerStatuses = [] } = pod.status ?? {};
  const status = [...containerStatuses, ...initContainerStatuses].find(({ name }) => name === container);
  const title = `container "${container}" in pod "${podName}"`;
  if (!status) return refuse(`${title} is not available`);
  const found = previous ? previousId(status) : currentId(status);
  if (found) return { ok: true, id: found.replace(/^.*:\/\//, '') };
  if (previous) return refuse(`previous terminated ${title} not found`);
  const { terminated, waiting } = status.state ?? {};
  if (terminated || status.lastState?.terminated) return refuse(`${title} is terminated`);
  return refuse(`${title} is waiting to start${waiting ? `: ${waitingReason(waiting.reason)}` : ' - no logs yet'}`);
}

function refuse(message: string, status = 400): LogSource {
  return { ok: false, status, message };
}
function previousId({ lastState }: ContainerStatus): string | undefined {
  return lastState?.terminated?.containerID;
}
/** The running one; else the one that ended last, which is in `lastState` while the next one waits. */
function currentId({ state, lastState, containerID }: ContainerStatus): string | undefined {
  if (state?.running) return containerID;
  return state?.terminated?.containerID || lastState?.terminated?.containerID;
}
function waitingReason(reason: string | undefined): string {
  if (reason === 'ErrImagePull') return "image can't be pulled";
  if (reason === 'ImagePullBackOff') return 'trying and failing to pull image';
  return reason ?? '';
}
