/** Where things are: the URL says where the user is. Hash routes, because names of objects may look like names of files. */
import type { KubeObject } from '../../engine/api/object.ts';
import type { ShownKind } from '../data/kinds.ts';

export type WorkloadTab = 'deployments' | 'replicasets' | 'pods';
export type DetailTab = 'overview' | 'events' | 'logs' | 'yaml';
const part = encodeURIComponent;

export const paths = {
  home: () => '/',
  settings: () => '/settings',
  cluster: (cluster: string) => `/c/${part(cluster)}`,
  nodes: (cluster: string) => `/c/${part(cluster)}/nodes`,
  workloads: (cluster: string, tab: WorkloadTab = 'deployments') => `/c/${part(cluster)}/workloads/${tab}`,
  services: (cluster: string) => `/c/${part(cluster)}/services`,
  events: (cluster: string) => `/c/${part(cluster)}/events`,
  kinds: (cluster: string, plural = 'configmaps') => `/c/${part(cluster)}/kinds/${plural}`,
  samples: (cluster: string) => `/c/${part(cluster)}/samples`,
  createDeployment: (cluster: string) => `/c/${part(cluster)}/create/deployment`,
  expose: (cluster: string, namespace: string, deployment: string) => `/c/${part(cluster)}/expose/${part(namespace)}/${part(deployment)}`,
  object: (cluster: string, at: ObjectPlace, tab: DetailTab = 'overview') =>
    `/c/${part(cluster)}/object/${at.plural}/${at.namespace === undefined ? '-' : part(at.namespace)}/${part(at.name)}/${tab}`,
} as const;

export interface ObjectPlace {
  readonly plural: string;
  readonly namespace?: string | undefined;
  readonly name: string;
}
export function placeOf(kind: ShownKind, { metadata }: KubeObject): ObjectPlace {
  return { plural: kind.plural, namespace: kind.namespaced ? metadata.namespace : undefined, name: metadata.name ?? '' };
}
