/** The roles and bindings every cluster starts with. Upstream: plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go. */
import type { ClusterRole, ClusterRoleBinding, PolicyRule, RbacSubject } from '../../api/types.gen.ts';
import { nodesGroup } from '../authz/node-identity.ts';
import { nodeRules } from './node-rules.ts';
import { core, on, read, recordsEvents } from './rules.ts';

const bootstrapLabel = { 'kubernetes.io/bootstrapping': 'rbac-defaults' } as const;
const autoupdate = { 'rbac.authorization.kubernetes.io/autoupdate': 'true' } as const;
const rbacGroup = 'rbac.authorization.k8s.io';

const write = ['create', 'delete', 'deletecollection', 'patch', 'update'];
const all = ['*'];
const paths = (nonResourceURLs: readonly string[]): PolicyRule => ({ nonResourceURLs, verbs: ['get'] });
const holdsLeases = on('coordination.k8s.io', ['leases'], ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch']);

function role(name: string, rules: readonly PolicyRule[], labels: Readonly<Record<string, string>> = {}): ClusterRole {
  return { metadata: { name, labels: { ...bootstrapLabel, ...labels }, annotations: autoupdate }, rules };
}
const aggregateTo = (name: string): Readonly<Record<string, string>> => ({ [`rbac.authorization.k8s.io/aggregate-to-${name}`]: 'true' });

const readableWorkloads = {
  core: [
    'configmaps',
    'endpoints',
    'persistentvolumeclaims',
    'persistentvolumeclaims/status',
    'pods',
    'replicationcontrollers',
    'replicationcontrollers/scale',
    'serviceaccounts',
    'services',
    'services/status',
  ],
  observed: [
    'bindings',
    'events',
    'limitranges',
    'namespaces/status',
    'pods/log',
    'pods/status',
    'replicationcontrollers/status',
    'resourcequotas',
    'resourcequotas/status',
  ],
  apps: [
    'controllerrevisions',
    'daemonsets',
    'daemonsets/status',
    'deployments',
    'deployments/scale',
    'deployments/status',
    'replicasets',
    'replicasets/scale',
    'replicasets/status',
    'statefulsets',
    'statefulsets/scale',
    'statefulsets/status',
  ],
  batch: ['cronjobs', 'cronjobs/status', 'jobs', 'jobs/status'],
  networking: ['ingresses', 'ingresses/status', 'networkpolicies'],
} as const;

const viewRules: readonly PolicyRule[] = [
  on(core, readableWorkloads.core, read),
  on(core, readableWorkloads.observed, read),
  on(core, ['namespaces'], read),
  on('discovery.k8s.io', ['endpointslices'], read),
  on('apps', readableWorkloads.apps, read),
  on('autoscaling', ['horizontalpodautoscalers', 'horizontalpodautoscalers/status'], read),
  on('batch', readableWorkloads.batch, read),
  on('policy', ['poddisruptionbudgets', 'poddisruptionbudgets/status'], read),
  on('networking.k8s.io', readableWorkloads.networking, read),
];

const editRules: readonly PolicyRule[] = [
  on(core, ['pods/attach', 'pods/exec', 'pods/portforward', 'pods/proxy', 'secrets', 'services/proxy'], read),
  on(core, ['serviceaccounts'], ['impersonate']),
  on(core, ['pods', 'pods/attach', 'pods/exec', 'pods/portforward', 'pods/proxy'], write),
  on(core, ['pods/eviction'], ['create']),
  on(
    core,
    [
      'configmaps',
      'events',
      'persistentvolumeclaims',
      'replicationcontrollers',
      'replicationcontrollers/scale',
      'secrets',
      'serviceaccounts',
      'services',
      'services/proxy',
    ],
    write,
  ),
  on(core, ['serviceaccounts/token'], ['create']),
  on(
    'apps',
    [
      'daemonsets',
      'deployments',
      'deployments/rollback',
      'deployments/scale',
      'replicasets',
      'replicasets/scale',
      'statefulsets',
      'statefulsets/scale',
    ],
    write,
  ),
  on('autoscaling', ['horizontalpodautoscalers'], write),
  on('batch', ['cronjobs', 'jobs'], write),
  on('policy', ['poddisruptionbudgets'], write),
  on('networking.k8s.io', ['ingresses', 'networkpolicies'], write),
  on('coordination.k8s.io', ['leases'], [...write, ...read]),
];

const adminRules: readonly PolicyRule[] = [
  on('authorization.k8s.io', ['localsubjectaccessreviews'], ['create']),
  on(rbacGroup, ['rolebindings', 'roles'], [...write, ...read]),
];

/** What the control plane's own parts need. Each controller has its own role upstream; here they run as one user. */
const controllerRules: readonly PolicyRule[] = [
  on(
    core,
    [
      'configmaps',
      'endpoints',
      'limitranges',
      'persistentvolumeclaims',
      'persistentvolumes',
      'pods',
      'podtemplates',
      'replicationcontrollers',
      'resourcequotas',
      'secrets',
      'serviceaccounts',
      'services',
    ],
    all,
  ),
  on(core, ['pods/eviction', 'serviceaccounts/token'], ['create']),
  on(core, ['pods/finalizers', 'pods/status', 'replicationcontrollers/scale', 'replicationcontrollers/status'], ['get', 'patch', 'update']),
  on(core, ['nodes', 'nodes/status'], ['delete', 'get', 'list', 'patch', 'update', 'watch']),
  on(core, ['namespaces', 'namespaces/finalize', 'namespaces/status'], ['delete', 'get', 'list', 'patch', 'update', 'watch']),
  on('apps', all, all),
  on('batch', all, all),
  on('discovery.k8s.io', ['endpointslices', 'endpointslices/restricted'], all),
  on(core, ['events'], all),
  on('events.k8s.io', ['events'], all),
  on('coordination.k8s.io', ['leases'], all),
  on(rbacGroup, all, all),
  // The garbage collector and the namespace controller follow whatever there is.
  on('*', all, ['delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']),
  on('authentication.k8s.io', ['tokenreviews'], ['create']),
  on('authorization.k8s.io', ['subjectaccessreviews'], ['create']),
];

const schedulerRules: readonly PolicyRule[] = [
  ...recordsEvents,
  holdsLeases,
  on(core, ['nodes'], read),
  on(core, ['pods'], ['delete', ...read]),
  on(core, ['bindings', 'pods/binding'], ['create']),
  on(core, ['pods/status'], ['patch', 'update']),
  on(core, ['namespaces', 'persistentvolumeclaims', 'persistentvolumes', 'replicationcontrollers', 'services'], read),
  on('apps', ['replicasets', 'statefulsets'], read),
  on('policy', ['poddisruptionbudgets'], read),
  on('scheduling.k8s.io', ['priorityclasses'], read),
  on('authentication.k8s.io', ['tokenreviews'], ['create']),
  on('authorization.k8s.io', ['subjectaccessreviews'], ['create']),
];

export const clusterRoles: readonly ClusterRole[] = [
  role('cluster-admin', [on('*', all, all), { nonResourceURLs: all, verbs: all }]),
  role('system:discovery', [
    paths(['/api', '/api/*', '/apis', '/apis/*', '/healthz', '/livez', '/openapi', '/openapi/*', '/readyz', '/version', '/version/']),
  ]),
  role('system:public-info-viewer', [paths(['/healthz', '/livez', '/readyz', '/version', '/version/'])]),
  role('system:monitoring', [paths(['/healthz', '/healthz/*', '/livez', '/livez/*', '/metrics', '/metrics/slis', '/readyz', '/readyz/*'])]),
  role('system:basic-user', [
    on('authorization.k8s.io', ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'], ['create']),
    on('authentication.k8s.io', ['selfsubjectreviews'], ['create']),
  ]),
  role('system:service-account-issuer-discovery', [
    paths(['/.well-known/openid-configuration', '/.well-known/openid-configuration/', '/openid/v1/jwks', '/openid/v1/jwks/']),
  ]),
  role('system:auth-delegator', [
    on('authentication.k8s.io', ['tokenreviews'], ['create']),
    on('authorization.k8s.io', ['subjectaccessreviews'], ['create']),
  ]),
  {
    ...role('admin', []),
    aggregationRule: { clusterRoleSelectors: ['admin', 'edit', 'view'].map((name) => ({ matchLabels: aggregateTo(name) })) },
    rules: [...adminRules, ...editRules, ...viewRules],
  },
  {
    ...role('edit', [], aggregateTo('admin')),
    aggregationRule: { clusterRoleSelectors: ['edit', 'view'].map((name) => ({ matchLabels: aggregateTo(name) })) },
    rules: [...editRules, ...viewRules],
  },
  {
    ...role('view', [], aggregateTo('edit')),
    aggregationRule: { clusterRoleSelectors: [{ matchLabels: aggregateTo('view') }] },
    rules: viewRules,
  },
  role('system:aggregate-to-admin', adminRules, aggregateTo('admin')),
  role('system:aggregate-to-edit', editRules, aggregateTo('edit')),
  role('system:aggregate-to-view', viewRules, aggregateTo('view')),
  role('system:node', nodeRules),
  role('system:node-proxier', [
    on(core, ['endpoints', 'services'], ['list', 'watch']),
    on(core, ['nodes'], read),
    ...recordsEvents,
    on('discovery.k8s.io', ['endpointslices'], ['list', 'watch']),
  ]),
  role('minato:node-dns', [
    on(core, ['namespaces', 'services'], ['list', 'watch']),
    on('discovery.k8s.io', ['endpointslices'], ['list', 'watch']),
  ]),
  role('system:kube-scheduler', schedulerRules),
  role('system:kube-controller-manager', controllerRules),
];

const group = (name: string): RbacSubject => ({ kind: 'Group', apiGroup: rbacGroup, name });
const user = (name: string): RbacSubject => ({ kind: 'User', apiGroup: rbacGroup, name });

function binding(name: string, subjects: readonly RbacSubject[], roleName = name): ClusterRoleBinding {
  return {
    metadata: { name, labels: bootstrapLabel, annotations: autoupdate },
    roleRef: { apiGroup: rbacGroup, kind: 'ClusterRole', name: roleName },
    subjects,
  };
}

export const clusterRoleBindings: readonly ClusterRoleBinding[] = [
  binding('cluster-admin', [group('system:masters')]),
  binding('system:discovery', [group('system:authenticated')]),
  binding('system:public-info-viewer', [group('system:authenticated'), group('system:unauthenticated')]),
  binding('system:monitoring', [group('system:monitoring')]),
  binding('system:basic-user', [group('system:authenticated')]),
  binding('system:service-account-issuer-discovery', [group('system:serviceaccounts')]),
  // Nobody: what nodes may do is the Node authorizer's to say. Upstream keeps the binding, too.
  binding('system:node', []),
  binding('system:node-proxier', [user('system:kube-proxy')]),
  // A node's agent is its service proxy and its DNS, too: what upstream gives kube-proxy and CoreDNS.
  binding('minato:node-proxier', [group(nodesGroup)], 'system:node-proxier'),
  binding('minato:node-dns', [group(nodesGroup)]),
  binding('system:kube-scheduler', [user('system:kube-scheduler')]),
  binding('system:kube-controller-manager', [user('system:kube-controller-manager')]),
];

/** Subjects that older versions bound, and that must not have these roles any more. */
export const retiredSubjects: Readonly<Record<string, readonly RbacSubject[]>> = { 'system:node': [group(nodesGroup)] };
