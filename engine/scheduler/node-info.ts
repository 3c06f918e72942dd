/**
 * A node and the sum of what runs there, kept up to date pod by pod so that no decision has to add up. Pods may be known before their
 * node is, and outlive it. Upstream: framework.NodeInfo.
 */
import type { Live } from '../api/object.ts';
import type { Labels } from '../api/selector.ts';
import type { Node, Taint } from '../api/types.gen.ts';
import type { PodGroup } from './pod-groups.ts';
import { type HostPort, hasPodAffinity, type PodInfo, requiredAntiAffinity } from './pod-info.ts';
import { addResources, noResources, parseResources, type Resources, subtractResources } from './resources.ts';

const noLabels: Labels = {};
const noTaints: readonly Taint[] = [];
const everyAddress = '0.0.0.0';

export class NodeInfo {
  readonly name: string;
  node: Live<Node> | undefined;
  labels: Labels = noLabels;
  taints: readonly Taint[] = noTaints;
  unschedulable = false;
  allocatable: Resources = noResources;
  /** Sizes in bytes by image name. */
  images: ReadonlyMap<string, number> = new Map();
  requested: Resources = noResources;
  weight: Resources = noResources;
  readonly pods = new Map<string, PodInfo>();
  /** How many pods of each group run here; those that are being deleted don't count. */
  readonly groups = new Map<PodGroup, number>();
  readonly withAffinity = new Set<PodInfo>();
  readonly withAntiAffinity = new Set<PodInfo>();
  /** Addresses by protocol and port. A port is used once per address. */
  readonly #usedPorts = new Map<string, string[]>();

  constructor(name: string) {
    this.name = name;
  }

  setNode(node: Live<Node>): void {
    this.node = node;
    this.labels = node.metadata.labels ?? noLabels;
    this.taints = node.spec.taints ?? noTaints;
    this.unschedulable = node.spec.unschedulable ?? false;
    this.allocatable = parseResources(node.status?.allocatable ?? node.status?.capacity);
    this.images = new Map((node.status?.images ?? []).flatMap(({ names = [], sizeBytes = 0 }) => names.map((name) => [name, sizeBytes])));
  }
  clearNode(): void {
    this.node = undefined;
  }

  add(pod: PodInfo): void {
    this.pods.set(pod.uid, pod);
    this.requested = addResources(this.requested, pod.requests);
    this.weight = addResources(this.weight, pod.weight);
    if (!pod.terminating) this.groups.set(pod.group, (this.groups.get(pod.group) ?? 0) + 1);
    if (hasPodAffinity(pod)) this.withAffinity.add(pod);
    if (requiredAntiAffinity(pod).length > 0) this.withAntiAffinity.add(pod);
    for (const port of pod.hostPorts) this.#usedPorts.set(portKey(port), [...(this.#usedPorts.get(portKey(port)) ?? []), port.ip]);
  }

  remove(pod: PodInfo): void {
    if (!this.pods.delete(pod.uid)) return;
    this.requested = subtractResources(this.requested, pod.requests);
    this.weight = subtractResources(this.weight, pod.weight);
    if (!pod.terminating) this.#leaveGroup(pod.group);
    this.withAffinity.delete(pod);
    this.withAntiAffinity.delete(pod);
    for (const port of pod.hostPorts) this.#freePort(port);
  }

  /** Whether the port is taken on that address; every address stands for all of them. */
  isPortUsed(port: HostPort): boolean {
    const used = this.#usedPorts.get(portKey(port));
    if (!used) return false;
    return port.ip === everyAddress || used.some((ip) => ip === port.ip || ip === everyAddress);
  }

  countMatching(matches: (group: PodGroup) => boolean): number {
    let count = 0;
    for (const [group, pods] of this.groups) if (matches(group)) count += pods;
    return count;
  }

  #leaveGroup(group: PodGroup): void {
    const left = (this.groups.get(group) ?? 0) - 1;
    if (left > 0) this.groups.set(group, left);
    else this.groups.delete(group);
  }
  #freePort(port: HostPort): void {
    const used = this.#usedPorts.get(portKey(port)) ?? [];
    const left = used.toSpliced(used.indexOf(port.ip), 1);
    if (left.length > 0) this.#usedPorts.set(portKey(port), left);
    else this.#usedPorts.delete(portKey(port));
  }
}

function portKey({ protocol, port }: HostPort): string {
  return `${protocol}/${port}`;
}
