/** A cluster's phase as a level, for its colour and shape. */
import type { Level } from '../../../engine/explain/cause.ts';
import type { ClusterPhase } from '../../../engine/host/contract.ts';

export const levelOfPhase: Readonly<Record<ClusterPhase, Level>> = {
  running: 'ok',
  starting: 'info',
  stopping: 'info',
  stopped: 'info',
  failed: 'error',
  elsewhere: 'info',
  lost: 'error',
};
