/**
 * The agent's program: what runs in a node's container. Starts kubelet, service proxy, DNS and the kubelet API, and ends them in reverse order; pods run on.
 * A mistake nobody expected ends it with a code other than 0, so that the engine starts it again.
 */
import { readFile } from 'node:fs/promises';
import { HttpsClient } from '../client/https.ts';
import { systemClock } from '../client/system-clock.ts';
import { type AgentConfig, agentStartedLine, kernelUnsupportedExitCode } from './config.ts';
import type { AgentContext } from './context.ts';
import { startDns } from './dns/dns.ts';
import { agentInformers } from './informers.ts';
import { startKubelet } from './kubelet/kubelet.ts';
import { lineLog } from './log.ts';
import { KernelUnsupported } from './proxy/kernel.ts';
import { startProxy } from './proxy/proxy.ts';
import { DockerRuntime } from './runtime/docker.ts';
import { startServer } from './server/server.ts';

const configFile = '/etc/minato/agent.json';
const socketPath = '/var/run/docker.sock';
/** The engine kills after ten seconds; what is still being written by then is lost anyway. */
const stopWithinMs = 5_000;

const log = lineLog((line) => process.stdout.write(line), systemClock.now);

async function start(config: AgentConfig): Promise<AsyncDisposable> {
  await using started = new AsyncDisposableStack();
  const client = started.use(new HttpsClient({ ...config.apiServer, userAgent: 'kubelet/v1.33.0 minato' }));
  const informers = started.use(agentInformers({ client, clock: systemClock, log }));
  const { cluster, nodeName: node, networkName, sandboxImage } = config;
  const runtime = started.use(new DockerRuntime({ socketPath, cluster, node, networkName, sandboxImage }));
  const context: AgentContext = { config, client, informers, clock: systemClock, log };
  const proxy = started.use(await startProxy(context));
  started.use(await startDns(context));
  const kubelet = started.use(startKubelet(context, runtime, proxy));
  started.use(await startServer(context, { kubelet, runtime }));
  return started.move();
}

function fail(error: unknown): never {
  log.error('the agent ends', error);
  if (error instanceof Error && error.stack) log.error(error.stack);
  process.exit(1);
}

async function main(): Promise<void> {
  process.on('uncaughtException', fail).on('unhandledRejection', fail);
  const stopAsked = new Promise<NodeJS.Signals>((resolve) => {
    process.once('SIGTERM', resolve).once('SIGINT', resolve);
  });
  // The node's own description, written by `engine/nodes`.
  const config = JSON.parse(await readFile(configFile, 'utf8')) as AgentConfig;
  const agent = await start(config);
  log.info(agentStartedLine);
  log.info(`${await stopAsked}: the agent stops, its pods run on`);
  setTimeout(() => process.exit(0), stopWithinMs).unref();
  await agent[Symbol.asyncDispose]();
  process.exit(0);
}

main().catch((error: unknown) => {
  if (!(error instanceof KernelUnsupported)) fail(error);
  // The last line is what the user is shown.
  process.stdout.write(`${error.message.replaceAll(/\s*\n\s*/g, ' ')}\n`);
  process.exit(kernelUnsupportedExitCode);
});
