/**
 * Nodes and the pods on them as the scheduler believes them to be: what the caches say, plus the pods it has placed and not yet seen
 * placed. Upstream: scheduler/backend/cache.
 */
import { keyString, type Live } from '../api/object.ts';
import { type Labels, selectorOfLabels } from '../api/selector.ts';
import type { Namespace, Node, PersistentVolumeClaim, Pod, ReplicaSet, Service } from '../api/types.gen.ts';
import type { Cache } from '../cache/cache.ts';
import type { ClusterView } from './cluster-view.ts';
import { NodeInfo } from './node-info.ts';
import { PodGroups, PodMatcher } from './pod-groups.ts';
import { hasPodAffinity, type PodInfo, podInfo, requiredAntiAffinity } from './pod-info.ts';
import { selectorOrNothing } from './pod-terms.ts';

export interface Surroundings {
  readonly services: Pick<Cache<Service>, 'list' | 'subscribe'>;
  readonly replicaSets: Pick<Cache<ReplicaSet>, 'get' | 'subscribe'>;
  readonly namespaces: Pick<Cache<Namespace>, 'get' | 'subscribe'>;
  readonly claims: Pick<Cache<PersistentVolumeClaim>, 'get' | 'subscribe'>;
}

interface Placed {
  readonly info: PodInfo;
  readonly node: NodeInfo;
  /** Placed by us; the API has not confirmed it yet. */
  readonly assumed: boolean;
}

const noLabels: Labels = {};
/** Answers remembered; each is cheap to find again. */
const maxFellows = 10_000;

export class ClusterState implements ClusterView {
  readonly #around: Surroundings;
  readonly #groups = new PodGroups();
  /** Also nodes that exist only in the name of their pods. */
  readonly #byName = new Map<string, NodeInfo>();
  readonly #placed = new Map<string, Placed>();
  readonly #imageNodes = new Map<string, number>();
  readonly nodesWithAffinity = new Set<NodeInfo>();
  readonly nodesWithAntiAffinity = new Set<NodeInfo>();
  #nodes: NodeInfo[] = [];
  #fellows = new Map<string, PodMatcher | undefined>();
  #matchers = new WeakMap<object, PodMatcher>();

  constructor(around: Surroundings) {
    this.#around = around;
  }

  get nodes(): readonly NodeInfo[] {
    return this.#nodes;
  }
  imageNodes(image: string): number {
    return this.#imageNodes.get(image) ?? 0;
  }
  namespaceLabels(namespace: string): Labels {
    return this.#around.namespaces.get(namespace)?.metadata.labels ?? noLabels;
  }
  claim(namespace: string, name: string): Live<PersistentVolumeClaim> | undefined {
    return this.#around.claims.get(keyString({ namespace, name }));
  }
  matcherOf(term: object, build: () => PodMatcher): PodMatcher {
    const known = this.#matchers.get(term);
    if (known) return known;
    const matcher = build();
    this.#matchers.set(term, matcher);
    return matcher;
  }

  /** Upstream: helper.DefaultSelector. Pods of one controller with equal labels share the answer. */
  fellows(pod: PodInfo): PodMatcher | undefined {
    const owner = pod.pod.metadata.ownerReferences?.find(({ controller }) => controller);
    const key = `${owner?.uid ?? ''} ${pod.namespace} ${JSON.stringify(pod.group.labels)}`;
    if (this.#fellows.size >= maxFellows) this.forgetFellows();
    if (!this.#fellows.has(key)) this.#fellows.set(key, this.#findFellows(pod, owner?.kind === 'ReplicaSet' ? owner.name : undefined));
    return this.#fellows.get(key);
  }
  /** Services or controllers have changed. */
  forgetFellows(): void {
    this.#fellows = new Map();
  }
  /** Labels of namespaces have changed. */
  forgetMatchers(): void {
    this.#matchers = new WeakMap();
  }

  setNode(node: Live<Node>): void {
    const info = this.#ensure(node.metadata.name);
    if (!info.node) this.#nodes.push(info);
    this.#countImages(info, -1);
    info.setNode(node);
    this.#countImages(info, 1);
  }
  removeNode(name: string): void {
    const info = this.#byName.get(name);
    if (!info?.node) return;
    this.#countImages(info, -1);
    info.clearNode();
    this.#nodes = this.#nodes.filter((other) => other !== info);
    this.#tidy(info);
  }

  /** Works out what is needed to place the pod; give it back with `release`, or place it. */
  describe(pod: Live<Pod>): PodInfo {
    return podInfo(pod, this.#groups.acquire(pod.metadata.namespace ?? '', pod.metadata.labels ?? noLabels));
  }
  release(info: PodInfo): void {
    this.#groups.release(info.group);
  }

  /** The API says that the pod is on `nodeName`. */
  confirm(pod: Live<Pod>, nodeName: string): void {
    this.remove(pod.metadata.uid);
    this.#place(this.describe(pod), nodeName, false);
  }
  /** We have decided that it will be; takes `info` over. */
  assume(info: PodInfo, nodeName: string): void {
    this.#place(info, nodeName, true);
  }
  isAssumed(uid: string): boolean {
    return this.#placed.get(uid)?.assumed ?? false;
  }
  isPlaced(uid: string): boolean {
    return this.#placed.has(uid);
  }
  remove(uid: string): void {
    const placed = this.#placed.get(uid);
    if (!placed) return;
    this.#placed.delete(uid);
    placed.node.remove(placed.info);
    this.release(placed.info);
    this.#tidy(placed.node);
  }

  #place(info: PodInfo, nodeName: string, assumed: boolean): void {
    const node = this.#ensure(nodeName);
    node.add(info);
    this.#placed.set(info.uid, { info, node, assumed });
    if (hasPodAffinity(info)) this.nodesWithAffinity.add(node);
    if (requiredAntiAffinity(info).length > 0) this.nodesWithAntiAffinity.add(node);
  }

  #ensure(name: string): NodeInfo {
    const known = this.#byName.get(name) ?? new NodeInfo(name);
    this.#byName.set(name, known);
    return known;
  }
  #tidy(node: NodeInfo): void {
    if (node.withAffinity.size === 0) this.nodesWithAffinity.delete(node);
    if (node.withAntiAffinity.size === 0) this.nodesWithAntiAffinity.delete(node);
    if (!node.node && node.pods.size === 0) this.#byName.delete(node.name);
  }
  #countImages(node: NodeInfo, by: 1 | -1): void {
    if (!node.node) return;
    for (const name of node.images.keys()) {
      const count = (this.#imageNodes.get(name) ?? 0) + by;
      if (count > 0) this.#imageNodes.set(name, count);
      else this.#imageNodes.delete(name);
    }
  }

  #findFellows(pod: PodInfo, replicaSet: string | undefined): PodMatcher | undefined {
    const { namespace } = pod;
    const labels = Object.entries(pod.group.labels);
    const wanted: Record<string, string> = {};
    for (const { spec } of this.#around.services.list(namespace)) {
      const selector = Object.entries(spec.selector ?? {});
      if (selector.length > 0 && selector.every(([key, value]) => labels.some(([k, v]) => k === key && v === value)))
        Object.assign(wanted, spec.selector);
    }
    const controller = replicaSet === undefined ? undefined : this.#around.replicaSets.get(`${namespace}/${replicaSet}`);
    const selector = [...selectorOfLabels(wanted), ...(controller ? selectorOrNothing(controller.spec.selector) : [])];
    return selector.length === 0 ? undefined : new PodMatcher(selector, (other) => other === namespace);
  }
}
