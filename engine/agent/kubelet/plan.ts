/**
 * What to do next for a pod that shall run: pure, from the pod, what the runtime shows, and what the kubelet remembers.
 * Upstream counterpart: computePodActions in pkg/kubelet/kuberuntime/kuberuntime_manager.go.
 */
import type { Container, Pod } from '../../api/types.gen.ts';
import type { RuntimeContainer } from '../runtime/runtime.ts';
import { delayedUntil, goSeconds } from './back-off.ts';
import { initContainers, isSidecar, isStarted, latest, type PodMemory, type PodView, podTitle } from './pod-view.ts';

export interface PlanInput {
  readonly pod: Pod;
  readonly view: PodView;
  readonly memory: PodMemory;
  readonly now: number;
}
export interface Kill {
  readonly container: RuntimeContainer;
  /** Of the event; the default is `Stopping container x`. */
  readonly message?: string;
  readonly graceSeconds?: number;
}
export interface Start {
  readonly container: Container;
  readonly attempt: number;
}
export interface HeldBack {
  readonly container: Container;
  readonly message: string;
  readonly until: number;
}
/** Carried out in this order: kill, remove, sandbox, start. */
export interface Plan {
  readonly kill: readonly Kill[];
  /** Sandboxes that are of no use any more. */
  readonly remove: readonly string[];
  readonly sandbox?: { readonly attempt: number; readonly changed: boolean };
  readonly start: readonly Start[];
  /** Crash loops: would be started, but not yet. */
  readonly heldBack: readonly HeldBack[];
  /** When to plan again though nothing happens. */
  readonly wakeAt?: number;
}

export function planPod(input: PlanInput): Plan {
  const { pod, view } = input;
  const [sandbox, ...older] = view.sandboxes;
  if (sandbox?.phase !== 'running') return planNewSandbox(input);
  const stale = view.containers
    .filter((container) => container.phase === 'running' && container.sandboxId !== sandbox.id)
    .map((container) => ({ container }));
  const inits = planInits(input, sandbox);
  const mains = inits.complete ? pod.spec.containers.map((container) => planContainer(container, input)) : [];
  return combine([{ kill: stale, remove: older.map(({ id }) => id) }, ...inits.decisions, ...mains]);
}

/** What one container needs. */
interface Decision {
  readonly kill?: readonly Kill[];
  readonly remove?: readonly string[];
  readonly start?: Start;
  readonly heldBack?: HeldBack;
  readonly retryAt?: number;
}

function combine(decisions: readonly Decision[]): Plan {
  const heldBack = decisions.flatMap((decision) => decision.heldBack ?? []);
  const times = [...heldBack.map(({ until }) => until), ...decisions.flatMap(({ retryAt }) => retryAt ?? [])];
  return {
    kill: decisions.flatMap((decision) => decision.kill ?? []),
    remove: decisions.flatMap((decision) => decision.remove ?? []),
    start: decisions.flatMap((decision) => decision.start ?? []),
    heldBack,
    ...(times.length > 0 ? { wakeAt: Math.min(...times) } : {}),
  };
}

/** No usable sandbox: everything that still runs in the old one goes, then all begins anew, init containers included. */
function planNewSandbox({ pod, view }: PlanInput): Plan {
  const old = view.sandboxes[0];
  const kill = view.containers.filter(({ phase }) => phase === 'running').map((container) => ({ container }));
  const remove = view.sandboxes.map(({ id }) => id);
  const nothing: Plan = { kill, remove, start: [], heldBack: [] };
  const ranBefore = view.containers.length > 0;
  if (pod.spec.restartPolicy === 'Never' && ranBefore) return nothing;
  const left = pod.spec.containers.filter((container) => !isFinished(pod, latest(view, container.name)));
  if (left.length === 0) return nothing;
  return { ...nothing, sandbox: { attempt: old ? old.attempt + 1 : 0, changed: old !== undefined || ranBefore } };
}

/** With restartPolicy OnFailure a success stays a success, whatever becomes of the sandbox. */
function isFinished(pod: Pod, container: RuntimeContainer | undefined): boolean {
  return pod.spec.restartPolicy === 'OnFailure' && container?.phase === 'exited' && container.exitCode === 0;
}

