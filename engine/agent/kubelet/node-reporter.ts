/**
 * Keeps the Node object and its lease: registers, renews every 10 s, reports the status when it changes and every 5 min. Upstream:
 * pkg/kubelet/kubelet_node_status.go, component-helpers/apimachinery/lease.
 */
import { rfc3339Micro } from '../../api/clock.ts';
import { isApiError } from '../../api/errors.ts';
import type { Live } from '../../api/object.ts';
import type { Lease, Node, NodeCondition, ObjectReference } from '../../api/types.gen.ts';
import { wait } from '../../client/wait.ts';
import type { AgentContext } from '../context.ts';
import { leases, nodes } from '../kinds.ts';
import type { Runtime, RuntimeInfo } from '../runtime/runtime.ts';
import { machineFacts } from './machine-facts.ts';
import { newNode, nodeLabels, nodeStatus } from './node-status.ts';
import type { EventSink } from './pod-events.ts';

export interface NodeReporterOptions {
  readonly context: AgentContext;
  readonly runtime: Runtime;
  readonly events: EventSink;
}
const leaseNamespace = 'kube-node-lease';
const leaseSeconds = 40;
const renewMs = 10_000;
const reportMs = 300_000;
const firstRetryMs = 200;
const maxRetryMs = 7_000;

export class NodeReporter {
  readonly #options: NodeReporterOptions;
  readonly #ending = new AbortController();
  /** Until the engine has been seen, upstream's words for it. */
  #problem: string | undefined = 'container runtime status check may not have completed yet';
  #info: RuntimeInfo | undefined;
  #conditions: readonly NodeCondition[] = [];
  #node: Live<Node> | undefined;
  #changed = Promise.withResolvers<void>();
  #loops: readonly Promise<void>[] = [];
  constructor(options: NodeReporterOptions) {
    this.#options = options;
  }

  start(): void {
    this.#recordEvent('Normal', 'Starting', 'Starting kubelet.');
    this.#loops = [this.#reportLoop(), this.#leaseLoop()];
  }
  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    this.#changed.resolve();
    await Promise.all(this.#loops);
  }

  /** What the watch on the engine says. */
  setHealth(problem: string | undefined): void {
    const next = problem === undefined ? undefined : 'container runtime is down';
    if (next === this.#problem) return;
    this.#problem = next;
    this.#changed.resolve();
  }
  get info(): RuntimeInfo | undefined {
    return this.#info;
  }

  async #reportLoop(): Promise<void> {
    const { clock } = this.#options.context;
    const { signal } = this.#ending;
    while (!signal.aborted) {
      const changed = this.#changed;
      await this.#persist('node status', () => this.#report());
      const timer = new AbortController();
      await Promise.race([changed.promise, wait(clock, reportMs, AbortSignal.any([signal, timer.signal]))]);
      timer.abort();
      this.#changed = Promise.withResolvers();
    }
  }

  async #leaseLoop(): Promise<void> {
    const { signal } = this.#ending;
    while (!signal.aborted) {
      await this.#persist('node lease', () => this.#renew());
      await wait(this.#options.context.clock, renewMs, signal);
    }
  }

  /** Tries until it works or the agent ends. */
  async #persist(what: string, act: () => Promise<void>): Promise<void> {
    const { context } = this.#options;
    for (let delayMs = firstRetryMs; !this.#ending.signal.aborted; delayMs = Math.min(delayMs * 2, maxRetryMs)) {
      try {
        return await act();
      } catch (error) {
        context.log.warn(`${what} could not be written`, error);
        await wait(context.clock, delayMs, this.#ending.signal);
      }
    }
  }

  async #report(): Promise<void> {
    const { context, runtime } = this.#options;
    const { config, client, clock } = context;
    const problem = this.#problem;
    if (problem === undefined || !this.#info) this.#info = await runtime.info(this.#ending.signal).catch(() => this.#info);
    const info = this.#info;
    if (!info) return;
    this.#node ??= await this.#register(info);
    const images = problem === undefined ? await runtime.images() : [];
    const facts = await machineFacts(config, info);
    const status = nodeStatus({ config, facts, images, problem, previous: this.#conditions, now: clock.now() });
    // An engine that is away does not mean that its images are gone.
    const { images: list, ...rest } = status;
    const patch = { status: problem === undefined ? { ...rest, images: list } : rest };
    await client.patch(nodes, { name: config.nodeName }, { type: 'merge', patch }, { subresource: 'status' });
    this.#recordChanges(status.conditions ?? []);
    this.#conditions = status.conditions ?? [];
  }

  async #register(info: RuntimeInfo): Promise<Live<Node>> {
    const { config, client } = this.#options.context;
    const key = { name: config.nodeName };
    try {
      return await client.create(nodes, newNode(config, info.architecture));
    } catch (error) {
      if (!isApiError(error, 'AlreadyExists')) throw error;
    }
    const existing = await client.get(nodes, key);
    this.#conditions = existing.status?.conditions ?? [];
    const metadata = { labels: nodeLabels(config, info.architecture) };
    const spec = existing.spec.podCIDR ? {} : { podCIDR: config.podCidr, podCIDRs: [config.podCidr] };
    return client.patch(nodes, key, { type: 'merge', patch: { metadata, spec } });
  }

  async #renew(): Promise<void> {
    const { config, client, clock } = this.#options.context;
    const key = { namespace: leaseNamespace, name: config.nodeName };
    const renewTime = rfc3339Micro(clock.now());
    const spec = { holderIdentity: config.nodeName, leaseDurationSeconds: leaseSeconds, renewTime };
    try {
      await client.patch(leases, key, { type: 'merge', patch: { spec } });
    } catch (error) {
      if (!isApiError(error, 'NotFound')) throw error;
      await client.create(leases, this.#newLease(spec));
    }
  }
  #newLease(spec: Lease['spec']): Lease {
    const { config } = this.#options.context;
    const uid = this.#node?.metadata.uid;
    const owner = uid ? { ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: config.nodeName, uid }] } : {};
    return {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: config.nodeName, namespace: leaseNamespace, ...owner },
      spec,
    };
  }

  #recordChanges(next: readonly NodeCondition[]): void {
    const names: Readonly<Record<string, string>> = {
      'MemoryPressure=False': 'NodeHasSufficientMemory',
      'DiskPressure=False': 'NodeHasNoDiskPressure',
      'PIDPressure=False': 'NodeHasSufficientPID',
      'Ready=True': 'NodeReady',
      'Ready=False': 'NodeNotReady',
    };
    for (const { type, status } of next) {
      const reason = names[`${type}=${status}`];
      const old = this.#conditions.find((condition) => condition.type === type)?.status;
      // A node that is new is not ready yet, which is no news.
      const isNews = old === undefined ? reason !== 'NodeNotReady' : old !== status;
      if (reason && isNews) this.#recordEvent('Normal', reason, `Node ${this.#options.context.config.nodeName} status is now: ${reason}`);
    }
  }
  #recordEvent(type: 'Normal' | 'Warning', reason: string, message: string): void {
    const { nodeName } = this.#options.context.config;
    // Upstream, too, gives the node's name as its uid here; `describe node` looks for that.
    const about: ObjectReference = { kind: 'Node', name: nodeName, uid: nodeName };
    this.#options.events.emit(about, type, reason, message);
  }
}
