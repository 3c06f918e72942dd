/**
 * What is there before anyone asks: namespaces, roles, priority classes, the Service of the API itself. Made when missing, and brought
 * up to date at each start; what a user added stays. Upstream: pkg/controlplane and rbac's PostStartHook.
 */
import { isApiError } from '../../api/errors.ts';
import type { Kind } from '../../api/kind.ts';
import type { KubeObject, Live } from '../../api/object.ts';
import type { ClusterRole, ClusterRoleBinding, EndpointSlice, Endpoints, Namespace, PriorityClass, Service } from '../../api/types.gen.ts';
import { isSame } from '../../api/validation/fields.ts';
import type { LocalClient } from '../local-client.ts';
import { clusterRoleBindings, clusterRoles, retiredSubjects } from './roles.ts';

const namespaceKind: Kind<Namespace> = { group: '', version: 'v1', kind: 'Namespace', plural: 'namespaces', namespaced: false };
const serviceKind: Kind<Service> = { group: '', version: 'v1', kind: 'Service', plural: 'services', namespaced: true };
const endpointsKind: Kind<Endpoints> = { group: '', version: 'v1', kind: 'Endpoints', plural: 'endpoints', namespaced: true };
const sliceKind: Kind<EndpointSlice> = {
  group: 'discovery.k8s.io',
  version: 'v1',
  kind: 'EndpointSlice',
  plural: 'endpointslices',
  namespaced: true,
};
const rbac = { group: 'rbac.authorization.k8s.io', version: 'v1', namespaced: false } as const;
const roleKind: Kind<ClusterRole> = { ...rbac, kind: 'ClusterRole', plural: 'clusterroles' };
const bindingKind: Kind<ClusterRoleBinding> = { ...rbac, kind: 'ClusterRoleBinding', plural: 'clusterrolebindings' };
const classKind: Kind<PriorityClass> = {
  group: 'scheduling.k8s.io',
  version: 'v1',
  kind: 'PriorityClass',
  plural: 'priorityclasses',
  namespaced: false,
};

const namespaces = ['default', 'kube-system', 'kube-public', 'kube-node-lease'];
const classes: readonly PriorityClass[] = [
  {
    metadata: { name: 'system-node-critical' },
    value: 2_000_001_000,
    preemptionPolicy: 'PreemptLowerPriority',
    description: 'Used for system critical pods that must not be moved from their current node.',
  },
  {
    metadata: { name: 'system-cluster-critical' },
    value: 2_000_000_000,
    preemptionPolicy: 'PreemptLowerPriority',
    description: 'Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.',
  },
];

export interface BootstrapOptions {
  readonly client: LocalClient;
  /** Of the Service `kubernetes`: the first of the range. */
  readonly serviceAddress: string;
}

export async function bootstrap({ client, serviceAddress }: BootstrapOptions): Promise<void> {
  await Promise.all(namespaces.map((name) => ensure(client, namespaceKind, { object: { metadata: { name }, spec: {} } })));
  await Promise.all([
    ...clusterRoles.map((object) => ensure(client, roleKind, { object, refresh: refreshRole })),
    ...clusterRoleBindings.map((object) => ensure(client, bindingKind, { object, refresh: refreshBinding })),
    ...classes.map((object) => ensure(client, classKind, { object })),
    ensureOwnService(client, serviceAddress),
  ]);
}

export async function ensureOwnService(client: LocalClient, serviceAddress: string): Promise<void> {
  await ensure(client, serviceKind, { object: ownService(serviceAddress) });
}

/** Where the API is reached from within the cluster: what the Service `kubernetes` leads to. */
export async function publishEndpoint(
  client: LocalClient,
  { address, port }: { readonly address: string; readonly port: number },
): Promise<void> {
  const metadata = { name: 'kubernetes', namespace: 'default' };
  const ports = [{ name: 'https', port, protocol: 'TCP' }];
  const mirrored = { 'endpointslice.kubernetes.io/skip-mirror': 'true' };
  await ensure(client, endpointsKind, {
    object: { metadata: { ...metadata, labels: mirrored }, subsets: [{ addresses: [{ ip: address }], ports }] },
    refresh: (next, { metadata: kept }) => ({ ...next, metadata: kept }),
  });
  await ensure(client, sliceKind, {
    object: {
      metadata: { ...metadata, labels: { 'kubernetes.io/service-name': 'kubernetes' } },
      addressType: 'IPv4',
      endpoints: [{ addresses: [address], conditions: { ready: true } }],
      ports,
    },
    refresh: (next, { metadata: kept }) => ({ ...next, metadata: kept }),
  });
}

interface Wanted<T extends KubeObject> {
  readonly object: T;
  /** What an object that is there already should be; absent: whatever it is. */
  readonly refresh?: (wanted: T, present: Live<T>) => T;
}

async function ensure<T extends KubeObject>(client: LocalClient, kind: Kind<T>, { object, refresh }: Wanted<T>): Promise<void> {
  const { name = '', namespace } = object.metadata;
  try {
    const present = await client.get(kind, { name, namespace });
    // An update that changes nothing is not written.
    if (refresh) await client.update(kind, refresh(object, present));
  } catch (error) {
    if (!isApiError(error, 'NotFound')) throw error;
    await client.create(kind, object);
  }
}

const autoupdate = 'rbac.authorization.kubernetes.io/autoupdate';

/** Adds what is missing and takes nothing away; an annotation keeps it as it is. */
function refreshRole(wanted: ClusterRole, present: Live<ClusterRole>): ClusterRole {
  if (present.metadata.annotations?.[autoupdate] !== 'true') return present;
  const rules = union(present.rules ?? [], wanted.rules ?? []);
  return { ...present, ...(wanted.aggregationRule ? { aggregationRule: wanted.aggregationRule } : {}), rules };
}
function refreshBinding(wanted: ClusterRoleBinding, present: Live<ClusterRoleBinding>): ClusterRoleBinding {
  if (present.metadata.annotations?.[autoupdate] !== 'true') return present;
  const retired = retiredSubjects[present.metadata.name] ?? [];
  const kept = (present.subjects ?? []).filter((one) => !retired.some((other) => isSame(one, other)));
  return { ...present, subjects: union(kept, wanted.subjects ?? []) };
}
function union<T>(present: readonly T[], wanted: readonly T[]): readonly T[] {
  return [...present, ...wanted.filter((one) => !present.some((other) => isSame(one, other)))];
}

function ownService(clusterIP: string): Service {
  return {
    metadata: { name: 'kubernetes', namespace: 'default', labels: { component: 'apiserver', provider: 'kubernetes' } },
    spec: {
      type: 'ClusterIP',
      clusterIP,
      sessionAffinity: 'None',
      ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: 6443 }],
    },
  };
}
