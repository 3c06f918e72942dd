/**
 * The field tables of every type (`schema.gen.json`), and what the generator's source does not tell: which strings are quantities, which
 * are pointers in Kubernetes' Go types (there an empty string differs from none), and which empty lists are kept.
 */
import table from './schema.gen.json' with { type: 'json' };

export interface FieldSchema {
  /** `string`, `integer`, `number`, `boolean`, `any`, `int-or-string`, `T[]`, or the name of a type. */
  readonly type: string;
  readonly container?: 'array' | 'map';
  readonly format?: string;
  readonly required?: true;
}
export type TypeSchema = Readonly<Record<string, FieldSchema>>;

/** The generated JSON has this shape; the compiler sees only its literal keys. */
const types = table as unknown as Readonly<Record<string, TypeSchema>>;

export function typeSchema(name: string): TypeSchema | undefined {
  return Object.hasOwn(types, name) ? types[name] : undefined;
}
export function typeNames(): readonly string[] {
  return Object.keys(types);
}

function fieldSet(fields: Readonly<Record<string, string>>): ReadonlySet<string> {
  return new Set(Object.entries(fields).flatMap(([type, names]) => names.split(' ').map((name) => `${type}.${name}`)));
}

const quantities = fieldSet({
  ContainerStatus: 'allocatedResources',
  CSIStorageCapacity: 'capacity maximumVolumeSize',
  EmptyDirVolumeSource: 'sizeLimit',
  LimitRangeItem: 'default defaultRequest max maxLimitRequestRatio min',
  NodeStatus: 'allocatable capacity',
  Overhead: 'podFixed',
  PersistentVolumeClaimStatus: 'allocatedResources capacity',
  PersistentVolumeSpec: 'capacity',
  PodSpec: 'overhead',
  ResourceFieldSelector: 'divisor',
  ResourceQuotaSpec: 'hard',
  ResourceQuotaStatus: 'hard used',
  ResourceRequirements: 'limits requests',
  V2MetricTarget: 'averageValue value',
  V2MetricValueStatus: 'averageValue value',
  VolumeResourceRequirements: 'limits requests',
});

const pointerStrings = fieldSet({
  AppArmorProfile: 'localhostProfile',
  AzureDiskVolumeSource: 'cachingMode fsType kind',
  ClusterTrustBundleProjection: 'name signerName',
  Container: 'restartPolicy',
  CoreEndpointPort: 'appProtocol',
  CronJobSpec: 'timeZone',
  CSIVolumeSource: 'fsType',
  DiscoveryEndpointPort: 'appProtocol name protocol',
  Endpoint: 'hostname nodeName zone',
  EndpointAddress: 'nodeName',
  EphemeralContainer: 'restartPolicy',
  GRPCAction: 'service',
  HostPathVolumeSource: 'type',
  HTTPIngressPath: 'pathType',
  IngressClassParametersReference: 'apiGroup namespace scope',
  IngressSpec: 'ingressClassName',
  JobSpec: 'completionMode managedBy podReplacementPolicy',
  LeaseSpec: 'holderIdentity preferredHolder strategy',
  LoadBalancerIngress: 'ipMode',
  NetworkPolicyPort: 'protocol',
  PersistentVolumeClaimSpec: 'storageClassName volumeAttributesClassName volumeMode',
  PersistentVolumeClaimStatus: 'currentVolumeAttributesClassName',
  PersistentVolumeSpec: 'volumeAttributesClassName volumeMode',
  PodDNSConfigOption: 'value',
  PodResourceClaim: 'resourceClaimName resourceClaimTemplateName',
  PodResourceClaimStatus: 'resourceClaimName',
  PodSecurityContext: 'fsGroupChangePolicy seLinuxChangePolicy supplementalGroupsPolicy',
  PodSpec: 'preemptionPolicy runtimeClassName',
  PortStatus: 'error',
  PriorityClass: 'preemptionPolicy',
  ScaleIOPersistentVolumeSource: 'storagePool',
  SeccompProfile: 'localhostProfile',
  SecurityContext: 'procMount',
  ServicePort: 'appProtocol',
  ServiceSpec: 'internalTrafficPolicy ipFamilyPolicy loadBalancerClass trafficDistribution',
  StorageClass: 'reclaimPolicy volumeBindingMode',
  TopologySpreadConstraint: 'nodeAffinityPolicy nodeTaintsPolicy',
  TypedLocalObjectReference: 'apiGroup',
  TypedObjectReference: 'apiGroup namespace',
  VolumeMount: 'mountPropagation recursiveReadOnly',
  VolumeMountStatus: 'recursiveReadOnly',
  WindowsSecurityContextOptions: 'gmsaCredentialSpec gmsaCredentialSpecName runAsUserName',
});

