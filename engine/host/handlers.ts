/** All handlers of the contract, by area. Adding a call is one line in the contract and one handler. */
import type { ClusterManager } from '../cluster/cluster-manager.ts';
import type { AppInfo } from './contract.ts';
import type { Handlers } from './handler-types.ts';
import { appArea } from './handlers/app.ts';
import { clustersArea } from './handlers/clusters.ts';
import { objectsArea } from './handlers/objects.ts';
import { portsArea } from './handlers/ports.ts';
import { samplesArea } from './handlers/samples.ts';

export interface HandlerOptions {
  readonly manager: ClusterManager;
  readonly shell: AppInfo['shell'];
  /** Opens the user's browser; the contract's schema has let only https and this computer's own ports through. */
  readonly openExternal: (url: string) => Promise<void>;
}

export async function createHandlers({ manager, shell, openExternal }: HandlerOptions): Promise<Handlers> {
  const areas = [
    await appArea({ manager, shell, openExternal }),
    clustersArea(manager),
    objectsArea(manager),
    portsArea(manager),
    samplesArea(manager),
  ] as const;
  const [app, clusters, objects, ports, samples] = areas;
  return {
    calls: { ...app.calls, ...clusters.calls, ...objects.calls, ...ports.calls, ...samples.calls },
    subscriptions: { ...app.subscriptions, ...clusters.subscriptions, ...objects.subscriptions, ...ports.subscriptions },
  };
}
