/**
 * The end of a pod's containers: hooks, stop signal, grace period, SIGKILL; sidecars last, in reverse order. Upstream: killContainersWithSyncResult and
 * the termination ordering in pkg/kubelet/kuberuntime.
 */
import type { Pod } from '../../api/types.gen.ts';
import type { RuntimeContainer } from '../runtime/runtime.ts';
import { emitter, type KubeletParts } from './kubelet-parts.ts';
import { runHook } from './lifecycle.ts';
import { initContainers, isSidecar } from './pod-view.ts';

export interface StopInput {
  readonly pod: Pod;
  readonly container: RuntimeContainer;
  /** Until what time it may take, in milliseconds since the epoch. */
  readonly deadline: number;
  readonly message?: string;
}
/** After a preStop hook a container still gets this much. Upstream: minimumGracePeriodInSeconds. */
const minimumGraceMs = 2_000;

export async function stopContainer(parts: KubeletParts, { pod, container, deadline, message }: StopInput): Promise<void> {
  const { clock, config } = parts.context;
  const spec = [...pod.spec.containers, ...initContainers(pod)].find(({ name }) => name === container.name);
  emitter(parts, pod, spec)('Normal', 'Killing', message ?? `Stopping container ${container.name}`);
  const hook = spec?.lifecycle?.preStop;
  const leftMs = (): number => Math.max(0, deadline - clock.now());
  if (spec && hook && leftMs() > 0) {
    const address = parts.watch.view(container.pod.uid).sandboxes[0]?.ip ?? config.nodeIp;
    const failure = await runHook({ runtime: parts.runtime, clock, hook, container: spec, id: container.id, address, timeoutMs: leftMs() });
    if (failure !== undefined) emitter(parts, pod, spec)('Warning', 'FailedPreStopHook', 'PreStopHook failed');
  }
  await parts.runtime.stop(container.id, Math.max(leftMs(), hook ? minimumGraceMs : 0) / 1000);
  await parts.watch.look(container.id);
}

export async function stopAll(parts: KubeletParts, pod: Pod, deadline: number): Promise<void> {
  const running = parts.watch.view(pod.metadata.uid ?? '').containers.filter(({ phase }) => phase === 'running');
  const sidecars = initContainers(pod).filter(isSidecar);
  const isOfSidecar = ({ name }: RuntimeContainer): boolean => sidecars.some((sidecar) => sidecar.name === name);
  await Promise.all(running.filter((each) => !isOfSidecar(each)).map((container) => stopContainer(parts, { pod, container, deadline })));
  for (const sidecar of sidecars.toReversed()) {
    for (const container of running.filter(({ name }) => name === sidecar.name)) await stopContainer(parts, { pod, container, deadline });
  }
}
