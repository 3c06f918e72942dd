/** Controllers on the API in memory with a clock of the test, and a stand-in for kubelets that makes pods run. */
import { setImmediate } from 'node:timers/promises';
import { rfc3339 } from '../api/clock.ts';
import { event as eventKind } from '../api/kinds/core/event.ts';
import { pod as podKind } from '../api/kinds/core/pod.ts';
import { kinds } from '../api/kinds.ts';
import type { Live } from '../api/object.ts';
import type { Pod } from '../api/types.gen.ts';
import { EventBroadcaster } from '../client/events.ts';
import { Informers } from '../client/informers.ts';
import type { ControllerContext, ControllerSetup } from '../controllers/context.ts';
import { type TestClock, testClock } from './clock.ts';
import { MemoryClient } from './memory-client.ts';

export interface ControllerSandbox extends AsyncDisposable {
  readonly client: MemoryClient;
  readonly clock: TestClock;
  readonly errors: readonly string[];
  /** Resolves when nothing happens any more that does not wait for the clock. */
  settle(): Promise<void>;
  /** `Reason: message` of all events, in the order of their writing. */
  events(): Promise<readonly string[]>;
  /** Makes pods run and be ready. */
  run(pods: readonly Live<Pod>[], ready?: boolean): Promise<void>;
  pods(namespace?: string): Promise<readonly Live<Pod>[]>;
}

/** `controllers`: those to run, or what starts them. `prepare` fills the API before they start; `before` is a sandbox whose API they go on with. */
export async function controllerSandbox(
  controllers: readonly ControllerSetup[] | ((context: ControllerContext) => Promise<AsyncDisposable>),
  prepare?: (client: MemoryClient) => Promise<void>,
  before?: Pick<ControllerSandbox, 'client' | 'clock'>,
): Promise<ControllerSandbox> {
  const clock = before?.clock ?? testClock();
  const client = before?.client ?? new MemoryClient(() => clock.now());
  await prepare?.(client);
  const errors: string[] = [];
  const informers = new Informers({ client, clock });
  const events = new EventBroadcaster({ client, clock });
  const onError = (controller: string, key: string, error: unknown): void => void errors.push(`${controller} ${key}: ${error}`);
  const context: ControllerContext = { client, clock, informers, events, kinds, rootCaPem: 'the CA', onError };
  const running = typeof controllers === 'function' ? await controllers(context) : await startAll(controllers, context);
  const settle = async (): Promise<void> => {
    for (let calls = -1, still = 0; still < 10; still = client.calls.length === calls ? still + 1 : 0) {
      calls = client.calls.length;
      await setImmediate();
    }
  };
  return {
    client,
    clock,
    errors,
    settle,
    async events() {
      const { items } = await client.list(eventKind);
      return items
        .toSorted((a, b) => Number(a.metadata.resourceVersion) - Number(b.metadata.resourceVersion))
        .map(({ reason, message }) => `${reason}: ${message}`);
    },
    async run(pods, ready = true) {
      const now = rfc3339(clock.now());
      const conditions = [{ type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: now }];
      for (const pod of pods)
        await client.update(podKind, { ...pod, status: { ...pod.status, phase: 'Running', conditions } }, { subresource: 'status' });
      await settle();
    },
    pods: async (namespace = 'default') => (await client.list(podKind, { namespace })).items,
    async [Symbol.asyncDispose]() {
      await running[Symbol.asyncDispose]();
      await events[Symbol.asyncDispose]();
      await informers[Symbol.asyncDispose]();
    },
  };
}

async function startAll(setups: readonly ControllerSetup[], context: ControllerContext): Promise<AsyncDisposable> {
  const starts = setups.map((setUp) => setUp(context));
  await context.informers.synced();
  const running = starts.map((start) => start());
  return { [Symbol.asyncDispose]: async () => void (await Promise.all(running.map((one) => one[Symbol.asyncDispose]()))) };
}
