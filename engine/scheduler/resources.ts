/**
 * Amounts of resources as plain numbers, and what a pod asks for. Upstream: scheduler/framework Resource and PodRequests in
 * k8s.io/component-helpers/resource.
 */
import { byteCount, cpuMilli } from '../api/quantity.ts';
import type { Container, PodSpec } from '../api/types.gen.ts';

export interface Resources {
  readonly milliCpu: number;
  readonly memoryBytes: number;
  readonly storageBytes: number;
  readonly pods: number;
  /** Extended resources, huge pages and the like, by name. */
  readonly others: ReadonlyMap<string, number>;
}
type Amounts = Readonly<Record<string, string>> | undefined;

const noOthers: ReadonlyMap<string, number> = new Map();
const named = new Set(['cpu', 'memory', 'ephemeral-storage', 'pods']);
export const noResources: Resources = { milliCpu: 0, memoryBytes: 0, storageBytes: 0, pods: 0, others: noOthers };

/** What a container that asks for nothing is taken to use when nodes are compared (DefaultMilliCPURequest, DefaultMemoryRequest). */
export const assumedMilliCpu = 100;
export const assumedMemoryBytes = 200 * 1024 * 1024;

export function parseResources(amounts: Amounts): Resources {
  if (!amounts) return noResources;
  return {
    milliCpu: cpuMilli(amounts.cpu),
    memoryBytes: byteCount(amounts.memory),
    storageBytes: byteCount(amounts['ephemeral-storage']),
    pods: byteCount(amounts.pods),
    others: parseOthers(amounts),
  };
}

function parseOthers(amounts: Readonly<Record<string, string>>): ReadonlyMap<string, number> {
  const others = Object.entries(amounts).filter(([name]) => !named.has(name));
  return others.length === 0 ? noOthers : new Map(others.map(([name, amount]) => [name, byteCount(amount)]));
}

export function addResources(a: Resources, b: Resources): Resources {
  return combine(a, b, (x, y) => x + y);
}
export function subtractResources(a: Resources, b: Resources): Resources {
  return combine(a, b, (x, y) => x - y);
}
function largest(a: Resources, b: Resources): Resources {
  return combine(a, b, Math.max);
}

function combine(a: Resources, b: Resources, both: (x: number, y: number) => number): Resources {
  return {
    milliCpu: both(a.milliCpu, b.milliCpu),
    memoryBytes: both(a.memoryBytes, b.memoryBytes),
    storageBytes: both(a.storageBytes, b.storageBytes),
    pods: both(a.pods, b.pods),
    others: combineOthers(a.others, b.others, both),
  };
}

function combineOthers(a: Resources['others'], b: Resources['others'], both: (x: number, y: number) => number): Resources['others'] {
  if (b.size === 0) return a;
  const result = new Map(a);
  for (const [name, amount] of b) result.set(name, both(a.get(name) ?? 0, amount));
  return result;
}

/**
 * What the pod needs at its worst moment: init containers run one after the other before the rest, each beside the sidecars that
 * were started before it. `requests` reads one container. Example: init 2 CPU, sidecar 1, main 1 → max(2, 1 + 1) = 2.
 */
export function podRequests(spec: PodSpec, requests: (container: Container) => Resources): Resources {
  let running = noResources;
  for (const container of spec.containers) running = addResources(running, requests(container));
  let sidecars = noResources;
  let peak = noResources;
  for (const container of spec.initContainers ?? []) {
    const own = requests(container);
    if (container.restartPolicy === 'Always') sidecars = addResources(sidecars, own);
    peak = largest(peak, container.restartPolicy === 'Always' ? sidecars : addResources(sidecars, own));
  }
  return addResources(largest(addResources(running, sidecars), peak), parseResources(spec.overhead));
}

export function requested(container: Container): Resources {
  return parseResources(container.resources?.requests);
}
/** As `requested`, with an assumption where nothing is asked for. */
export function requestedOrAssumed(container: Container): Resources {
  const asked = container.resources?.requests;
  const given = parseResources(asked);
  return {
    ...given,
    milliCpu: asked?.cpu === undefined ? assumedMilliCpu : given.milliCpu,
    memoryBytes: asked?.memory === undefined ? assumedMemoryBytes : given.memoryBytes,
  };
}
