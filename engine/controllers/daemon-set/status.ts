/** A DaemonSet's counts. Upstream: updateDaemonSetStatus in pkg/controller/daemon. */
import type { Live } from '../../api/object.ts';
import type { DaemonSetStatus, Pod } from '../../api/types.gen.ts';
import { availableAtMs, isReady } from '../pods.ts';
import { isUpdated } from './placement.ts';
import { isAvailable, type PlanInput } from './plan-input.ts';

/** `observed`: whether the present spec has been acted on. */
export function planStatus(input: PlanInput, observed: boolean): DaemonSetStatus {
  const { set, nodes, podsOn, placementOn, revision } = input;
  const first = (name: string): Live<Pod> | undefined => podsOn.get(name)?.[0];
  const [placed, others] = [nodes.filter((node) => placementOn(node).start), nodes.filter((node) => !placementOn(node).start)];
  const pods = placed.flatMap(({ metadata }) => first(metadata.name) ?? []);
  const available = pods.filter((pod) => isAvailable(pod, input)).length;
  const generation = observed ? set.metadata.generation : set.status?.observedGeneration;
  const counts = {
    updatedNumberScheduled: pods.filter((pod) => isUpdated(pod, revision)).length,
    numberAvailable: available,
    numberUnavailable: placed.length - available,
    observedGeneration: generation ?? 0,
  };
  const { collisionCount, conditions } = set.status ?? {};
  return {
    currentNumberScheduled: pods.length,
    numberMisscheduled: others.filter(({ metadata }) => first(metadata.name)).length,
    desiredNumberScheduled: placed.length,
    numberReady: pods.filter(isReady).length,
    // Upstream leaves these out where they are zero.
    ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)),
    ...(collisionCount === undefined ? {} : { collisionCount }),
    ...(conditions === undefined ? {} : { conditions }),
  };
}

/** When the next ready pod will have been ready for long enough, in milliseconds from now. */
export function nextAvailableMs({ set, podsOn, nowMs }: PlanInput): number | undefined {
  const { minReadySeconds = 0 } = set.spec;
  if (minReadySeconds === 0) return undefined;
  const times = [...podsOn.values()].flat().flatMap((pod) => availableAtMs(pod, minReadySeconds) ?? []);
  const next = Math.min(...times.filter((time) => time > nowMs));
  return Number.isFinite(next) ? next - nowMs : undefined;
}
