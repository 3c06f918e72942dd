/** The word kubectl prints under STATUS, and its READY and RESTARTS. Upstream: printPod in pkg/printers/internalversion/printers.go. */
import type { ContainerStatus, Pod } from './types.gen.ts';

export interface PodSummary {
  readonly status: string;
  readonly ready: number;
  readonly containers: number;
  readonly restarts: number;
}

export function summarisePod(pod: Pod): PodSummary {
  const statuses = pod.status?.containerStatuses ?? [];
  return {
    status: statusWord(pod),
    ready: statuses.filter(({ ready, state }) => ready && state?.running !== undefined).length,
    containers: pod.spec.containers.length,
    restarts: statuses.reduce((sum, { restartCount }) => sum + restartCount, 0),
  };
}

function statusWord(pod: Pod): string {
  if (pod.metadata.deletionTimestamp !== undefined) return pod.status?.reason === 'NodeLost' ? 'Unknown' : 'Terminating';
  return initWord(pod) ?? containerWord(pod) ?? (pod.status?.reason || pod.status?.phase || 'Unknown');
}

function initWord(pod: Pod): string | undefined {
  const statuses = pod.status?.initContainerStatuses ?? [];
  const isSidecar = (name: string): boolean =>
    pod.spec.initContainers?.some((it) => it.name === name && it.restartPolicy === 'Always') ?? false;
  const at = statuses.findIndex(({ name, state, started }) => state?.terminated?.exitCode !== 0 && !(started && isSidecar(name)));
  const status = statuses[at];
  if (!status) return undefined;
  const { terminated, waiting } = status.state ?? {};
  if (terminated) return `Init:${endWord(terminated)}`;
  if (waiting?.reason && waiting.reason !== 'PodInitializing') return `Init:${waiting.reason}`;
  return `Init:${at}/${pod.spec.initContainers?.length ?? statuses.length}`;
}

/** The last container that has something to say wins, as in kubectl. */
function containerWord(pod: Pod): string | undefined {
  const statuses = pod.status?.containerStatuses ?? [];
  const words = statuses.map(wordOf).filter((word) => word !== undefined);
  const word = words[0];
  const running = statuses.some(({ ready, state }) => ready && state?.running !== undefined);
  if (word === 'Completed' && running) return isReadyPod(pod) ? 'Running' : 'NotReady';
  return word;
}
function wordOf({ state }: ContainerStatus): string | undefined {
  if (state?.waiting?.reason) return state.waiting.reason;
  return state?.terminated && endWord(state.terminated);
}
function endWord({
  reason,
  signal,
  exitCode,
}: {
  readonly reason?: string | undefined;
  readonly signal?: number | undefined;
  readonly exitCode: number;
}): string {
  if (reason) return reason;
  return signal ? `Signal:${signal}` : `ExitCode:${exitCode}`;
}
function isReadyPod(pod: Pod): boolean {
  return pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
}
