/**
 * Finds out which nodes do not answer any more: their conditions become Unknown, their pods not ready, and they are tainted so that nothing is scheduled there and
 * what is there moves away. Upstream: pkg/controller/nodelifecycle; it looks every 5 s, here each node has one timer. While no node at all is ready nobody is
 * evicted (upstream's "master disruption mode"): there is nowhere to go.
 */

import { rfc3339 } from '../../api/clock.ts';
import { isApiError } from '../../api/errors.ts';
import { lease as leaseKind } from '../../api/kinds/coordination/lease.ts';
import { node as nodeKind } from '../../api/kinds/core/node.ts';
import { pod as podKind } from '../../api/kinds/core/pod.ts';
import { keyString, type Live } from '../../api/object.ts';
import type { Lease, Node, Pod } from '../../api/types.gen.ts';
import type { Cache } from '../../cache/cache.ts';
import { after, Controller, done, onChange, onObject, type Result } from '../../client/controller.ts';
import type { EventRecorder } from '../../client/events.ts';
import type { ControllerContext, ControllerSetup } from '../context.ts';
import { byNode } from '../indexes.ts';
import { isReady } from '../pods.ts';
import { isReadyNode, nodeCondition, type Readiness, readinessOf, unknownConditions } from './conditions.ts';
import type { EvictionHold } from './eviction-hold.ts';
import { planTaints } from './taints.ts';

const component = 'node-controller';
const leaseNamespace = 'kube-node-lease';
/** A node that has been silent for so long is not there. Kubernetes 1.32 went from 40 to 50 s; here the shorter time is kept, as nodes are on this computer. */
const graceMs = 40_000;
/** The same for a node that has never said anything. */
const startGraceMs = 60_000;
/** A timer that is so late means that the whole computer was asleep. */
const lateMs = 5000;

export function nodeLifecycleController(hold: EvictionHold): ControllerSetup {
  return (context) => {
    const nodes = context.informers.cache(nodeKind);
    const leases = context.informers.cache(leaseKind);
    const pods = context.informers.cache(podKind, {}, byNode);
    return () => {
      const watcher = new NodeWatcher({ context, nodes, leases, pods, hold });
      const controller = new Controller({
        name: component,
        clock: context.clock,
        onError: context.onError,
        triggers: [
          onObject(nodes),
          onChange(leases, ({ object: { metadata } }) => (metadata.namespace === leaseNamespace ? [metadata.name] : [])),
        ],
        reconcile: (name) => watcher.reconcile(name),
      });
      watcher.enqueueAll = () => {
        for (const { metadata } of nodes.list()) controller.add(metadata.name);
      };
      const end = hold.onChange(watcher.enqueueAll);
      return {
        async [Symbol.asyncDispose]() {
          end();
          await controller[Symbol.asyncDispose]();
        },
      };
    };
  };
}

/** The last heartbeat of a node, by our own clock: nodes' clocks are not trusted. */
interface Heartbeat {
  readonly uid: string;
  readonly sign: string;
  readonly atMs: number;
  /** How ready it was when we last looked. */
  readonly readiness: Readiness | undefined;
  /** When we meant to look again. */
  readonly dueMs: number | undefined;
  readonly isSchedulable: boolean;
}
interface NodeWatcherOptions {
  readonly context: ControllerContext;
  readonly nodes: Cache<Node>;
  readonly leases: Cache<Lease>;
  readonly pods: Cache<Pod>;
  readonly hold: EvictionHold;
}

class NodeWatcher {
  enqueueAll: () => void = () => {};
  readonly #options: NodeWatcherOptions;
  readonly #events: EventRecorder;
  readonly #heartbeats = new Map<string, Heartbeat>();
  #wasAnyReady: boolean | undefined;

  constructor(options: NodeWatcherOptions) {
    this.#options = options;
    this.#events = options.context.events.recorder(component);
  }

  async reconcile(name: string): Promise<Result> {
    const { nodes, context, hold } = this.#options;
    const node = nodes.get(name);
    if (!node) return this.#forget(name);
    const before = this.#heartbeats.get(name);
    const nowMs = context.clock.now();
    if (before?.dueMs !== undefined && nowMs > before.dueMs + lateMs && nowMs >= hold.untilMs) hold.hold(graceMs);
    const heartbeat = this.#readHeartbeat(node, before?.uid === node.metadata.uid ? before : undefined);
    const overdueAtMs = Math.max(heartbeat.atMs, hold.sinceMs) + (nodeCondition(node, 'Ready') ? graceMs : startGraceMs);
    const isOverdue = nowMs >= overdueAtMs;
    const dueMs = isOverdue ? undefined : overdueAtMs;
    this.#heartbeats.set(name, { ...heartbeat, dueMs });
    const current = isOverdue ? await this.#markUnknown(node, nowMs) : node;
    if (heartbeat.readiness === 'True' && !isReadyNode(current)) await this.#stopPods(current);
    this.#heartbeats.set(name, { ...heartbeat, dueMs, readiness: readinessOf(current) });
    this.#noteWhetherAnyIsReady(current);
    await this.#taint(current, nowMs);
    const waits = [dueMs, hold.untilMs > nowMs ? hold.untilMs : undefined].filter((ms) => ms !== undefined);
    return waits.length === 0 ? done : after(Math.min(...waits) - nowMs);
  }

