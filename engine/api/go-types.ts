/** How Kubernetes' Go types are named in the messages of its JSON decoder: `of type []v1.Container`. */
import { type FieldSchema, isQuantity, plainTypeName, typeSchema } from './schema.ts';

const namedStrings: Readonly<Record<string, string>> = {
  'Container.imagePullPolicy': 'v1.PullPolicy',
  'ContainerPort.protocol': 'v1.Protocol',
  'DeploymentStrategy.type': 'v1.DeploymentStrategyType',
  'ObjectMeta.uid': 'types.UID',
  'OwnerReference.uid': 'types.UID',
  'PersistentVolumeClaimSpec.accessModes': 'v1.PersistentVolumeAccessMode',
  'PodSpec.dnsPolicy': 'v1.DNSPolicy',
  'PodSpec.restartPolicy': 'v1.RestartPolicy',
  'Secret.type': 'v1.SecretType',
  'ServicePort.protocol': 'v1.Protocol',
  'ServiceSpec.sessionAffinity': 'v1.ServiceAffinity',
  'ServiceSpec.type': 'v1.ServiceType',
  'Taint.effect': 'v1.TaintEffect',
  'Toleration.effect': 'v1.TaintEffect',
  'Toleration.operator': 'v1.TolerationOperator',
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
