/**
 * Removes pods that nobody else will: on nodes that are gone, unscheduled and deleted, on nodes out of service, and those long over when there are too many.
 * Upstream: pkg/controller/podgc, which looks every 20 s; here events do.
 */
import { isApiError } from '../api/errors.ts';
import { node as nodeKind } from '../api/kinds/core/node.ts';
import { pod as podKind } from '../api/kinds/core/pod.ts';
import { keyOf, type Live } from '../api/object.ts';
import type { Node, Pod } from '../api/types.gen.ts';
import type { Cache, CacheEvent } from '../cache/cache.ts';
import { after, Controller, done, onChange, type Result } from '../client/controller.ts';
import type { ControllerContext, ControllerSetup } from './context.ts';
import { byNode } from './indexes.ts';
import { isReadyNode } from './node-lifecycle/conditions.ts';
import { isTerminated } from './pods.ts';
import { removePod } from './remove-pod.ts';

/** A node that is missing may only not have been seen yet. */
const quarantineMs = 40_000;
/** Upstream's --terminated-pod-gc-threshold. */
const maxTerminated = 12_500;
const terminated = 'terminated';
const byEnd = { end: (pod: Live<Pod>): readonly string[] => (isTerminated(pod) ? [terminated] : []) };
const outOfService = 'node.kubernetes.io/out-of-service';

export const podGcController: ControllerSetup = (context) => {
  const nodes = context.informers.cache(nodeKind);
  const pods = context.informers.cache(podKind, {}, { ...byNode, ...byEnd });
  return () => {
    const collector = new PodCollector({ context, nodes, pods });
    return new Controller({
      name: 'pod-garbage-collector',
      clock: context.clock,
      onError: context.onError,
      workers: 1,
      triggers: [onChange(pods, (event) => collector.keysOfPod(event)), onChange(nodes, (event) => collector.keysOfNode(event))],
      reconcile: (key) => collector.reconcile(key),
    });
  };
};

interface PodCollectorOptions {
  readonly context: ControllerContext;
  readonly nodes: Cache<Node>;
  readonly pods: Cache<Pod>;
}

/** Keys are `node:<name>`, `pod:<key>` and `terminated`. */
class PodCollector {
  readonly #options: PodCollectorOptions;
  readonly #missingSince = new Map<string, number>();
  constructor(options: PodCollectorOptions) {
    this.#options = options;
  }

  keysOfPod({ type, object }: CacheEvent<Pod>): readonly string[] {
    if (type === 'deleted') return [];
    const { nodeName } = object.spec;
    const isLeaving = object.metadata.deletionTimestamp !== undefined;
    const node = nodeName ? this.#options.nodes.get(nodeName) : undefined;
    return [
      ...(nodeName && (!node || (isLeaving && isOutOfService(node))) ? [`node:${nodeName}`] : []),
      ...(!nodeName && isLeaving ? [`pod:${keyOf(object)}`] : []),
      ...(isTerminated(object) ? [terminated] : []),
    ];
  }
  keysOfNode({ type, object }: CacheEvent<Node>): readonly string[] {
    return type === 'deleted' || isOutOfService(object) ? [`node:${object.metadata.name}`] : [];
  }

  async reconcile(key: string): Promise<Result> {
    if (key === terminated) return this.#trimTerminated();
    const name = key.slice(key.indexOf(':') + 1);
    return key.startsWith('pod:') ? this.#endUnscheduled(name) : this.#lookAtNode(name);
  }

  async #endUnscheduled(key: string): Promise<Result> {
    const pod = this.#options.pods.get(key);
    if (pod?.metadata.deletionTimestamp !== undefined && !pod.spec.nodeName) await this.#remove(pod);
    return done;
  }

  async #lookAtNode(name: string): Promise<Result> {
    const { nodes, pods, context } = this.#options;
    const node = nodes.get(name);
    const there = pods.byIndex('node', name);
    if (node || there.length === 0) {
      this.#missingSince.delete(name);
      const leaving = node && isOutOfService(node) ? there.filter(({ metadata }) => metadata.deletionTimestamp !== undefined) : [];
      for (const pod of leaving) await this.#remove(pod);
      return done;
    }
    const since = this.#missingSince.get(name) ?? context.clock.now();
    this.#missingSince.set(name, since);
    const leftMs = since + quarantineMs - context.clock.now();
    if (leftMs > 0) return after(leftMs);
    if (await this.#exists(name)) return done;
    const because = { reason: 'DeletionByPodGC', message: 'PodGC: node no longer exists' };
    for (const pod of there) await this.#remove(pod, because);
    return done;
  }
  async #exists(name: string): Promise<boolean> {
    try {
      await this.#options.context.client.get(nodeKind, { name });
      return true;
    } catch (error) {
      if (isApiError(error, 'NotFound')) return false;
      throw error;
    }
  }

  /** Evicted ones first, then the oldest. */
  async #trimTerminated(): Promise<Result> {
    const over = this.#options.pods.byIndex('end', terminated);
    const evicted = ({ status }: Pod): number => (status?.reason === 'Evicted' ? 0 : 1);
    if (over.length <= maxTerminated) return done;
    const ordered = over.toSorted(
      (a, b) => evicted(a) - evicted(b) || (a.metadata.creationTimestamp < b.metadata.creationTimestamp ? -1 : 1),
    );
    for (const pod of ordered.slice(0, over.length - maxTerminated)) await this.#remove(pod);
    return done;
  }

  #remove(pod: Live<Pod>, because?: { readonly reason: string; readonly message: string }): Promise<void> {
    const { client, clock } = this.#options.context;
    return removePod({ client, pod, nowMs: clock.now(), force: true, ...(because ? { because } : {}) });
  }
}

function isOutOfService(node: Node): boolean {
  return !isReadyNode(node) && (node.spec.taints ?? []).some(({ key }) => key === outOfService);
}
