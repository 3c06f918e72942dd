/** From single outcomes to a probe's result: thresholds. Pure. Upstream: doProbe in pkg/kubelet/prober/worker.go. */
import type { Probe } from '../../api/types.gen.ts';

export interface ProbeState {
  /** Undefined until a threshold has been reached. */
  readonly result: boolean | undefined;
  readonly lastOk: boolean | undefined;
  /** How many outcomes in a row were as the last. */
  readonly run: number;
}
export const unprobed: ProbeState = { result: undefined, lastOk: undefined, run: 0 };

export function probeStep(state: ProbeState, isOk: boolean, { successThreshold = 1, failureThreshold = 3 }: Probe): ProbeState {
  const run = state.lastOk === isOk ? state.run + 1 : 1;
  const threshold = isOk ? successThreshold : failureThreshold;
  return { result: run >= threshold ? isOk : state.result, lastOk: isOk, run };
}
