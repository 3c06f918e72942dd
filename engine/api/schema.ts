/**
 * The field tables of every type (`schema.gen.json`), and what the generator's source does not tell: which strings are quantities, which
 * required fields are pointers in Kubernetes' Go types, and which empty lists are kept.
 */
import table from './schema.gen.json' with { type: 'json' };

export interface FieldSchema {
  /** `string`, `integer`, `number`, `boolean`, `any`, `int-or-string`, `T[]`, or the name of a type. */
  readonly type: string;
  readonly container?: 'array' | 'map';
  readonly format?: string;
  readonly required?: true;
  /** Of strings: a pointer in Go, where "" differs from nothing. */
  readonly pointer?: true;
  /** Of numbers and flags: no pointer in Go, where 0 and false cannot be told from nothing, and are not printed. */
  readonly plain?: true;
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

/** Required in the API, yet nil until given: the validators tell "missing" from "empty". */
const requiredPointers = fieldSet({
  DaemonSetSpec: 'selector',
  DeploymentSpec: 'selector',
  HTTPIngressPath: 'pathType',
  ReplicaSetSpec: 'selector',
  StatefulSetSpec: 'selector',
});

/** Lists that are printed even when empty. */
const keptWhenEmpty = fieldSet({
  ClusterRole: 'rules',
  EndpointSlice: 'ports',
  // An empty one starts the tracking of owners anew; it is never stored.
  ObjectMeta: 'managedFields',
  Role: 'rules',
});

/** Schemas, or something else in their place. */
const schemasOrOther = fieldSet({ JSONSchemaProps: 'additionalItems additionalProperties items' });

export const isSchemaOrOther = (type: string, field: string): boolean => schemasOrOther.has(`${type}.${field}`);
export const isQuantity = (type: string, field: string): boolean => quantities.has(`${type}.${field}`);
export const isRequiredPointer = (type: string, field: string): boolean => requiredPointers.has(`${type}.${field}`);
export const isKeptWhenEmpty = (type: string, field: string): boolean => keptWhenEmpty.has(`${type}.${field}`);

/** Prefixes that the generator's source puts before names that several groups share. */
const groupPrefix =
  /^(?:Admissionregistration|Apiextensions|Apiregistration|Authentication|Core|Discovery|Events|Flowcontrol|Rbac|Storage|V2)(?=(?:ServiceReference|WebhookClientConfig|TokenRequest|EndpointPort|Event|EventList|EventSeries|Subject)$)|^V2(?=[A-Z])/;

/** The name of the type in its own package: `CoreEvent` is `Event`, `V2MetricSpec` is `MetricSpec`. */
export function plainTypeName(type: string): string {
  return type.replace(groupPrefix, '');
}
