/** The probers of one pod's running containers, and what they have found. */
import type { Pod } from '../../api/types.gen.ts';
import { type ProbeKind, Prober } from '../probes/prober.ts';
import type { RuntimeContainer } from '../runtime/runtime.ts';
import { emitter, type KubeletParts } from './kubelet-parts.ts';
import { initContainers, type ProbeResults } from './pod-view.ts';

const titles: Readonly<Record<ProbeKind, string>> = { startup: 'Startup', liveness: 'Liveness', readiness: 'Readiness' };

export class PodProbes {
  readonly #parts: KubeletParts;
  readonly #onChange: () => void;
  readonly #probers = new Map<string, Prober>();
  readonly #results = new Map<string, ProbeResults>();
  constructor(parts: KubeletParts, onChange: () => void) {
    this.#parts = parts;
    this.#onChange = onChange;
  }

  get results(): ReadonlyMap<string, ProbeResults> {
    return this.#results;
  }

  /** Probers for exactly the containers that run. */
  keep(pod: Pod, running: readonly RuntimeContainer[], address: string): void {
    const ids = new Set(running.map(({ id }) => id));
    for (const [id, prober] of this.#probers) {
      if (ids.has(id)) continue;
      prober[Symbol.dispose]();
      this.#probers.delete(id);
      this.#results.delete(id);
    }
    for (const container of running) if (!this.#probers.has(container.id)) this.#begin(pod, container, address);
  }
  [Symbol.dispose](): void {
    for (const prober of this.#probers.values()) prober[Symbol.dispose]();
    this.#probers.clear();
  }

  #begin(pod: Pod, { id, name, startedAt = 0 }: RuntimeContainer, address: string): void {
    const container = [...pod.spec.containers, ...initContainers(pod)].find((each) => each.name === name);
    if (!container || !(container.startupProbe || container.livenessProbe || container.readinessProbe)) return;
    const known = recordedResults(pod, id);
    this.#results.set(id, known);
    const { runtime, context } = this.#parts;
    const emit = emitter(this.#parts, pod, container);
    const prober = new Prober({
      runtime,
      clock: context.clock,
      container,
      id,
      address,
      startedAt,
      known,
      onResult: (kind, isOk) => {
        this.#results.set(id, { ...this.#results.get(id), [kind]: isOk });
        this.#onChange();
      },
      onFailure: (kind, message) => emit('Warning', 'Unhealthy', `${titles[kind]} probe failed: ${message}`),
    });
    this.#probers.set(id, prober);
  }
}

/** After a restart of the agent a container that was ready still is, until a probe says otherwise: nothing healthy flaps. */
function recordedResults(pod: Pod, id: string): ProbeResults {
  const all = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])];
  const status = all.find(({ containerID }) => containerID === `docker://${id}`);
  return { ...(status?.started ? { startup: true } : {}), ...(status?.ready ? { readiness: true } : {}) };
}
