/** `minato stop` and `minato delete`. */
import type { ClusterManager } from '../../cluster/cluster-manager.ts';
import type { RunningOperation } from '../../cluster/operation.ts';
import type { Arguments } from './arguments.ts';
import { followOperation } from './follow-operation.ts';

export function runStop(manager: ClusterManager, options: Arguments): Promise<number> {
  return run(manager, options, () => manager.stop(options.name));
}
export function runDelete(manager: ClusterManager, options: Arguments): Promise<number> {
  return run(manager, options, () => manager.delete(options.name));
}

async function run(manager: ClusterManager, options: Arguments, begin: () => Promise<RunningOperation>): Promise<number> {
  const { state } = await followOperation(manager, options, begin);
  return state === 'done' ? 0 : state === 'cancelled' ? 130 : 1;
}
