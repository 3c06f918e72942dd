/**
 * Random rollouts against a real API server with the real controllers and scheduler, and simulated nodes whose pods take their time or never become ready.
 * Every change of every Deployment, ReplicaSet and pod is read from the API's watches and judged by `limits.ts`.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Kind } from '../../api/kind.ts';
import { deployment as deploymentKind } from '../../api/kinds/apps/deployment.ts';
import { replicaSet as replicaSetKind } from '../../api/kinds/apps/replica-set.ts';
import { pod as podKind } from '../../api/kinds/core/pod.ts';
import { kinds } from '../../api/kinds.ts';
import type { KubeObject, Live } from '../../api/object.ts';
import type { Deployment } from '../../api/types.gen.ts';
import type { Client } from '../../client/client.ts';
import { EventBroadcaster } from '../../client/events.ts';
import { Informers } from '../../client/informers.ts';
import { systemClock } from '../../client/system-clock.ts';
import { startControllers } from '../../controllers/controllers.ts';
import { isComplete } from '../../controllers/deployment/status.ts';
import { simulatedCluster } from '../simulated-cluster.ts';
import { testApiServer } from '../test-api-server.ts';
import { breachesOf, type Change } from './limits.ts';
import { brokenImage, deploymentOf, type Operator, randomOperation, repair } from './operations.ts';
import { type Random, seededRandom } from './random.ts';

export interface RolloutsOptions {
  readonly seed: number;
  /** Deployments side by side. */
  readonly deployments: number;
  /** Whether another operation follows, after so many on that Deployment. */
  readonly goesOn: (operations: number) => boolean;
}
export interface RolloutsResult {
  readonly operations: number;
  readonly changes: number;
  /** Rollouts that came to their end with all pods available. */
  readonly completed: number;
  readonly breaches: readonly string[];
}

export async function runRollouts({ seed, deployments, goesOn }: RolloutsOptions): Promise<RolloutsResult> {
  await using stack = new AsyncDisposableStack();
  const api = stack.use(await testApiServer({ clock: systemClock }));
  const { client } = api;
  const watching = new AbortController();
  const changes: Change[] = [];
  const watches = watchAll(client, changes, watching.signal);
  const informers = stack.use(new Informers({ client, clock: systemClock }));
  const events = stack.use(new EventBroadcaster({ client, clock: systemClock }));
  stack.use(await startControllers({ client, clock: systemClock, informers, events, kinds, rootCaPem: '', onError: () => {} }));
  const timing = seededRandom(seed);
  const pace = { delayMs: () => timing.pick([0, 0, 5, 30, 150]), isHeld: (image: string) => image === brokenImage };
  await stack.use(await simulatedCluster({ api, informers, events, pace })).addNodes(10);
  const counts = await Promise.all(
    Array.from({ length: deployments }, (_, index) => {
      const key = { namespace: 'default', name: `web-${index}` };
      return operate({ client, key, random: seededRandom(seed * 1000 + index) }, goesOn);
    }),
  );
  watching.abort();
  await watches;
  return {
    operations: counts.reduce((sum, count) => sum + count, 0),
    changes: changes.length,
    completed: counts.length,
    breaches: breachesOf(changes),
  };
}

/** Gives the number of operations, when the last rollout has ended well. */
async function operate(operator: Operator, goesOn: RolloutsOptions['goesOn']): Promise<number> {
  const { client, random } = operator;
  await client.create(deploymentKind, deploymentOf(operator));
  let count = 0;
  for (; goesOn(count); count++) {
    await pause(random);
    await randomOperation(operator);
  }
  const { metadata } = (await repair(operator)) as Live<Deployment>;
  for await (const event of client.watch(deploymentKind, {
    namespace: 'default',
    fieldSelector: `metadata.name=${metadata.name}`,
    resourceVersion: metadata.resourceVersion,
    signal: AbortSignal.timeout(120_000),
  }))
    if (event.type === 'MODIFIED' && isComplete(event.object, event.object.status ?? {})) return count;
  throw new Error(`the last rollout of ${metadata.name} did not end`);
}
/** Between two operations: at once, or when some or all of what it sets going is done. */
function pause(random: Random): Promise<unknown> {
  return sleep(random.pick([0, 5, 20, 100, 400, 1000]));
}

/** Fills `changes` from now on; resolves when the signal ends it. */
async function watchAll(client: Client, changes: Change[], signal: AbortSignal): Promise<void> {
  const follow = async <T extends KubeObject>(kind: Kind<T>, change: (object: Live<T>, gone: boolean) => Change): Promise<void> => {
    const { resourceVersion } = await client.list(kind);
    for await (const event of client.watch(kind, { resourceVersion, signal }))
      if (event.type !== 'BOOKMARK') changes.push(change(event.object, event.type === 'DELETED'));
  };
  await Promise.all([
    follow(deploymentKind, (object) => ({ type: 'deployment', object })),
    follow(replicaSetKind, (object, gone) => ({ type: 'set', object, gone })),
    follow(podKind, (object, gone) => ({ type: 'pod', object, gone })),
  ]);
}
