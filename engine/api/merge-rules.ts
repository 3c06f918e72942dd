/**
 * How lists and maps merge: Kubernetes' `patchStrategy`/`patchMergeKey` and `listType`/`listMapKey` markers, as one table. Strategic merge
 * patch and the OpenAPI documents both read it. Upstream: the struct tags and markers of k8s.io/api.
 */
export interface MergeRule {
  /** `merge` merges by key (or as a set, for scalars), `retainKeys` drops what the patch does not list, `replace` is no merge. */
  readonly strategy?: readonly ('merge' | 'retainKeys' | 'replace')[];
  readonly mergeKey?: string;
  readonly listType?: 'map' | 'set' | 'atomic';
  readonly listMapKeys?: readonly string[];
}

/** A list of objects that is both merged and owned by one key. */
const by = (mergeKey: string, ...more: readonly string[]): MergeRule => ({
  strategy: ['merge'],
  mergeKey,
  listType: 'map',
  listMapKeys: [mergeKey, ...more],
});
const retainingBy = (mergeKey: string): MergeRule => ({ ...by(mergeKey), strategy: ['merge', 'retainKeys'] });
/** Merged by clients, yet one owner's as a whole. */
const atomicBy = (mergeKey: string): MergeRule => ({ strategy: ['merge'], mergeKey, listType: 'atomic' });
const set: MergeRule = { strategy: ['merge'], listType: 'set' };

const container: Readonly<Record<string, MergeRule>> = {
  env: by('name'),
  ports: by('containerPort', 'protocol'),
  volumeDevices: by('devicePath'),
  volumeMounts: by('mountPath'),
};
const conditions = { conditions: by('type') };

const rules: Readonly<Record<string, Readonly<Record<string, MergeRule>>>> = {
  APIServiceStatus: conditions,
  CertificateSigningRequestStatus: { conditions: { listType: 'map', listMapKeys: ['type'] } },
  ComponentStatus: conditions,
  Container: container,
  ContainerStatus: { allocatedResourcesStatus: by('name'), volumeMounts: by('mountPath') },
  CSIDriverSpec: { volumeLifecycleModes: { listType: 'set' } },
  CSINodeSpec: { drivers: by('name') },
  CustomResourceDefinitionStatus: { conditions: { listType: 'map', listMapKeys: ['type'] } },
  DaemonSetStatus: conditions,
  DeploymentSpec: { strategy: { strategy: ['retainKeys'] } },
  DeploymentStatus: conditions,
  Endpoint: { addresses: { listType: 'set' } },
  EphemeralContainer: container,
  FlowSchemaStatus: conditions,
  JSONSchemaProps: { 'x-kubernetes-validations': by('rule') },
  JobStatus: { conditions: atomicBy('type') },
  MutatingWebhook: { matchConditions: by('name') },
  MutatingWebhookConfiguration: { webhooks: by('name') },
  NamespaceStatus: conditions,
  NodeSpec: { podCIDRs: set },
  NodeStatus: { addresses: by('type'), ...conditions },
  NonResourcePolicyRule: { nonResourceURLs: { listType: 'set' }, verbs: { listType: 'set' } },
  ObjectMeta: { finalizers: set, ownerReferences: by('uid') },
  PersistentVolumeClaimStatus: conditions,
  PodDisruptionBudgetSpec: { selector: { strategy: ['replace'] } },
  PodDisruptionBudgetStatus: conditions,
  PodFailurePolicyOnExitCodesRequirement: { values: { listType: 'set' } },
  PodSpec: {
    containers: by('name'),
    ephemeralContainers: by('name'),
    hostAliases: by('ip'),
    imagePullSecrets: by('name'),
    initContainers: by('name'),
    resourceClaims: retainingBy('name'),
    schedulingGates: by('name'),
    topologySpreadConstraints: by('topologyKey', 'whenUnsatisfiable'),
    volumes: retainingBy('name'),
  },
  PodStatus: { ...conditions, hostIPs: atomicBy('ip'), podIPs: by('ip'), resourceClaimStatuses: retainingBy('name') },
  PriorityLevelConfigurationStatus: conditions,
  ReplicaSetStatus: conditions,
  ReplicationControllerStatus: conditions,
  ResourcePolicyRule: {
    apiGroups: { listType: 'set' },
    namespaces: { listType: 'set' },
    resources: { listType: 'set' },
    verbs: { listType: 'set' },
  },
  ResourceRequirements: { claims: { listType: 'map', listMapKeys: ['name'] } },
  ResourceStatus: { resources: { listType: 'map', listMapKeys: ['resourceID'] } },
  ServiceAccount: { secrets: by('name') },
  ServiceCIDRStatus: conditions,
  ServiceSpec: { ports: by('port', 'protocol') },
  ServiceStatus: conditions,
  StatefulSetStatus: conditions,
  UncountedTerminatedPods: { failed: { listType: 'set' }, succeeded: { listType: 'set' } },
  V2HorizontalPodAutoscalerStatus: conditions,
  ValidatingAdmissionPolicyBindingSpec: { validationActions: { listType: 'set' } },
  ValidatingAdmissionPolicySpec: { matchConditions: by('name'), variables: by('name') },
  ValidatingAdmissionPolicyStatus: { conditions: { listType: 'map', listMapKeys: ['type'] } },
  ValidatingWebhook: { matchConditions: by('name') },
  ValidatingWebhookConfiguration: { webhooks: by('name') },
};

