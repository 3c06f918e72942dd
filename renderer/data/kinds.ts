/** The kinds the window shows: how the host is asked for them, what they are called (never translated), and what they are found by. */
import type { KubeObject, Live } from '../../engine/api/object.ts';
import type { CoreEvent, Deployment, EndpointSlice, Namespace, Node, Pod, ReplicaSet, Service } from '../../engine/api/types.gen.ts';
import type { KindRef } from '../../engine/host/contract.ts';

export interface ShownKind<T extends KubeObject = KubeObject> extends KindRef {
  readonly kind: string;
  readonly namespaced: boolean;
  /** Plural as people write it: `Deployments`. */
  readonly title: string;
  /** As kubectl is told: `deployment`. */
  readonly singular: string;
  /** Never set: carries the type. */
  readonly type?: T;
}
/** Only for inference of `T`. */
function shown<T extends KubeObject>(kind: ShownKind<T>): ShownKind<T> {
  return kind;
}
const core = { group: '', version: 'v1' };
const apps = { group: 'apps', version: 'v1' };

export const nodes = shown<Node>({ ...core, plural: 'nodes', kind: 'Node', title: 'Nodes', singular: 'node', namespaced: false });
export const namespaces = shown<Namespace>({
  ...core,
  plural: 'namespaces',
  kind: 'Namespace',
  title: 'Namespaces',
  singular: 'namespace',
  namespaced: false,
});
export const pods = shown<Pod>({ ...core, plural: 'pods', kind: 'Pod', title: 'Pods', singular: 'pod', namespaced: true });
export const services = shown<Service>({
  ...core,
  plural: 'services',
  kind: 'Service',
  title: 'Services',
  singular: 'service',
  namespaced: true,
});
export const events = shown<CoreEvent>({ ...core, plural: 'events', kind: 'Event', title: 'Events', singular: 'event', namespaced: true });
export const deployments = shown<Deployment>({
  ...apps,
  plural: 'deployments',
  kind: 'Deployment',
  title: 'Deployments',
  singular: 'deployment',
  namespaced: true,
});
export const replicaSets = shown<ReplicaSet>({
  ...apps,
  plural: 'replicasets',
  kind: 'ReplicaSet',
  title: 'ReplicaSets',
  singular: 'replicaset',
  namespaced: true,
});
export const endpointSlices = shown<EndpointSlice>({
  group: 'discovery.k8s.io',
  version: 'v1',
  plural: 'endpointslices',
  kind: 'EndpointSlice',
  title: 'EndpointSlices',
  singular: 'endpointslice',
  namespaced: true,
});
/** Kinds that are opened from a name in another object, but have no page of their own. */
const others: readonly ShownKind[] = [
  { ...core, plural: 'configmaps', kind: 'ConfigMap', title: 'ConfigMaps', singular: 'configmap', namespaced: true },
  { ...core, plural: 'secrets', kind: 'Secret', title: 'Secrets', singular: 'secret', namespaced: true },
  { ...core, plural: 'serviceaccounts', kind: 'ServiceAccount', title: 'ServiceAccounts', singular: 'serviceaccount', namespaced: true },
];

export const shownKinds: readonly ShownKind[] = [
  nodes,
  namespaces,
  pods,
  services,
  events,
  deployments,
  replicaSets,
  endpointSlices,
  ...others,
];
export function kindByPlural(plural: string | undefined): ShownKind | undefined {
  return shownKinds.find((kind) => kind.plural === plural);
}
export function kindByName(name: string | undefined): ShownKind | undefined {
  return shownKinds.find(({ kind }) => kind === name);
}

/** What objects are found by, besides their key. */
export type IndexName = 'namespace' | 'owner' | 'node' | 'about' | 'service';
export const indexFunctions: Readonly<Record<IndexName, (object: Live<KubeObject>) => readonly string[]>> = {
  namespace: ({ metadata }) => present(metadata.namespace),
  owner: ({ metadata }) => (metadata.ownerReferences ?? []).map(({ uid }) => uid),
  // The readers below ask each object for a field that only one kind has; the others answer with nothing.
  node: (object) => present((object as Partial<Pod>).spec?.nodeName),
  about: (object) => present((object as Partial<CoreEvent>).involvedObject?.uid),
  service: ({ metadata }) => {
    const service = metadata.labels?.['kubernetes.io/service-name'];
    return service === undefined ? [] : [`${metadata.namespace}/${service}`];
  },
};
function present(value: string | undefined): readonly string[] {
  return value ? [value] : [];
}
