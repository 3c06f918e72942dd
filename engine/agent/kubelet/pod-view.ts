/** What the kubelet knows about one pod: what the runtime shows, and what only the kubelet remembers. Input of the pure decisions. */
import type { Container, Pod } from '../../api/types.gen.ts';
import type { RuntimeContainer } from '../runtime/runtime.ts';
import type { BackOff } from './back-off.ts';

/** Both newest first. */
export interface PodView {
  readonly sandboxes: readonly RuntimeContainer[];
  readonly containers: readonly RuntimeContainer[];
}
export const emptyView: PodView = { sandboxes: [], containers: [] };

export interface Waiting {
  readonly reason: string;
  readonly message: string;
  /** Not tried again before this time. */
  readonly retryAt: number;
}

/** Last results of a container's probes; absent means no result yet. */
export interface ProbeResults {
  readonly startup?: boolean;
  readonly liveness?: boolean;
  readonly readiness?: boolean;
}

export interface PodMemory {
  /** Why a container could not be started, by its name. Upstream: the reason cache. */
  readonly waiting: ReadonlyMap<string, Waiting>;
  /** Restart delays, by container name. */
  readonly restarts: ReadonlyMap<string, BackOff>;
  /** By container id. */
  readonly probes: ReadonlyMap<string, ProbeResults>;
  /** The pod is over for a reason of the kubelet's own (deadline). */
  readonly failed?: { readonly reason: string; readonly message: string };
}
export const emptyMemory: PodMemory = { waiting: new Map(), restarts: new Map(), probes: new Map() };

export function latest(view: PodView, name: string): RuntimeContainer | undefined {
  return view.containers.find((container) => container.name === name);
}
export function isSidecar(container: Container): boolean {
  return container.restartPolicy === 'Always';
}
export function initContainers(pod: Pod): readonly Container[] {
  return pod.spec.initContainers ?? [];
}
/** `uid` of a pod that the API server has stored. */
export function uidOf(pod: Pod): string {
  return pod.metadata.uid ?? '';
}
/** As Kubernetes' messages name a pod: `web_default(b5f2…)`. Upstream: format.Pod. */
export function podTitle(pod: Pod): string {
  return `${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})`;
}

/** Running, and past its startup probe. */
export function isStarted(spec: Container, container: RuntimeContainer | undefined, memory: PodMemory): boolean {
  if (container?.phase !== 'running') return false;
  return spec.startupProbe === undefined || memory.probes.get(container.id)?.startup === true;
}
export function isReady(spec: Container, container: RuntimeContainer | undefined, memory: PodMemory): boolean {
  if (!container || !isStarted(spec, container, memory)) return false;
  return spec.readinessProbe === undefined || memory.probes.get(container.id)?.readiness === true;
}