export function mergeRule(type: string, field: string): MergeRule | undefined {
  const ofType = Object.hasOwn(rules, type) ? rules[type] : undefined;
  return ofType && Object.hasOwn(ofType, field) ? ofType[field] : undefined;
}

/** Every field that has a rule, for checking the table against the schema. */
export function mergeRuleFields(): readonly { readonly type: string; readonly field: string; readonly rule: MergeRule }[] {
  return Object.entries(rules).flatMap(([type, fields]) => Object.entries(fields).map(([field, rule]) => ({ type, field, rule })));
}

/** Types that are replaced as a whole by server-side apply (`x-kubernetes-map-type: atomic`). */
export const atomicTypes: ReadonlySet<string> = new Set([
  'ConfigMapKeySelector',
  'CoreEndpointPort',
  'CrossVersionObjectReference',
  'DiscoveryEndpointPort',
  'EndpointAddress',
  'LabelSelector',
  'LocalObjectReference',
  'MatchResources',
  'NamedRuleWithOperations',
  'NodeSelector',
  'NodeSelectorTerm',
  'ObjectFieldSelector',
  'ObjectReference',
  'OwnerReference',
  'ParamKind',
  'ParamRef',
  'RbacSubject',
  'ResourceFieldSelector',
  'RoleRef',
  'ScopeSelector',
  'SecretKeySelector',
  'SecretReference',
  'ServiceBackendPort',
  'TopologySelectorTerm',
  'TypedLocalObjectReference',
  'Variable',
]);

/** Fields that say so themselves, whatever their type does (`x-kubernetes-map-type` beside the reference). */
const mapTypes: Readonly<Record<string, 'atomic' | 'granular'>> = {
  'PersistentVolumeClaimStatus.allocatedResourceStatuses': 'granular',
  'PersistentVolumeSpec.claimRef': 'granular',
  'PodSpec.nodeSelector': 'atomic',
  'ReplicationControllerSpec.selector': 'atomic',
  'Scheduling.nodeSelector': 'atomic',
  'ServiceSpec.selector': 'atomic',
};

export function mapTypeOf(type: string, field: string): 'atomic' | 'granular' | undefined {
  return mapTypes[`${type}.${field}`];
}
/** Undefined where the field does not say. */
export function isAtomicMap(type: string, field: string): boolean | undefined {
  const mapType = mapTypeOf(type, field);
  return mapType && mapType === 'atomic';
}
