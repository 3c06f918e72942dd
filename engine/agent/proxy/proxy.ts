/** The service proxy: keeps the kernel's tables as Services, EndpointSlices and Nodes want them. Level-triggered: it renders all tables anew, applies what differs. */
import { lookup } from 'node:dns/promises';
import { isIPv4 } from 'node:net';
import { hostPortsOf } from '../../api/host-ports.ts';
import { type NetworkRules, networkRulesKey } from '../../api/network-rules.ts';
import { keyString } from '../../api/object.ts';
import type { Pod } from '../../api/types.gen.ts';
import type { CacheEvent } from '../../cache/cache.ts';
import type { AgentContext, PodNetwork } from '../context.ts';
import { configMaps, endpointSlices, nodes, pods, services } from '../kinds.ts';
import { type Commands, systemCommands } from './commands.ts';
import { hostPortRules } from './host-ports.ts';
import { checkKernel } from './kernel.ts';
import { LocalPods } from './local-pods.ts';
import { podPolicies } from './pod-policies.ts';
import { renderRuleset } from './render.ts';
import { routeCommands, routeProtocol, routesTo } from './routes.ts';
import { type ServicePortRules, servicePorts } from './service-ports.ts';
import { staleFlows } from './stale-flows.ts';

/** Changes come in bursts: a rollout is dozens of them. Short enough that nobody waits for it. */
const gatherMs = 20;
const retryMs = 5000;

/** Resolves once the first ruleset is applied or, where the API server cannot be reached yet, once it is known that the kernel can carry one. */
export async function startProxy(context: AgentContext, commands: Commands = systemCommands): Promise<PodNetwork & AsyncDisposable> {
  await checkKernel(commands);
  return new ServiceProxy(context, commands);
}

const noRules: NetworkRules = { peers: [], policies: [] };

class ServiceProxy implements PodNetwork, AsyncDisposable {
  readonly #context: AgentContext;
  readonly #commands: Commands;
  readonly #unsubscribe: readonly (() => void)[];
  readonly #caches;
  readonly #localPods: LocalPods;
  #applied = { ruleset: '', routes: '', ports: [] as readonly ServicePortRules[] };
  /** The text of the network rules that was read last, and what it said. */
  #read: { readonly text: string | undefined; readonly rules: NetworkRules } = { text: undefined, rules: noRules };
  #cancelTimer: (() => void) | undefined;
  #running: Promise<void> | undefined;
  #dirty = false;
  #stopped = false;