/** Numbers and flags that are no pointers in Go: there 0 and false cannot be told from nothing, and are not printed. Those of statuses are kept. */
const plainScalars = fieldSet({
  AWSElasticBlockStoreVolumeSource: 'partition readOnly',
  Container: 'stdin stdinOnce tty',
  ContainerPort: 'hostPort',
  CSIPersistentVolumeSource: 'readOnly',
  DeploymentSpec: 'minReadySeconds paused',
  EphemeralContainer: 'stdin stdinOnce tty',
  FCVolumeSource: 'readOnly',
  GCEPersistentDiskVolumeSource: 'partition readOnly',
  ISCSIPersistentVolumeSource: 'readOnly',
  ISCSIVolumeSource: 'readOnly',
  NFSVolumeSource: 'readOnly',
  NodeSpec: 'unschedulable',
  ObjectMeta: 'generation',
  PersistentVolumeClaimVolumeSource: 'readOnly',
  PodSpec: 'hostIPC hostNetwork hostPID',
  PriorityClass: 'globalDefault',
  Probe: 'failureThreshold initialDelaySeconds periodSeconds successThreshold timeoutSeconds',
  RBDPersistentVolumeSource: 'readOnly',
  RBDVolumeSource: 'readOnly',
  ReplicaSetSpec: 'minReadySeconds',
  ReplicationControllerSpec: 'minReadySeconds',
  ServicePort: 'nodePort',
  ServiceSpec: 'healthCheckNodePort publishNotReadyAddresses',
  VolumeMount: 'readOnly',
});

/** Required in the API, yet nil until given: the validators tell "missing" from "empty". */
const requiredPointers = fieldSet({
  DaemonSetSpec: 'selector',
  DeploymentSpec: 'selector',
  HTTPIngressPath: 'pathType',
  ReplicaSetSpec: 'selector',
  StatefulSetSpec: 'selector',
});

/** Lists that are printed even when empty. */
const keptWhenEmpty = fieldSet({ ClusterRole: 'rules', EndpointSlice: 'ports', Role: 'rules' });

export const isQuantity = (type: string, field: string): boolean => quantities.has(`${type}.${field}`);
export const isPointerString = (type: string, field: string): boolean => pointerStrings.has(`${type}.${field}`);
export const isPlainScalar = (type: string, field: string): boolean => plainScalars.has(`${type}.${field}`);
export const isRequiredPointer = (type: string, field: string): boolean => requiredPointers.has(`${type}.${field}`);
export const isKeptWhenEmpty = (type: string, field: string): boolean => keptWhenEmpty.has(`${type}.${field}`);

/** Prefixes that the generator's source puts before names that several groups share. */
const groupPrefix =
  /^(?:Admissionregistration|Apiextensions|Apiregistration|Authentication|Core|Discovery|Events|Flowcontrol|Rbac|Storage|V2)(?=(?:ServiceReference|WebhookClientConfig|TokenRequest|EndpointPort|Event|EventList|EventSeries|Subject)$)|^V2(?=[A-Z])/;

/** The name of the type in its own package: `CoreEvent` is `Event`, `V2MetricSpec` is `MetricSpec`. */
export function plainTypeName(type: string): string {
  return type.replace(groupPrefix, '');
}
