/** A smallest valid object of each kind that both serve, and where it lives. */
export interface Sample {
  readonly kind: string;
  /** `/api/v1` or `/apis/GROUP/VERSION` */
  readonly base: string;
  readonly plural: string;
  readonly namespaced: boolean;
  /** All but apiVersion, kind and metadata. */
  readonly content: Readonly<Record<string, unknown>>;
  /** A path that a patch may change, and the value it gets. */
  readonly change?: { readonly path: readonly string[]; readonly value: unknown };
}

const pod = { containers: [{ name: 'c', image: 'nginx' }] };
const labelled = { metadata: { labels: { app: 'x' } }, spec: pod };
const core = '/api/v1';
const namespaced = (base: string, kind: string, ...[plural, content, change]: [string, Sample['content'], Sample['change']?]): Sample => ({
  kind,
  base,
  plural,
  namespaced: true,
  content,
  ...(change ? { change } : {}),
});
const global = (...words: Parameters<typeof namespaced>): Sample => ({ ...namespaced(...words), namespaced: false });
const rbac = '/apis/rbac.authorization.k8s.io/v1';
const rules = [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }];
const replicas = { path: ['spec', 'replicas'], value: 3 };

export const samples: readonly Sample[] = [
  namespaced(core, 'ConfigMap', 'configmaps', { data: { a: '1' } }, { path: ['data', 'b'], value: '2' }),
  namespaced(core, 'Secret', 'secrets', { stringData: { a: '1' } }, { path: ['data', 'b'], value: 'Mg==' }),
  namespaced(core, 'Pod', 'pods', { spec: pod }, { path: ['spec', 'activeDeadlineSeconds'], value: 60 }),
  namespaced(core, 'PodTemplate', 'podtemplates', { template: labelled }),
  namespaced(
    core,
    'ReplicationController',
    'replicationcontrollers',
    { spec: { replicas: 0, selector: { app: 'x' }, template: labelled } },
    replicas,
  ),
  namespaced(
    core,
    'Service',
    'services',
    { spec: { selector: { app: 'x' }, ports: [{ port: 80 }] } },
    { path: ['spec', 'sessionAffinity'], value: 'ClientIP' },
  ),
  namespaced(core, 'ServiceAccount', 'serviceaccounts', {}, { path: ['automountServiceAccountToken'], value: false }),
  namespaced(core, 'Endpoints', 'endpoints', { subsets: [{ addresses: [{ ip: '10.1.2.3' }], ports: [{ port: 80 }] }] }),
  namespaced(core, 'LimitRange', 'limitranges', { spec: { limits: [{ type: 'Container', default: { cpu: '1' } }] } }),
  namespaced(core, 'ResourceQuota', 'resourcequotas', { spec: { hard: { pods: '3' } } }, { path: ['spec', 'hard', 'pods'], value: '5' }),
  namespaced(core, 'PersistentVolumeClaim', 'persistentvolumeclaims', {
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  }),
  global(core, 'PersistentVolume', 'persistentvolumes', {
    spec: { accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' }, hostPath: { path: '/data' } },
  }),
  global(core, 'Namespace', 'namespaces', {}),
  global(core, 'Node', 'nodes', {}, { path: ['spec', 'unschedulable'], value: true }),
  namespaced(
    '/apis/apps/v1',
    'Deployment',
    'deployments',
    { spec: { replicas: 0, selector: { matchLabels: { app: 'x' } }, template: labelled } },
    replicas,
  ),
  namespaced(
    '/apis/apps/v1',
    'ReplicaSet',
    'replicasets',
    { spec: { replicas: 0, selector: { matchLabels: { app: 'x' } }, template: labelled } },
    replicas,
  ),
  namespaced(
    '/apis/apps/v1',
    'DaemonSet',
    'daemonsets',
    { spec: { selector: { matchLabels: { app: 'x' } }, template: labelled } },
    { path: ['spec', 'minReadySeconds'], value: 3 },
  ),
  namespaced(
    '/apis/apps/v1',
    'StatefulSet',
    'statefulsets',
    { spec: { replicas: 0, serviceName: 'x', selector: { matchLabels: { app: 'x' } }, template: labelled } },
    replicas,
  ),
  namespaced(
    '/apis/batch/v1',
    'Job',
    'jobs',
    { spec: { suspend: true, template: { spec: { ...pod, restartPolicy: 'Never' } } } },
    { path: ['spec', 'parallelism'], value: 2 },
  ),
  namespaced(
    '/apis/batch/v1',
    'CronJob',
    'cronjobs',
    { spec: { schedule: '0 0 1 1 *', jobTemplate: { spec: { template: { spec: { ...pod, restartPolicy: 'Never' } } } } } },
    { path: ['spec', 'suspend'], value: true },
  ),
  namespaced(
    '/apis/networking.k8s.io/v1',
    'NetworkPolicy',
    'networkpolicies',
    { spec: { podSelector: { matchLabels: { app: 'x' } }, ingress: [{ ports: [{ port: 80 }] }] } },
    { path: ['spec', 'policyTypes'], value: ['Ingress', 'Egress'] },
  ),
  namespaced(
    '/apis/apps/v1',
    'ControllerRevision',
    'controllerrevisions',
    { data: { a: 1 }, revision: 1 },
    { path: ['revision'], value: 2 },
  ),
  namespaced(
    '/apis/coordination.k8s.io/v1',
    'Lease',
    'leases',
    { spec: { holderIdentity: 'me', leaseDurationSeconds: 15 } },
    { path: ['spec', 'holderIdentity'], value: 'you' },
  ),
  namespaced('/apis/discovery.k8s.io/v1', 'EndpointSlice', 'endpointslices', {
    addressType: 'IPv4',
    endpoints: [{ addresses: ['10.1.2.3'] }],
    ports: [{ name: 'http', port: 80 }],
  }),
  namespaced(rbac, 'Role', 'roles', { rules }),
  namespaced(rbac, 'RoleBinding', 'rolebindings', {
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
    subjects: [{ kind: 'User', name: 'jane', apiGroup: 'rbac.authorization.k8s.io' }],
  }),
  global(rbac, 'ClusterRole', 'clusterroles', { rules }),
  global(rbac, 'ClusterRoleBinding', 'clusterrolebindings', {
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
    subjects: [{ kind: 'ServiceAccount', name: 'jane', namespace: 'default' }],
  }),
  global(
    '/apis/storage.k8s.io/v1',
    'StorageClass',
    'storageclasses',
    { provisioner: 'example.com/disk' },
    { path: ['allowVolumeExpansion'], value: true },
  ),
  global('/apis/scheduling.k8s.io/v1', 'PriorityClass', 'priorityclasses', { value: 1000 }, { path: ['description'], value: 'high' }),
  namespaced(core, 'Event', 'events', {
    involvedObject: { kind: 'Pod', name: 'p', namespace: 'diff' },
    reason: 'Tested',
    type: 'Normal',
    message: 'hello',
  }),
];

export const apiVersionOf = ({ base }: Sample): string => base.replace(/^\/apis?\//, '');
export const collectionOf = ({ base, namespaced, plural }: Sample, namespace: string): string =>
  namespaced ? `${base}/namespaces/${namespace}/${plural}` : `${base}/${plural}`;
