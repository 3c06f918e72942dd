/** What every request asks for, held in memory: roles and bindings, priority classes, limits. */
import type { Live } from '../api/object.ts';
import type {
  ClusterRole,
  ClusterRoleBinding,
  LimitRange,
  PersistentVolume,
  Pod,
  PriorityClass,
  ResourceQuota,
  Role,
  RoleBinding,
  StorageClass,
} from '../api/types.gen.ts';
import type { Store } from '../store/store.ts';
import { NodeGraph } from './authz/node-graph.ts';
import { followObjects, type Mirror, startMirror } from './mirror.ts';
import type { Registry } from './registry.ts';
import type { Resource } from './resource.ts';

interface MirrorOptions {
  readonly store: Store;
  readonly registry: Registry;
  readonly signal: AbortSignal;
  readonly onError: (error: unknown) => void;
}
export interface Mirrors {
  readonly roles: Mirror<Role>;
  readonly clusterRoles: Mirror<ClusterRole>;
  readonly roleBindings: Mirror<RoleBinding>;
  readonly clusterRoleBindings: Mirror<ClusterRoleBinding>;
  readonly priorityClasses: Mirror<PriorityClass>;
  readonly limitRanges: Mirror<LimitRange>;
  readonly resourceQuotas: Mirror<ResourceQuota>;
  readonly storageClasses: Mirror<StorageClass>;
  readonly nodeGraph: NodeGraph;
}

/** Resolves when all are complete. */
export async function startMirrors({ store, registry, ...options }: MirrorOptions): Promise<Mirrors> {
  const rbac = (plural: string): Resource => registry.need('rbac.authorization.k8s.io', plural);
  const nodeGraph = new NodeGraph();
  const onChange = (key: string, pod: Live<Pod> | undefined): void => nodeGraph.setPod(key, pod);
  const onVolume = (key: string, volume: Live<PersistentVolume> | undefined): void => nodeGraph.setVolume(key, volume);
  const [roles, clusterRoles, roleBindings, clusterRoleBindings, priorityClasses, limitRanges, resourceQuotas, storageClasses] =
    await Promise.all([
      startMirror<Role>(store, rbac('roles'), options),
      startMirror<ClusterRole>(store, rbac('clusterroles'), options),
      startMirror<RoleBinding>(store, rbac('rolebindings'), options),
      startMirror<ClusterRoleBinding>(store, rbac('clusterrolebindings'), options),
      startMirror<PriorityClass>(store, registry.need('scheduling.k8s.io', 'priorityclasses'), options),
      startMirror<LimitRange>(store, registry.need('', 'limitranges'), options),
      startMirror<ResourceQuota>(store, registry.need('', 'resourcequotas'), options),
      startMirror<StorageClass>(store, registry.need('storage.k8s.io', 'storageclasses'), options),
      followObjects<Pod>(store, registry.need('', 'pods'), { ...options, onChange }),
      followObjects<PersistentVolume>(store, registry.need('', 'persistentvolumes'), { ...options, onChange: onVolume }),
    ]);
  return {
    roles,
    clusterRoles,
    roleBindings,
    clusterRoleBindings,
    priorityClasses,
    limitRanges,
    resourceQuotas,
    storageClasses,
    nodeGraph,
  };
}
