/** All handlers of the contract, by area. Adding a call is one line in the contract and one handler. */
import type { HandlerOptions, Handlers } from './handler-types.ts';
import { appArea } from './handlers/app.ts';
import { clustersArea } from './handlers/clusters.ts';
import { objectsArea } from './handlers/objects.ts';
import { portsArea } from './handlers/ports.ts';
import { samplesArea } from './handlers/samples.ts';

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
