/** The manager as the command line's options ask for it. */
import { resolve } from 'node:path';
import type { ClusterManager } from '../../cluster/cluster-manager.ts';
import { openClusterManager } from '../../cluster/open-cluster-manager.ts';
import type { Arguments } from './arguments.ts';

export function openManager({ data, kubeconfig }: Pick<Arguments, 'data' | 'kubeconfig'>): Promise<ClusterManager> {
  return openClusterManager({
    ...(data === undefined ? {} : { dataDirectory: resolve(data) }),
    ...(kubeconfig === undefined ? {} : { kubeconfig: resolve(kubeconfig) }),
    environment: process.env,
    log: (line) => process.stderr.write(`${line}\n`),
  });
}