  #forget(name: string): Result {
    const heartbeat = this.#heartbeats.get(name);
    this.#heartbeats.delete(name);
    if (heartbeat) this.#recordEvent({ name, uid: heartbeat.uid }, 'RemovingNode', `Removing Node ${name} from Controller`);
    return done;
  }

  /** Any sign of life counts: a renewed lease or a newer status. */
  #readHeartbeat(node: Live<Node>, before: Heartbeat | undefined): Heartbeat {
    const { name, uid } = node.metadata;
    const lease = this.#options.leases.get(keyString({ namespace: leaseNamespace, name }));
    const sign = `${lease?.spec.renewTime ?? ''} ${nodeCondition(node, 'Ready')?.lastHeartbeatTime ?? ''}`;
    if (!before) this.#recordEvent({ name, uid }, 'RegisteredNode', `Registered Node ${name} in Controller`);
    const isNews = !before || before.sign !== sign;
    const isSchedulable = node.spec.unschedulable !== true;
    if (before && before.isSchedulable !== isSchedulable) this.#tellSchedulable(name, isSchedulable);
    const atMs = isNews ? this.#options.context.clock.now() : before.atMs;
    return { uid, sign, atMs, readiness: before?.readiness, dueMs: undefined, isSchedulable };
  }

  async #markUnknown(node: Live<Node>, nowMs: number): Promise<Live<Node>> {
    const conditions = unknownConditions(node, nowMs);
    const isKnown = readinessOf(node) === 'Unknown' && conditions.length === (node.status?.conditions ?? []).length;
    if (isKnown) return node;
    return this.#options.context.client.update(nodeKind, { ...node, status: { ...node.status, conditions } }, { subresource: 'status' });
  }

  /** Nobody shall be sent to pods of which nobody knows whether they answer. */
  async #stopPods(node: Live<Node>): Promise<void> {
    const { pods, context } = this.#options;
    const { name, uid } = node.metadata;
    this.#recordEvent({ name, uid }, 'NodeNotReady', `Node ${name} status is now: NodeNotReady`);
    for (const pod of pods.byIndex('node', name).filter(isReady)) {
      const lastTransitionTime = rfc3339(context.clock.now());
      const conditions = pod.status?.conditions?.map((condition) =>
        condition.type === 'Ready' ? { ...condition, status: 'False', lastTransitionTime } : condition,
      );
      try {
        await context.client.update(podKind, { ...pod, status: { ...pod.status, conditions } }, { subresource: 'status' });
        this.#events.event(pod, 'Warning', 'NodeNotReady', 'Node is not ready');
      } catch (error) {
        // Gone, or changed by its kubelet, which is then there after all.
        if (!isApiError(error, 'NotFound') && !isApiError(error, 'Conflict')) throw error;
      }
    }
  }

  async #taint(node: Live<Node>, nowMs: number): Promise<void> {
    const evict = this.#wasAnyReady === true && nowMs >= this.#options.hold.untilMs;
    const taints = planTaints(node, { nowMs, evict });
    if (taints === node.spec.taints || (taints.length === 0 && node.spec.taints === undefined)) return;
    const { resourceVersion } = node.metadata;
    const patch = { metadata: { resourceVersion }, spec: { taints } };
    await this.#options.context.client.patch(nodeKind, node.metadata, { type: 'merge', patch });
  }

  #noteWhetherAnyIsReady(current: Live<Node>): void {
    const isOtherReady = (node: Live<Node>): boolean => node.metadata.name !== current.metadata.name && isReadyNode(node);
    const isAnyReady = isReadyNode(current) || this.#options.nodes.list().some(isOtherReady);
    if (this.#wasAnyReady !== undefined && this.#wasAnyReady !== isAnyReady) this.enqueueAll();
    this.#wasAnyReady = isAnyReady;
  }

  /** In the kubelet's name, which tells it upstream: here one place sees it for nodes of every driver. It, too, gives the node's name as its uid. */
  #tellSchedulable(name: string, isSchedulable: boolean): void {
    const reason = isSchedulable ? 'NodeSchedulable' : 'NodeNotSchedulable';
    const kubelet = this.#options.context.events.recorder('kubelet', name);
    kubelet.eventAbout({ kind: 'Node', name, uid: name }, 'Normal', reason, `Node ${name} status is now: ${reason}`);
  }
  #recordEvent({ name, uid }: { readonly name: string; readonly uid: string }, reason: string, message: string): void {
    this.#events.eventAbout({ kind: 'Node', name, uid, apiVersion: 'v1' }, 'Normal', reason, message);
  }
}
