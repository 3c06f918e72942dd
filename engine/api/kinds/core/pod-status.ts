/** A Pod in the words of `kubectl get pods`: READY, STATUS, RESTARTS. Upstream: printPod in pkg/printers/internalversion/printers.go. */
import { humanDuration } from '../../age.ts';
import type { ContainerStatus, Pod } from '../../types.gen.ts';

export interface PodSummary {
  readonly ready: number;
  readonly total: number;
  /** `Running`, `Init:0/1`, `CrashLoopBackOff`, `Terminating`, … */
  readonly status: string;
  readonly restarts: number;
  /** Milliseconds since the epoch. */
  readonly lastRestart: number | undefined;
}

interface Restarts {
  readonly count: number;
  readonly last: number | undefined;
}
const noRestarts: Restarts = { count: 0, last: undefined };

function addRestarts(before: Restarts, status: ContainerStatus): Restarts {
  const finished = Date.parse(status.lastState?.terminated?.finishedAt ?? '');
  const last = Number.isNaN(finished) ? before.last : Math.max(before.last ?? finished, finished);
  return { count: before.count + (status.restartCount ?? 0), last };
}

/** A container's own reason, with the exit code or signal where it gives none; undefined while it is well. */
function reasonOf({ state }: ContainerStatus): string | undefined {
  if (state?.waiting?.reason) return state.waiting.reason;
  const ended = state?.terminated;
  if (!ended) return undefined;
  return ended.reason || (ended.signal ? `Signal:${ended.signal}` : `ExitCode:${ended.exitCode}`);
}

interface InitSummary {
  /** Undefined once all init containers are through. */
  readonly reason: string | undefined;
  readonly ready: number;
  readonly all: Restarts;
  /** Of the init containers that keep running (sidecars). */
  readonly sidecars: Restarts;
}

function summarizeInit(pod: Pod): InitSummary {
  const specs = pod.spec.initContainers ?? [];
  const sidecarNames = new Set(specs.filter(({ restartPolicy }) => restartPolicy === 'Always').map(({ name }) => name));
  let all = noRestarts;
  let sidecars = noRestarts;
  let ready = 0;
  for (const [index, status] of (pod.status?.initContainerStatuses ?? []).entries()) {
    const isSidecar = sidecarNames.has(status.name);
    all = addRestarts(all, status);
    if (isSidecar) sidecars = addRestarts(sidecars, status);
    if (status.state?.terminated?.exitCode === 0) continue;
    if (isSidecar && status.started) {
      if (status.ready) ready += 1;
      continue;
    }
    const reason = reasonOf(status);
    const shown = reason === undefined || reason === 'PodInitializing' ? `${index}/${specs.length}` : reason;
    return { reason: `Init:${shown}`, ready, all, sidecars };
  }
  return { reason: undefined, ready, all, sidecars };
}

function isTrue(pod: Pod, type: string): boolean {
  return (pod.status?.conditions ?? []).some((condition) => condition.type === type && condition.status === 'True');
}

/** What the Pod as a whole says, before its containers are asked. */
function reasonOfPod({ status }: Pod): string {
  const isGated = (status?.conditions ?? []).some(({ type, reason }) => type === 'PodScheduled' && reason === 'SchedulingGated');
  return isGated ? 'SchedulingGated' : status?.reason || (status?.phase ?? '');
}

function reasonOfDeletion(pod: Pod): string | undefined {
  if (pod.metadata.deletionTimestamp === undefined) return undefined;
  if (pod.status?.reason === 'NodeLost') return 'Unknown';
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed' ? undefined : 'Terminating';
}

interface MainSummary {
  readonly reason: string;
  readonly ready: number;
  readonly restarts: Restarts;
}

/** The first container that is not well gives the reason; `before` stands while all are. */
function summarizeMain(pod: Pod, before: string, sidecars: Restarts): MainSummary {
  let reason = before;
  let restarts = sidecars;
  let ready = 0;
  for (const container of (pod.status?.containerStatuses ?? []).toReversed()) {
    restarts = addRestarts(restarts, container);
    const own = reasonOf(container);
    if (own !== undefined) reason = own;
    else if (container.ready && container.state?.running) ready += 1;
  }
  if (reason === 'Completed' && ready > 0) reason = isTrue(pod, 'Ready') ? 'Running' : 'NotReady';
  return { reason, ready, restarts };
}

export function summarizePod(pod: Pod): PodSummary {
  const init = summarizeInit(pod);
  const before = init.reason ?? reasonOfPod(pod);
  const isInitialized = init.reason === undefined || isTrue(pod, 'Initialized');
  const main = isInitialized ? summarizeMain(pod, before, init.sidecars) : { reason: before, ready: 0, restarts: init.all };
  const sidecarCount = (pod.spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always').length;
  return {
    ready: init.ready + main.ready,
    total: (pod.spec.containers ?? []).length + sidecarCount,
    status: reasonOfDeletion(pod) ?? main.reason,
    restarts: main.restarts.count,
    lastRestart: main.restarts.last,
  };
}

/** The STATUS column. */
export function podStatus(pod: Pod): string {
  return summarizePod(pod).status;
}
/** The READY column: `1/2`. */
export function podReady(pod: Pod): string {
  const { ready, total } = summarizePod(pod);
  return `${ready}/${total}`;
}
/** The RESTARTS column: `3 (2m ago)`. */
export function podRestarts(pod: Pod, nowMs: number): string {
  const { restarts, lastRestart } = summarizePod(pod);
  return restarts === 0 || lastRestart === undefined ? `${restarts}` : `${restarts} (${humanDuration(nowMs - lastRestart)} ago)`;
}