/** Init containers run one after the other; those with restartPolicy Always (sidecars) only have to be started. */
function planInits(input: PlanInput, sandbox: RuntimeContainer): { readonly complete: boolean; readonly decisions: readonly Decision[] } {
  const { pod, view, memory } = input;
  const inits = initContainers(pod);
  const here = (container: RuntimeContainer | undefined): RuntimeContainer | undefined =>
    container?.sandboxId === sandbox.id ? container : undefined;
  const begun = pod.spec.containers.some(({ name }) => here(latest(view, name)) !== undefined);
  if (begun) return { complete: true, decisions: inits.filter(isSidecar).map((container) => planContainer(container, input)) };
  const decisions: Decision[] = [];
  for (const container of inits) {
    const last = here(latest(view, container.name));
    if (isSidecar(container)) {
      decisions.push(planContainer(container, input));
      if (!isStarted(container, last, memory)) return { complete: false, decisions };
    } else if (!(last?.phase === 'exited' && last.exitCode === 0)) {
      decisions.push(planInit(container, last, input));
      return { complete: false, decisions };
    }
  }
  return { complete: true, decisions };
}

function planInit(container: Container, last: RuntimeContainer | undefined, input: PlanInput): Decision {
  if (last?.phase === 'running') return {};
  if (last?.phase === 'exited' && input.pod.spec.restartPolicy === 'Never') return {};
  return startOrWait(container, last, input);
}

function planContainer(container: Container, input: PlanInput): Decision {
  const { pod, view } = input;
  const last = latest(view, container.name);
  const policy = isSidecar(container) ? 'Always' : (pod.spec.restartPolicy ?? 'Always');
  if (last?.phase === 'running') {
    const kill = reasonToKill(container, last, input);
    return kill ? { kill: [kill] } : {};
  }
  if (last?.phase === 'exited' && (policy === 'Never' || (policy === 'OnFailure' && last.exitCode === 0))) return {};
  return startOrWait(container, last, input);
}

function reasonToKill(container: Container, running: RuntimeContainer, { memory }: PlanInput): Kill | undefined {
  const { name } = container;
  if (running.image !== container.image) return { container: running, message: `Container ${name} definition changed, will be restarted` };
  const results = memory.probes.get(running.id);
  for (const [failed, probe, kind] of [
    [results?.liveness === false, container.livenessProbe, 'liveness'],
    [results?.startup === false, container.startupProbe, 'startup'],
  ] as const) {
    if (!failed) continue;
    const grace = probe?.terminationGracePeriodSeconds;
    return {
      container: running,
      message: `Container ${name} failed ${kind} probe, will be restarted`,
      ...(grace === undefined ? {} : { graceSeconds: grace }),
    };
  }
  return undefined;
}

function startOrWait(container: Container, last: RuntimeContainer | undefined, { pod, view, memory, now }: PlanInput): Decision {
  const { name } = container;
  const ended = last ?? latest(view, name);
  if (ended?.phase === 'exited') {
    const restart = memory.restarts.get(name);
    const until = delayedUntil(restart, endOf(ended), now);
    if (restart && until !== undefined) {
      const message = `back-off ${goSeconds(restart.delayMs)} restarting failed container=${name} pod=${podTitle(pod)}`;
      return { heldBack: { container, message, until } };
    }
  }
  const waiting = memory.waiting.get(name);
  if (waiting && now < waiting.retryAt) return { retryAt: waiting.retryAt };
  return { start: { container, attempt: nextAttempt(pod, view, name) } };
}

/** When a container ended; one that never ran ended when it was made. */
export function endOf(container: RuntimeContainer): number {
  return container.finishedAt ?? container.startedAt ?? container.createdAt;
}

/** Counts on from the last container, or from the status where the container itself was removed behind our back. */
function nextAttempt(pod: Pod, view: PodView, name: string): number {
  const last = latest(view, name);
  if (last) return last.phase === 'created' ? last.attempt : last.attempt + 1;
  const known = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])].find(
    (status) => status.name === name,
  );
  return known?.containerID ? known.restartCount + 1 : 0;
}
