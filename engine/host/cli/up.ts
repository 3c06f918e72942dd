/** `minato up`: runs a cluster in the foreground until it is told to end; the pods stay and a later `up` finds them again. */
import type { ClusterManager } from '../../cluster/cluster-manager.ts';
import type { Arguments } from './arguments.ts';
import { followOperation } from './follow-operation.ts';

export async function runUp(manager: ClusterManager, options: Arguments): Promise<number> {
  const { name, nodes, driver, json } = options;
  const began = performance.now();
  const { state } = await followOperation(manager, options, () => manager.start({ name, nodes, driver }));
  if (state !== 'done') return state === 'cancelled' ? 130 : 1;
  const ended = untilEnded(manager, name);
  const { server, state: cluster } = await manager.running(name);
  const ms = Math.round(performance.now() - began);
  if (json) process.stdout.write(`${JSON.stringify({ event: 'ready', server, kubeconfig: cluster.kubeconfig, context: name, ms })}\n`);
  else
    process.stderr.write(
      `\nDone in ${(ms / 1000).toFixed(1)} s. kubectl now uses context "${name}" and namespace "default".\nCtrl-C stops the control plane and leaves the pods running.\n`,
    );
  const reason = await ended;
  if (!json)
    process.stderr.write(
      reason === 'released'
        ? `\nCluster "${name}" was stopped by another command.\n`
        : '\nThe control plane has stopped; pods keep running.\n',
    );
  return 0;
}

function untilEnded(manager: ClusterManager, name: string): Promise<'signal' | 'released'> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve('signal'));
    manager.subscribe((event) => event.type === 'released' && event.cluster === name && resolve('released'));
  });
}
