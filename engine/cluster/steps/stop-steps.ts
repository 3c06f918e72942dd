/** Stopping keeps everything (containers, addresses, volumes, state); deleting leaves nothing. */
import { HostError } from '../../api/host-error.ts';
import { detail } from '../../api/step-detail.ts';
import type { NodeCall } from '../../nodes/node-provider.ts';
import type { Cluster } from '../cluster.ts';
import { removeState } from '../cluster-state.ts';
import { askOwner } from '../control-socket.ts';
import { removeFromKubeconfig } from '../kubeconfig.ts';
import type { StepPlan } from '../operation.ts';
import { isDamaged } from '../plan-cluster.ts';

export function stopSteps(cluster: Cluster): readonly StepPlan[] {
  const { name, nodes, driver } = cluster.state;
  const stopNodes: readonly StepPlan[] = nodes.map((node) => ({
    id: `stop-node:${node.name}`,
    title: `Stopping node "${node.name}" and its pods`,
    deadlineMs: 120_000,
    group: 'nodes',
    run: async (call) => void (await cluster.options.provider.stopNode(name, node.name, call)),
  }));
  return [
    // First the control plane: it must not see the nodes go and start to move their pods.
    releaseStep(cluster),
    ...(driver === 'docker' ? stopNodes : []),
    {
      id: 'remember',
      title: 'Remembering that it is stopped',
      deadlineMs: 10_000,
      run: async () => void (await cluster.save({ stopped: true })),
    },
  ];
}

export function deleteSteps(cluster: Cluster): readonly StepPlan[] {
  const { name, kubeconfig, driver } = cluster.state;
  const { provider, dataDirectory } = cluster.options;
  const removeContainers: StepPlan = {
    id: 'remove-containers',
    title: 'Removing containers, networks and volumes',
    deadlineMs: 180_000,
    run: async (call) => {
      if (isDamaged(cluster.state) && !(await hasEngine(cluster, call))) return detail('no-engine');
      await provider.deleteCluster(name, call);
      const left = await provider.leftovers(name);
      if (left.length > 0) throw new HostError('internal', `These could not be removed: ${left.join(', ')}.`);
      return undefined;
    },
  };
  return [
    releaseStep(cluster),
    ...(driver === 'docker' ? [removeContainers] : []),
    {
      id: 'remove-context',
      title: `Removing context "${name}" from kubectl's configuration`,
      deadlineMs: 20_000,
      run: async () => {
        if (kubeconfig !== undefined) await removeFromKubeconfig(kubeconfig, name);
        return kubeconfig;
      },
    },
    {
      id: 'remove-data',
      title: "Removing the cluster's data",
      deadlineMs: 60_000,
      run: async () => void (await removeState(dataDirectory, name)),
    },
  ];
}

/** A cluster of which nothing is known may have been a simulated one, on a computer without an engine. */
async function hasEngine({ options }: Cluster, call: NodeCall): Promise<boolean> {
  try {
    await options.provider.preflight(call);
    return true;
  } catch (error) {
    if (error instanceof HostError && error.code === 'engine-not-found') return false;
    throw error;
  }
}

/** Ends the control plane, here or in the process that runs it. */
function releaseStep(cluster: Cluster): StepPlan {
  return {
    id: 'release',
    title: 'Stopping the control plane',
    deadlineMs: 60_000,
    run: async () => {
      if (cluster.isRunning) await cluster.release();
      else await askOwner(cluster.paths.directory, 'release');
      return undefined;
    },
  };
}
