/** Clusters and the operations on them. */
import type { ClusterManager } from '../../cluster/cluster-manager.ts';
import type { ClusterRequest } from '../../cluster/plan-cluster.ts';
import { watchFolders } from '../../cluster/watch-folders.ts';
import type { ClusterSummary } from '../contract.ts';
import { type ClustersArea, untilAborted } from '../handler-types.ts';
import { toWireError } from './wire-error.ts';

/** The level of the API that every cluster speaks. */
const kubernetesVersion = 'v1.33.0';

export function clustersArea(manager: ClusterManager): ClustersArea {
  /** What was last asked of each cluster, for a retry. */
  const requests = new Map<string, ClusterRequest>();
  const list = async (): Promise<readonly ClusterSummary[]> =>
    (await manager.list()).map(({ refusal, ...summary }) => ({
      ...summary,
      version: kubernetesVersion,
      refusal: refusal && toWireError(refusal),
    }));
  const start = async (request: ClusterRequest) => {
    const operation = await manager.start(request);
    requests.set(request.name, request);
    return operation.current;
  };
  return {
    calls: {
      'engine.preflight': async ({ driver }) => {
        try {
          return { ok: true, ...(await manager.preflight(driver, AbortSignal.timeout(10_000))), driver };
        } catch (error) {
          return { ok: false, driver, error: toWireError(error) };
        }
      },
      'clusters.list': list,
      'clusters.start': start,
      'clusters.stop': async ({ name }) => (await manager.stop(name)).current,
      'clusters.delete': async ({ name }) => (await manager.delete(name)).current,
      'clusters.retry': async ({ name }) => {
        const failed = manager.operations.find(({ cluster }) => cluster === name);
        if (failed?.kind === 'stop') return (await manager.stop(name)).current;
        if (failed?.kind === 'delete') return (await manager.delete(name)).current;
        return start(requests.get(name) ?? { name });
      },
      'operations.cancel': async ({ id }) => {
        manager.cancel(id);
        return null;
      },
    },
    subscriptions: {
      'clusters.watch': async (_params, { emit, signal }) => {
        // One list at a time, and once more if something changed meanwhile: the last value told is never an old one.
        let running = Promise.resolve();
        let queued = false;
        const notify = (): void => {
          if (queued) return;
          queued = true;
          running = running.then(async () => {
            queued = false;
            const clusters = await list();
            if (!signal.aborted) emit(clusters);
          });
        };
        const unsubscribe = manager.subscribe((event) => event.type === 'clusters' && notify());
        await watchFolders(manager.dataDirectory, notify, signal);
        notify();
        await untilAborted(signal);
        unsubscribe();
        await running;
      },
      'operations.watch': async (_params, { emit, signal }) => {
        const unsubscribe = manager.subscribe((event) => event.type === 'operation' && emit(event.operation));
        for (const operation of manager.operations) emit(operation);
        await untilAborted(signal);
        unsubscribe();
      },
    },
  };
}
