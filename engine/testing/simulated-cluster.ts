/** The scheduler and simulated nodes beside a test's API server: pods are placed and run without an engine. */
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { SimulatedNodes } from '../agent/simulated/simulated-nodes.ts';
import type { Pod } from '../api/types.gen.ts';
import type { Cache } from '../cache/cache.ts';
import type { Client } from '../client/client.ts';
import type { EventBroadcaster } from '../client/events.ts';
import type { Informers } from '../client/informers.ts';
import { schedulerCaches } from '../scheduler/caches.ts';
import { schedulerName, startScheduler } from '../scheduler/scheduler.ts';
import type { TestApiServer } from './test-api-server.ts';

export interface SimulatedCluster extends AsyncDisposable {
  /** Adds nodes: `node-1` to `node-count`. */
  addNodes(count: number): Promise<void>;
}
export interface SimulatedClusterOptions {
  readonly api: Pick<TestApiServer, 'server' | 'client' | 'clock'>;
  readonly informers: Informers;
  readonly events: EventBroadcaster;
  /** How pods come up; at once unless it is given. */
  readonly pace?: Pace;
}
export interface Pace {
  /** How long the next status takes to be written, in milliseconds. */
  readonly delayMs: () => number;
  /** Whether a pod of this image never starts. */
  readonly isHeld: (image: string) => boolean;
}

/** The informers must have synced once. */
export async function simulatedCluster({ api, informers, events, pace }: SimulatedClusterOptions): Promise<SimulatedCluster> {
  await using stack = new AsyncDisposableStack();
  const { client, clock, server } = api;
  const caches = schedulerCaches(informers);
  await informers.synced();
  stack.use(
    startScheduler({
      client,
      caches,
      events: events.recorder(schedulerName),
      clock,
      random: Math.random,
      yieldTurn: () => nextTurn(),
      onError: () => {},
    }),
  );
  const clientOf = (name: string) => server.as({ username: `system:node:${name}`, groups: ['system:nodes'] });
  const simulated = stack.use(
    new SimulatedNodes({
      clientOf: (name) => (pace ? slowed(clientOf(name), pace) : clientOf(name)),
      clock,
      pods: pace ? held(caches.pods, pace) : caches.pods,
      events,
      onError: () => {},
    }),
  );
  const running = stack.move();
  return {
    addNodes: (count) =>
      simulated.start(
        Array.from({ length: count }, (_, index) => ({
          name: `node-${index + 1}`,
          ip: `172.20.0.${index + 2}`,
          podCidr: `10.244.${index}.0/24`,
          labels: {},
        })),
      ),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** Nodes do not see a pod that is held, until it is to end. */
function held(pods: Cache<Pod>, { isHeld }: Pace): Cache<Pod> {
  const isHidden = ({ metadata, spec }: Pod): boolean =>
    metadata.deletionTimestamp === undefined && spec.containers.some(({ image = '' }) => isHeld(image));
  return {
    get synced() {
      return pods.synced;
    },
    get(key) {
      const pod = pods.get(key);
      return pod && isHidden(pod) ? undefined : pod;
    },
    list: (space) => pods.list(space).filter((pod) => !isHidden(pod)),
    byIndex: (name, value) => pods.byIndex(name, value),
    subscribe: (listener) => pods.subscribe(listener),
  };
}
function slowed(client: Client, { delayMs }: Pace): Client {
  return {
    get: (...words) => client.get(...words),
    list: (...words) => client.list(...words),
    create: (...words) => client.create(...words),
    update: (...words) => client.update(...words),
    async patch(...words) {
      const ms = delayMs();
      if (ms > 0) await sleep(ms);
      return client.patch(...words);
    },
    delete: (...words) => client.delete(...words),
    watch: (...words) => client.watch(...words),
    request: (...words) => client.request(...words),
  };
}
