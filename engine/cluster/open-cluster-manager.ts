/** The manager as this computer's user has it: where data and kubectl's configuration lie, and where nodes come from. */
import { homedir, hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../client/system-clock.ts';
import { dockerProvider } from '../nodes/docker.ts';
import { checkoutAssets, packagedAssets } from '../nodes/image/node-image.ts';
import { simulatedProvider } from '../nodes/simulated.ts';
import { ClusterManager } from './cluster-manager.ts';
import { defaultDataDirectory } from './cluster-state.ts';
import { defaultKubeconfigPath } from './kubeconfig.ts';
import { projectRoot } from './project-root.ts';

export interface OpenOptions {
  /** Default: `MINATO_HOME`, else `~/.minato`. */
  readonly dataDirectory?: string;
  /** Default: what kubectl itself would write to: the first file of `KUBECONFIG`, else `~/.kube/config`. */
  readonly kubeconfig?: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly log: (line: string) => void;
  /** A packaged app's folder of resources, where `node-image/` lies. Default: a checkout's sources. */
  readonly resources?: string;
  /** The name of this computer, by which what it made on an engine is known; default: `MINATO_HOST`, else the system's. */
  readonly host?: string;
}

export async function openClusterManager(options: OpenOptions): Promise<ClusterManager> {
  const { environment, log } = options;
  const dataDirectory = options.dataDirectory ?? (environment.MINATO_HOME || defaultDataDirectory());
  const home = { host: options.host ?? (environment.MINATO_HOST || hostname()), directory: resolve(dataDirectory) };
  const cache = join(dataDirectory, 'cache');
  const assets =
    options.resources === undefined ? checkoutAssets(fileURLToPath(projectRoot()), cache) : packagedAssets(options.resources, cache);
  return new ClusterManager({
    dataDirectory,
    kubeconfig: options.kubeconfig ?? (await defaultKubeconfigPath(environment)),
    host: home.host,
    clock: systemClock,
    providers: {
      docker: dockerProvider({ assets, home, system: { environment, home: homedir(), platform: process.platform } }),
      simulated: simulatedProvider(),
    },
    log,
  });
}
