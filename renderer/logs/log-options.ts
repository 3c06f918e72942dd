/** What is shown of a log, and which containers of a pod have one. */
import type { Pod } from '../../engine/api/types.gen.ts';

export interface LogOptions {
  readonly container: string;
  /** The run before the last restart. */
  readonly previous: boolean;
  /** Stays at the newest line. */
  readonly follow: boolean;
  readonly timestamps: boolean;
  readonly wrap: boolean;
  readonly query: string;
}
export interface LogContainer {
  readonly name: string;
  readonly isInit: boolean;
  readonly restarts: number;
}

/** The container that is in trouble first: its log is what one came for. kubectl's own choice is the first that is no init container. */
export function logContainers({ spec, status }: Pod): readonly LogContainer[] {
  const restartsOf = (name: string): number =>
    [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])].find((each) => each.name === name)?.restartCount ?? 0;
  const main = spec.containers.map(({ name }) => ({ name, isInit: false, restarts: restartsOf(name) }));
  const init = (spec.initContainers ?? []).map(({ name }) => ({ name, isInit: true, restarts: restartsOf(name) }));
  const failed = status?.containerStatuses?.find(
    ({ state }) => state?.waiting?.reason === 'CrashLoopBackOff' || (state?.terminated?.exitCode ?? 0) !== 0,
  )?.name;
  return [...main.filter(({ name }) => name === failed), ...main.filter(({ name }) => name !== failed), ...init];
}
