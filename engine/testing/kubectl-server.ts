/** An API server with the real controllers behind it, and a stock kubectl that is its only client. Without `nodes` nothing runs: what pods do, the test does. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KindDefinition } from '../api/kind.ts';
import { kinds as allKinds } from '../api/kinds.ts';
import { EventBroadcaster } from '../client/events.ts';
import { Informers } from '../client/informers.ts';
import { systemClock } from '../client/system-clock.ts';
import { startControllers } from '../controllers/controllers.ts';
import { type Followed, followKubectl, type Printed, runKubectl, type StockKubectl } from './kubectl.ts';
import { simulatedCluster } from './simulated-cluster.ts';
import { type SecureApiServer, secureApiServer } from './test-api-server.ts';

export interface KubectlServer extends AsyncDisposable {
  readonly api: SecureApiServer;
  /** What stands in single quotes belongs together, as in a shell. */
  kubectl(words: string, options?: { readonly input?: string; readonly env?: Readonly<Record<string, string>> }): Promise<Printed>;
  /** Line by line, until it is disposed. */
  follow(words: string): Followed;
  /** Only stdout; throws unless kubectl ends well and without a word on stderr. */
  out(words: string, input?: string): Promise<string>;
  /** A manifest as a file of this name. */
  file(name: string, manifest: string): Promise<string>;
}

export interface KubectlServerOptions {
  readonly kinds?: readonly KindDefinition[];
  /** How many simulated nodes there are, `node-1` and so on, with the scheduler. */
  readonly nodes?: number;
}

export async function kubectlServer(
  kubectl: StockKubectl,
  { kinds = allKinds, nodes = 0 }: KubectlServerOptions = {},
): Promise<KubectlServer> {
  await using stack = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), 'minato-kubectl-'));
  stack.defer(() => rm(directory, { recursive: true, force: true }));
  const api = stack.use(await secureApiServer({ kinds }));
  const { client } = api;
  const informers = stack.use(new Informers({ client, clock: systemClock }));
  const events = stack.use(new EventBroadcaster({ client, clock: systemClock }));
  const rootCaPem = api.authority.certificatePem;
  stack.use(await startControllers({ client, clock: systemClock, informers, events, kinds, rootCaPem, onError: () => {} }));
  if (nodes > 0) await stack.use(await simulatedCluster({ api, informers, events })).addNodes(nodes);
  const kubeconfig = await api.kubeconfig('admin', 'system:masters');
  const run: KubectlServer['kubectl'] = (words, options = {}) =>
    runKubectl(kubectl, split(words), { kubeconfig, home: directory, ...options });
  const running = stack.move();
  return {
    api,
    kubectl: run,
    follow: (words) => followKubectl(kubectl, split(words), { kubeconfig, home: directory }),
    async out(words, input) {
      const { code, stdout, stderr } = await run(words, input === undefined ? {} : { input });
      if (code !== 0 || stderr !== '') throw new Error(`kubectl ${words}: exit code ${code}\n${stderr}`);
      return stdout;
    },
    async file(name, manifest) {
      const path = join(directory, name);
      await writeFile(path, manifest);
      return path;
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

function split(words: string): readonly string[] {
  return (words.match(/(?:'[^']*'|[^\s'])+/g) ?? []).map((word) => word.replaceAll("'", ''));
}
