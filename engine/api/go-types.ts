/** How Kubernetes' Go types are named in the messages of its JSON decoder: `of type []v1.Container`. */
import { type FieldSchema, isQuantity, plainTypeName, typeSchema } from './schema.ts';

/** Fields whose Go type is a string with a name, as k8s.io/api declares them. */
const namedStrings: Readonly<Record<string, string>> = {
  'AppArmorProfile.type': 'v1.AppArmorProfileType',
  'AttachedVolume.name': 'v1.UniqueVolumeName',
  'AzureDiskVolumeSource.cachingMode': 'v1.AzureDataDiskCachingMode',
  'AzureDiskVolumeSource.kind': 'v1.AzureDataDiskKind',
  'BoundObjectReference.uid': 'types.UID',
  'CSIDriverSpec.fsGroupPolicy': 'v1.FSGroupPolicy',
  'CSIDriverSpec.volumeLifecycleModes': 'v1.VolumeLifecycleMode',
  'Capabilities.add': 'v1.Capability',
  'Capabilities.drop': 'v1.Capability',
  'ComponentCondition.status': 'v1.ConditionStatus',
  'ComponentCondition.type': 'v1.ComponentConditionType',
  'ConfigMapNodeConfigSource.uid': 'types.UID',
  'Container.imagePullPolicy': 'v1.PullPolicy',
  'Container.restartPolicy': 'v1.ContainerRestartPolicy',
  'Container.terminationMessagePolicy': 'v1.TerminationMessagePolicy',
  'ContainerPort.protocol': 'v1.Protocol',
  'ContainerResizePolicy.resourceName': 'v1.ResourceName',
  'ContainerResizePolicy.restartPolicy': 'v1.ResourceResizeRestartPolicy',
  'ContainerStatus.stopSignal': 'v1.Signal',
  'CronJobSpec.concurrencyPolicy': 'v1.ConcurrencyPolicy',
  'DaemonSetCondition.type': 'v1.DaemonSetConditionType',
  'DaemonSetUpdateStrategy.type': 'v1.DaemonSetUpdateStrategyType',
  'DeploymentCondition.type': 'v1.DeploymentConditionType',
  'DeploymentStrategy.type': 'v1.DeploymentStrategyType',
  'EmptyDirVolumeSource.medium': 'v1.StorageMedium',
  'EndpointSlice.addressType': 'v1.AddressType',
  'HTTPGetAction.scheme': 'v1.URIScheme',
  'HTTPIngressPath.pathType': 'v1.PathType',
  'HostPathVolumeSource.type': 'v1.HostPathType',
  'ImageVolumeSource.pullPolicy': 'v1.PullPolicy',
  'JobCondition.type': 'v1.JobConditionType',
  'JobSpec.completionMode': 'v1.CompletionMode',
  'JobSpec.podReplacementPolicy': 'v1.PodReplacementPolicy',
  'LeaseSpec.strategy': 'v1.CoordinatedLeaseStrategy',
  'Lifecycle.stopSignal': 'v1.Signal',
  'LimitRangeItem.type': 'v1.LimitType',
  'LoadBalancerIngress.ipMode': 'v1.LoadBalancerIPMode',
  'ModifyVolumeStatus.status': 'v1.PersistentVolumeClaimModifyVolumeStatus',
  'NamespaceCondition.status': 'v1.ConditionStatus',
  'NamespaceCondition.type': 'v1.NamespaceConditionType',
  'NamespaceSpec.finalizers': 'v1.FinalizerName',
  'NamespaceStatus.phase': 'v1.NamespacePhase',
  'NetworkPolicySpec.policyTypes': 'v1.PolicyType',
  'NodeAddress.type': 'v1.NodeAddressType',
  'NodeCondition.status': 'v1.ConditionStatus',
  'NodeCondition.type': 'v1.NodeConditionType',
  'NodeSelectorRequirement.operator': 'v1.NodeSelectorOperator',
  'NodeStatus.phase': 'v1.NodePhase',
  'NodeStatus.volumesInUse': 'v1.UniqueVolumeName',
  'ObjectMeta.uid': 'types.UID',
  'ObjectReference.uid': 'types.UID',
  'OwnerReference.uid': 'types.UID',
  'PersistentVolumeClaimCondition.status': 'v1.ConditionStatus',
  'PersistentVolumeClaimCondition.type': 'v1.PersistentVolumeClaimConditionType',
  'PersistentVolumeClaimSpec.accessModes': 'v1.PersistentVolumeAccessMode',
  'PersistentVolumeClaimSpec.volumeMode': 'v1.PersistentVolumeMode',
  'PersistentVolumeClaimStatus.accessModes': 'v1.PersistentVolumeAccessMode',
  'PersistentVolumeClaimStatus.phase': 'v1.PersistentVolumeClaimPhase',
  'PersistentVolumeSpec.accessModes': 'v1.PersistentVolumeAccessMode',
  'PersistentVolumeSpec.persistentVolumeReclaimPolicy': 'v1.PersistentVolumeReclaimPolicy',
  'PersistentVolumeSpec.volumeMode': 'v1.PersistentVolumeMode',
  'PersistentVolumeStatus.phase': 'v1.PersistentVolumePhase',
  'PodCondition.status': 'v1.ConditionStatus',
  'PodCondition.type': 'v1.PodConditionType',
  'PodDisruptionBudgetSpec.unhealthyPodEvictionPolicy': 'v1.UnhealthyPodEvictionPolicyType',
  'PodFailurePolicyOnExitCodesRequirement.operator': 'v1.PodFailurePolicyOnExitCodesOperator',
  'PodFailurePolicyRule.action': 'v1.PodFailurePolicyAction',
  'PodOS.name': 'v1.OSName',
  'PodReadinessGate.conditionType': 'v1.PodConditionType',
  'PodSecurityContext.fsGroupChangePolicy': 'v1.PodFSGroupChangePolicy',
  'PodSecurityContext.seLinuxChangePolicy': 'v1.PodSELinuxChangePolicy',
  'PodSecurityContext.supplementalGroupsPolicy': 'v1.SupplementalGroupsPolicy',
  'PodSpec.dnsPolicy': 'v1.DNSPolicy',
  'PodSpec.preemptionPolicy': 'v1.PreemptionPolicy',
  'PodSpec.restartPolicy': 'v1.RestartPolicy',
  'PodStatus.phase': 'v1.PodPhase',
  'PodStatus.qosClass': 'v1.PodQOSClass',
  'PodStatus.resize': 'v1.PodResizeStatus',
  'PortStatus.protocol': 'v1.Protocol',
  'Preconditions.uid': 'types.UID',
  'ReplicaSetCondition.type': 'v1.ReplicaSetConditionType',
  'ReplicationControllerCondition.status': 'v1.ConditionStatus',
  'ReplicationControllerCondition.type': 'v1.ReplicationControllerConditionType',
  'ResourceHealth.health': 'v1.ResourceHealthStatus',
  'ResourceHealth.resourceID': 'v1.ResourceID',
  'ResourceQuotaSpec.scopes': 'v1.ResourceQuotaScope',
  'ResourceStatus.name': 'v1.ResourceName',
  'ScopedResourceSelectorRequirement.operator': 'v1.ScopeSelectorOperator',
  'ScopedResourceSelectorRequirement.scopeName': 'v1.ResourceQuotaScope',
  'SeccompProfile.type': 'v1.SeccompProfileType',
  'Secret.type': 'v1.SecretType',
  'SecurityContext.procMount': 'v1.ProcMountType',
  'ServicePort.protocol': 'v1.Protocol',
  'ServiceSpec.externalTrafficPolicy': 'v1.ServiceExternalTrafficPolicy',
  'ServiceSpec.internalTrafficPolicy': 'v1.ServiceInternalTrafficPolicy',
  'ServiceSpec.ipFamilies': 'v1.IPFamily',
  'ServiceSpec.ipFamilyPolicy': 'v1.IPFamilyPolicy',
  'ServiceSpec.sessionAffinity': 'v1.ServiceAffinity',
  'ServiceSpec.type': 'v1.ServiceType',
  'StatefulSetCondition.type': 'v1.StatefulSetConditionType',
  'StatefulSetPersistentVolumeClaimRetentionPolicy.whenDeleted': 'v1.PersistentVolumeClaimRetentionPolicyType',
  'StatefulSetPersistentVolumeClaimRetentionPolicy.whenScaled': 'v1.PersistentVolumeClaimRetentionPolicyType',
  'StatefulSetSpec.podManagementPolicy': 'v1.PodManagementPolicyType',
  'StatefulSetUpdateStrategy.type': 'v1.StatefulSetUpdateStrategyType',
  'StorageClass.volumeBindingMode': 'v1.VolumeBindingMode',
  'Taint.effect': 'v1.TaintEffect',
  'Toleration.effect': 'v1.TaintEffect',
  'Toleration.operator': 'v1.TolerationOperator',
  'TopologySpreadConstraint.nodeAffinityPolicy': 'v1.NodeInclusionPolicy',
  'TopologySpreadConstraint.nodeTaintsPolicy': 'v1.NodeInclusionPolicy',
  'TopologySpreadConstraint.whenUnsatisfiable': 'v1.UnsatisfiableConstraintAction',
  'UncountedTerminatedPods.failed': 'types.UID',
  'UncountedTerminatedPods.succeeded': 'types.UID',
  'VolumeMount.mountPropagation': 'v1.MountPropagationMode',
  'VolumeMount.recursiveReadOnly': 'v1.RecursiveReadOnlyMode',
  'VolumeMountStatus.recursiveReadOnly': 'v1.RecursiveReadOnlyMode',
};

function goScalar(owner: string, name: string, { type, format }: FieldSchema): string {
  if (type.endsWith('[]')) return `[]${type.slice(0, -2)}`;
  if (format === 'byte') return '[]uint8';
  if (type === 'string') return namedStrings[`${owner}.${name}`] ?? 'string';
  if (type === 'integer') return format ?? 'int64';
  if (type === 'number') return 'float64';
  if (type === 'boolean') return 'bool';
  return typeSchema(type) ? goStruct(type) : 'interface {}';
}

export function goStruct(type: string): string {
  return `${/^V2[A-Z]/.test(type) ? 'v2' : 'v1'}.${plainTypeName(type)}`;
}

/** The type of one element, and of the whole field where it is a list or a map. */
export function goTypes(owner: string, name: string, field: FieldSchema): { readonly element: string; readonly whole: string } {
  const element = goScalar(owner, name, field);
  if (field.container === 'array') return { element, whole: `[]${element}` };
  if (field.container !== 'map') return { element, whole: element };
  return { element, whole: isQuantity(owner, name) ? 'v1.ResourceList' : `map[string]${element}` };
}
