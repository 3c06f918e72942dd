/** Nodes, pods and clusters for the scheduler's tests. */
import type { Live } from '../api/object.ts';
import type { Namespace, Node, NodeSpec, NodeStatus, PersistentVolumeClaim, Pod, PodSpec, ReplicaSet, Service } from '../api/types.gen.ts';
import { ClusterState } from '../scheduler/cluster-state.ts';
import { type Decision, schedule } from '../scheduler/schedule.ts';
import { type TestCache, testCache } from './test-cache.ts';

type Labels = Readonly<Record<string, string>>;
const created = '2026-01-01T00:00:00Z';
let uids = 0;

export interface NodeSketch {
  readonly labels?: Labels;
  readonly spec?: NodeSpec;
  readonly allocatable?: Labels;
  readonly status?: NodeStatus;
}
export function node(name: string, { labels = {}, spec = {}, allocatable = {}, status = {} }: NodeSketch = {}): Live<Node> {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      uid: `node-${name}`,
      resourceVersion: '1',
      creationTimestamp: created,
      labels: { 'kubernetes.io/hostname': name, ...labels },
    },
    spec,
    status: { ...status, allocatable: { cpu: '4', memory: '8Gi', pods: '110', 'ephemeral-storage': '100Gi', ...allocatable } },
  };
}

export interface PodSketch {
  readonly labels?: Labels;
  readonly namespace?: string;
  readonly requests?: Labels;
  readonly owner?: string;
  readonly deleting?: boolean;
  /** Overrides everything else of the spec. */
  readonly spec?: Partial<PodSpec>;
}
export function pod(name: string, sketch: PodSketch = {}): Live<Pod> {
  const { labels = {}, namespace = 'default', requests, owner, deleting, spec = {} } = sketch;
  const controller = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: owner ?? '', uid: `rs-${owner}`, controller: true };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace,
      uid: `pod-${uids++}`,
      resourceVersion: '1',
      creationTimestamp: created,
      labels,
      ...(owner ? { ownerReferences: [controller] } : {}),
      ...(deleting ? { deletionTimestamp: created } : {}),
    },
    spec: { containers: [{ name: 'main', image: 'nginx', ...(requests ? { resources: { requests } } : {}) }], ...spec },
  };
}
export function on(nodeName: string, one: Live<Pod>): Live<Pod> {
  return { ...one, spec: { ...one.spec, nodeName } };
}

export function live<T extends Service | ReplicaSet | Namespace | PersistentVolumeClaim>(object: T): Live<T> {
  const metadata = { uid: `object-${uids++}`, resourceVersion: '1', creationTimestamp: created, name: '', ...object.metadata };
  // The type parameter hides that these are all the fields a live object has.
  return { apiVersion: 'v1', kind: 'Any', ...object, metadata } as Live<T>;
}

export interface ClusterSketch {
  readonly nodes: readonly Live<Node>[];
  /** Those with a node. */
  readonly pods?: readonly Live<Pod>[];
  readonly services?: readonly Live<Service>[];
  readonly replicaSets?: readonly Live<ReplicaSet>[];
  readonly namespaces?: readonly Live<Namespace>[];
  readonly claims?: readonly Live<PersistentVolumeClaim>[];
}
export function clusterOf({
  nodes,
  pods = [],
  services = [],
  replicaSets = [],
  namespaces = [],
  claims = [],
}: ClusterSketch): ClusterState {
  const around = { services: filled(services), replicaSets: filled(replicaSets), namespaces: filled(namespaces), claims: filled(claims) };
  const state = new ClusterState(around);
  for (const one of nodes) state.setNode(one);
  for (const one of pods) state.confirm(one, one.spec.nodeName ?? '');
  return state;
}
function filled<T extends Service | ReplicaSet | Namespace | PersistentVolumeClaim>(objects: readonly Live<T>[]): TestCache<T> {
  const cache = testCache<T>();
  cache.set(...objects);
  return cache;
}

export function decide(one: Live<Pod>, given: ClusterSketch, random: () => number = () => 0): Decision {
  const cluster = clusterOf(given);
  return schedule(cluster.describe(one), cluster, { start: 0, random });
}
/** The node, or the message that says why there is none. */
export function outcome(one: Live<Pod>, given: ClusterSketch): string {
  const decision = decide(one, given);
  return 'node' in decision ? decision.node : decision.message;
}
