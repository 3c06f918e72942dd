/**
 * Nodes that run nothing: they register, renew their leases, and play the pods that the scheduler gives them. All of a cluster's nodes in one object, inside the
 * control plane's process, so that a thousand cost little. Upstream counterpart: kwok (kubernetes-sigs/kwok).
 */
import { type Clock, rfc3339Micro } from '../../api/clock.ts';
import { isApiError } from '../../api/errors.ts';
import { keyOf, type Live } from '../../api/object.ts';
import type { Pod } from '../../api/types.gen.ts';
import type { Cache } from '../../cache/cache.ts';
import type { Client } from '../../client/client.ts';
import { after, Controller, done, onObject, type Result } from '../../client/controller.ts';
import type { EventBroadcaster } from '../../client/events.ts';
import { controllerOf } from '../../client/owner-references.ts';
import { leases, nodes as nodeKind, pods as podKind } from '../kinds.ts';
import { IpPool } from '../kubelet/ip-pool.ts';
import { podReference } from '../kubelet/kubelet-parts.ts';
import { type SimulatedNode, simulatedNodeObject, simulatedNodeStatus } from './simulated-node.ts';
import { endedStatus, playedStatus } from './simulated-pod.ts';

export interface SimulatedNodesOptions {
  /** The API as this node sees it: each has its own name, and no rights over the others. */
  readonly clientOf: (node: string) => Client;
  readonly clock: Clock;
  /** All pods; must have synced. */
  readonly pods: Cache<Pod>;
  readonly events: EventBroadcaster;
  readonly onError: (what: string, error: unknown) => void;
}

/** A little more often than a lease runs out (40 s), and no oftener: nobody else asks. */
const renewMs = 25_000;
const leaseSeconds = 40;
const leaseNamespace = 'kube-node-lease';
/** Writes under way at a time: the store commits what is at hand together. */
const atOnce = 64;

/** How long the pods of Jobs work. */
const workMs = 1000;
/** The exit code of a program that SIGKILL ended. */
const killed = 137;
/** Pods of Jobs end by themselves, well; all others run until they are deleted. */
function isWork(pod: Live<Pod>): boolean {
  return pod.status?.phase === 'Running' && controllerOf(pod)?.kind === 'Job';
}

interface Place {
  readonly node: SimulatedNode;
  readonly ips: IpPool;
  readonly client: Client;
}

export class SimulatedNodes implements AsyncDisposable {
  readonly #options: SimulatedNodesOptions;
  readonly #nodes = new Map<string, Place>();
  readonly #timers = new Map<string, () => void>();
  readonly #controller: Controller;
  #stopped = false;

  constructor(options: SimulatedNodesOptions) {
    this.#options = options;
    const { clock, pods, onError } = options;
    this.#controller = new Controller({
      name: 'simulated-kubelet',
      clock,
      workers: atOnce,
      triggers: [onObject(pods)],
      reconcile: (key) => this.#reconcile(key),
      onError: (_, key, error) => onError(`pod ${key}`, error),
    });
  }

  /** Registers the nodes that are not there yet and begins to play all of them. */
  async start(nodes: readonly SimulatedNode[]): Promise<void> {
    const waiting = [...nodes];
    const work = async (): Promise<void> => {
      for (let node = waiting.shift(); node; node = waiting.shift()) await this.#startNode(node);
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    for (const pod of this.#options.pods.list()) if (pod.spec.nodeName) this.#controller.add(keyOf(pod));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true;
    for (const cancel of this.#timers.values()) cancel();
    await this.#controller[Symbol.asyncDispose]();
  }

  async #startNode(node: SimulatedNode): Promise<void> {
    const { clock, pods } = this.#options;
    const client = this.#options.clientOf(node.name);
    const ips = new IpPool(node.podCidr, clock);
    for (const { metadata, spec, status } of pods.list())
      if (spec.nodeName === node.name && status?.podIP && !spec.hostNetwork) ips.reserve(metadata.uid, status.podIP);
    try {
      await client.create(nodeKind, simulatedNodeObject(node));
    } catch (error) {
      if (!isApiError(error, 'AlreadyExists')) throw error;
    }
    const status = simulatedNodeStatus(node, clock.now());
    await client.patch(nodeKind, { name: node.name }, { type: 'merge', patch: { status } }, { subresource: 'status' });
    this.#nodes.set(node.name, { node, ips, client });
    await this.#renew(node.name, client);
  }

  async #renew(name: string, client: Client): Promise<void> {
    const { clock, onError } = this.#options;
    const spec = { holderIdentity: name, leaseDurationSeconds: leaseSeconds, renewTime: rfc3339Micro(clock.now()) };
    const key = { namespace: leaseNamespace, name };
    try {
      await client.patch(leases, key, { type: 'merge', patch: { spec } }).catch((error: unknown) => {
        if (!isApiError(error, 'NotFound')) throw error;
        return client.create(leases, { metadata: key, spec });
      });
    } catch (error) {
      if (!this.#stopped) onError(`lease of node ${name}`, error);
    }
    if (this.#stopped) return;
    this.#timers.set(
      name,
      clock.timer(renewMs, () => void this.#renew(name, client)),
    );
  }

  async #reconcile(key: string): Promise<Result> {
    const { pods } = this.#options;
    const pod = pods.get(key);
    const place = this.#nodes.get(pod?.spec.nodeName ?? '');
    if (!pod || !place) return done;
    const { uid, deletionTimestamp, finalizers = [] } = pod.metadata;
    if (deletionTimestamp !== undefined) {
      // Whoever holds it wants to see how it ended.
      if (finalizers.length > 0) await this.#end(pod, place, killed);
      await ignoreGone(place.client.delete(podKind, pod.metadata, { gracePeriodSeconds: 0, uid }));
      place.ips.release(uid);
    } else if (pod.status?.phase === undefined || pod.status.phase === 'Pending') {
      await this.#play(pod, place);
    } else if (isWork(pod)) {
      const leftMs = Date.parse(pod.status?.startTime ?? '') + workMs - this.#options.clock.now();
      if (leftMs > 0) return after(leftMs);
      await this.#end(pod, place, 0);
    }
    return done;
  }

  async #end(pod: Live<Pod>, { client }: Place, exitCode: number): Promise<void> {
    if (pod.status?.phase !== 'Running') return;
    const status = endedStatus(pod, exitCode, this.#options.clock.now());
    await ignoreGone(client.patch(podKind, pod.metadata, { type: 'merge', patch: { status } }, { subresource: 'status' }));
  }

  async #play(pod: Live<Pod>, { node, ips, client }: Place): Promise<void> {
    const { clock, events } = this.#options;
    const podIp = ips.allocate(pod.metadata.uid);
    const status = playedStatus({ pod, hostIp: node.ip, podIp, now: clock.now() });
    await ignoreGone(client.patch(podKind, pod.metadata, { type: 'merge', patch: { status } }, { subresource: 'status' }));
    const recorder = events.recorder('kubelet', node.name);
    for (const container of pod.spec.containers) {
      const about = podReference(pod, container);
      recorder.eventAbout(about, 'Normal', 'Created', `Created container: ${container.name}`);
      recorder.eventAbout(about, 'Normal', 'Started', `Started container ${container.name}`);
    }
  }
}

/** The pod was deleted, or another took its name, while this was on its way: the watch tells. */
async function ignoreGone(writing: Promise<unknown>): Promise<void> {
  try {
    await writing;
  } catch (error) {
    if (!isApiError(error, 'NotFound') && !isApiError(error, 'Conflict')) throw error;
  }
}
