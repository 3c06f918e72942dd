/** Clusters of which an engine still has something although their state is gone: the data folder was deleted, or a disk lost. */
import { existsSync } from 'node:fs';
import type { EngineCluster, NodeProvider } from '../nodes/node-provider.ts';
import { clusterPaths } from './cluster-state.ts';

export interface LostClusterOptions {
  readonly provider: NodeProvider;
  /** This computer, as nodes' labels name it. */
  readonly host: string;
  readonly dataDirectory: string;
}

/** An engine that does not answer in this time has nothing to tell: whoever lists clusters does not wait for it. */
const patienceMs = 2_000;

/** Empty where there is no engine. In order of name. */
export async function lostClusters({ provider, host, dataDirectory }: LostClusterOptions): Promise<readonly EngineCluster[]> {
  const found = await provider.clusters(AbortSignal.timeout(patienceMs)).catch(() => []);
  return found.filter((cluster) => !existsSync(clusterPaths(dataDirectory, cluster.name).directory) && !hasHome(cluster, host));
}

/** A home that is not noted, or on another computer, cannot be looked at: it is taken to be there. */
function hasHome({ name, home }: EngineCluster, host: string): boolean {
  if (home?.host !== host) return true;
  return existsSync(clusterPaths(home.directory, name).directory);
}