  constructor(context: AgentContext, commands: Commands) {
    this.#context = context;
    this.#commands = commands;
    const { informers } = context;
    this.#caches = {
      services: informers.cache(services),
      slices: informers.cache(endpointSlices),
      nodes: informers.cache(nodes),
      pods: informers.cache(pods, { fieldSelector: `spec.nodeName=${context.config.nodeName}` }),
      rules: informers.cache(configMaps, {
        namespace: networkRulesKey.namespace,
        fieldSelector: `metadata.name=${networkRulesKey.name}`,
      }),
    };
    this.#localPods = new LocalPods(this.#caches.pods);
    const changed = () => this.#schedule(gatherMs);
    const { services: s, slices: e, nodes: n, pods: p, rules: r } = this.#caches;
    const podChanged = (event: CacheEvent<Pod>): void => {
      const isNews = this.#localPods.see(event);
      if (hostPortsOf(event.object.spec).length > 0 || (isNews && this.#networkRules().policies.length > 0)) changed();
    };
    this.#unsubscribe = [...[s, e, n, r].map((cache) => cache.subscribe(changed)), p.subscribe(podChanged)];
    const synced = [informers.synced(s), informers.synced(e), informers.synced(n), informers.synced(p), informers.synced(r)];
    void Promise.all(synced).then(changed, () => undefined);
  }

  async prepare(pod: Pod, ip: string): Promise<void> {
    this.#localPods.start(pod, ip);
    if (!this.#isSynced() || this.#networkRules().policies.length === 0) return;
    // What runs now may have looked at the pods already.
    while (this.#running !== undefined) await this.#running;
    await this.#begin(this.#sync());
  }

  #schedule(delayMs: number): void {
    if (this.#stopped || this.#cancelTimer) return;
    if (this.#running !== undefined) {
      this.#dirty = true;
      return;
    }
    this.#cancelTimer = this.#context.clock.timer(delayMs, () => {
      this.#cancelTimer = undefined;
      void this.#begin(this.#run());
    });
  }

  #begin(work: Promise<void>): Promise<void> {
    const ended = (): void => {
      this.#running = undefined;
      if (this.#dirty) this.#schedule(gatherMs);
      this.#dirty = false;
    };
    this.#running = work.then(ended, ended);
    return work;
  }

  #isSynced(): boolean {
    return Object.values(this.#caches).every(({ synced }) => synced);
  }

  async #run(): Promise<void> {
    // With half of the objects, connections would lead nowhere: the first list of each kind is awaited.
    if (!this.#isSynced()) return;
    try {
      await this.#sync();
    } catch (error) {
      this.#context.log.error('the service rules could not be applied; the old ones stay', error);
      // `#schedule` would only note it while this run is on.
      if (!this.#stopped) setImmediate(() => this.#schedule(retryMs));
    }
  }

  async #sync(): Promise<void> {
    const { config } = this.#context;
    const routes = routesTo(this.#caches.nodes.list(), config.nodeName);
    await this.#applyRoutes(routes);
    const hostPorts = hostPortRules(this.#caches.pods.list(), config.nodeIp);
    const servicesPorts = servicePorts({
      nodeName: config.nodeName,
      ownIps: new Set([config.dnsIp]),
      services: this.#caches.services.list(),
      slices: this.#caches.slices.list(),
      apiServer: await apiServerAddress(config.apiServer.url),
    });
    // Host ports first: where both claim an address, the pod has it.
    const ports = [...hostPorts, ...servicesPorts];
    const rules = this.#networkRules();
    const policies = { peers: rules.peers, pods: podPolicies(rules, this.#localPods.list()) };
    const ruleset = renderRuleset({ config, ports, routed: routes.flatMap(({ podCidr, nodeIp }) => [podCidr, nodeIp]), policies });
    if (ruleset === this.#applied.ruleset) return;
    await this.#commands.nft(ruleset);
    const before = this.#applied.ports;
    this.#applied = { ...this.#applied, ruleset, ports };
    for (const flow of staleFlows(before, ports, config.nodeIp)) await this.#commands.conntrack(flow);
  }

  async #applyRoutes(routes: ReturnType<typeof routesTo>): Promise<void> {
    const key = JSON.stringify(routes);
    if (key === this.#applied.routes) return;
    const lines = routeCommands(routes, await this.#commands.ip(['-4', 'route', 'show', 'proto', routeProtocol]));
    if (lines.length > 0) await this.#commands.ipBatch(lines);
    this.#applied = { ...this.#applied, routes: key };
  }

  #networkRules(): NetworkRules {
    const text = this.#caches.rules.get(keyString(networkRulesKey))?.data?.rules;
    // Written by the control plane.
    if (text !== this.#read.text) this.#read = { text, rules: text === undefined ? noRules : (JSON.parse(text) as NetworkRules) };
    return this.#read.rules;
  }

  /** The rules stay: pods' connections do not depend on the agent. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true;
    this.#cancelTimer?.();
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    await this.#running;
  }
}

/** Where this node itself reaches the API server: always a way for its pods, too. */
async function apiServerAddress(url: string): Promise<{ readonly ip: string; readonly port: number } | undefined> {
  const { hostname, port } = new URL(url);
  const number = Number(port || 443);
  if (isIPv4(hostname)) return { ip: hostname, port: number };
  try {
    const { address } = await lookup(hostname, { family: 4 });
    return { ip: address, port: number };
  } catch {
    // Not known by name: then the endpoints that the control plane published have to do.
    return undefined;
  }
}
