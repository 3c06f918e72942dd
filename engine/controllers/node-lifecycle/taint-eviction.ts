/** Evicts pods from nodes whose NoExecute taints they do not, or no longer, tolerate. Upstream: pkg/controller/tainteviction. */
import { node as nodeKind } from '../../api/kinds/core/node.ts';
import { pod as podKind } from '../../api/kinds/core/pod.ts';
import { keyOf, type Live } from '../../api/object.ts';
import type { Node, Pod } from '../../api/types.gen.ts';
import type { Cache } from '../../cache/cache.ts';
import { after, Controller, done, onChange, onObject, type Result } from '../../client/controller.ts';
import type { EventRecorder } from '../../client/events.ts';
import type { ControllerContext, ControllerSetup } from '../context.ts';
import { byNode } from '../indexes.ts';
import { isTerminated } from '../pods.ts';
import { removePod } from '../remove-pod.ts';
import type { EvictionHold } from './eviction-hold.ts';
import { evictingTaints, toleratedSeconds } from './taints.ts';

const component = 'taint-eviction-controller';
const because = { reason: 'DeletionByTaintManager', message: 'Taint manager: deleting due to NoExecute taint' };

export function taintEvictionController(hold: EvictionHold): ControllerSetup {
  return (context) => {
    const nodes = context.informers.cache(nodeKind);
    const pods = context.informers.cache(podKind, {}, byNode);
    return () => {
      const evictor = new Evictor({ context, nodes, pods, hold });
      return new Controller({
        name: component,
        clock: context.clock,
        onError: context.onError,
        triggers: [
          onObject(nodes),
          // Only pods that come to a tainted node: their tolerations hardly ever change.
          onChange(pods, ({ type, object: { spec } }) =>
            type !== 'deleted' && spec.nodeName && isTainted(nodes, spec.nodeName) ? [spec.nodeName] : [],
          ),
        ],
        reconcile: (name) => evictor.reconcile(name),
      });
    };
  };
}

function isTainted(nodes: Cache<Node>, name: string): boolean {
  const node = nodes.get(name);
  return node !== undefined && evictingTaints(node).length > 0;
}

interface EvictorOptions {
  readonly context: ControllerContext;
  readonly nodes: Cache<Node>;
  readonly pods: Cache<Pod>;
  readonly hold: EvictionHold;
}

class Evictor {
  readonly #options: EvictorOptions;
  readonly #events: EventRecorder;
  /** When each pod of a node goes, by uid. */
  readonly #due = new Map<string, ReadonlyMap<string, number>>();
  constructor(options: EvictorOptions) {
    this.#options = options;
    this.#events = options.context.events.recorder(component);
  }

  async reconcile(name: string): Promise<Result> {
    const { nodes, pods, context, hold } = this.#options;
    const node = nodes.get(name);
    const taints = node ? evictingTaints(node) : [];
    const candidates = taints.length > 0 || this.#due.has(name) ? pods.byIndex('node', name).filter(isStaying) : [];
    const before = this.#due.get(name) ?? new Map<string, number>();
    const nowMs = context.clock.now();
    const next = new Map<string, number>();
    for (const pod of candidates) {
      const { uid } = pod.metadata;
      const seconds = taints.length === 0 ? Number.POSITIVE_INFINITY : toleratedSeconds(pod.spec.tolerations ?? [], taints);
      // Counted from when we first saw it, as upstream does: after a restart the pods get their time again.
      if (seconds !== Number.POSITIVE_INFINITY) next.set(uid, Math.max(before.get(uid) ?? nowMs + seconds * 1000, hold.untilMs));
      else if (before.has(uid)) this.#events.event(pod, 'Normal', 'TaintManagerEviction', `Cancelling deletion of Pod ${keyOf(pod)}`);
    }
    if (next.size > 0) this.#due.set(name, next);
    else this.#due.delete(name);
    for (const pod of candidates) if ((next.get(pod.metadata.uid) ?? Number.POSITIVE_INFINITY) <= nowMs) await this.#evict(pod);
    const waits = [...next.values()].filter((dueMs) => dueMs > nowMs);
    return waits.length === 0 ? done : after(Math.min(...waits) - nowMs);
  }

  async #evict(pod: Live<Pod>): Promise<void> {
    const { client, clock } = this.#options.context;
    this.#events.event(pod, 'Normal', 'TaintManagerEviction', `Marking for deletion Pod ${keyOf(pod)}`);
    await removePod({ client, pod, nowMs: clock.now(), because, force: false });
  }
}

function isStaying(pod: Live<Pod>): boolean {
  return pod.metadata.deletionTimestamp === undefined && !isTerminated(pod);
}
