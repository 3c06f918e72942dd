/** The full names of types in OpenAPI documents: `io.k8s.api.apps.v1.Deployment`. Upstream: the Go package paths of k8s.io/api. */
import { plainTypeName, typeSchema } from '../schema.ts';

const metaPackage = 'io.k8s.apimachinery.pkg.apis.meta.v1';
const metaTypes: ReadonlySet<string> = new Set(
  (
    'APIGroup APIGroupList APIResource APIResourceList APIVersions Condition DeleteOptions FieldSelectorRequirement ' +
    'GroupVersionForDiscovery LabelSelector LabelSelectorRequirement ListMeta ManagedFieldsEntry ObjectMeta OwnerReference ' +
    'Preconditions ServerAddressByClientCIDR Status StatusCause StatusDetails WatchEvent'
  ).split(' '),
);

/** Types that are written as plain JSON values in the schema table, and named types in the documents. */
export const quantityName = 'io.k8s.apimachinery.pkg.api.resource.Quantity';
export const intOrStringName = 'io.k8s.apimachinery.pkg.util.intstr.IntOrString';
export const timeName = `${metaPackage}.Time`;
export const microTimeName = `${metaPackage}.MicroTime`;
export const fieldsName = `${metaPackage}.FieldsV1`;
export const rawExtensionName = 'io.k8s.apimachinery.pkg.runtime.RawExtension';

/** What core/v1 owns is what these reach; the other groups share it. */
const coreRoots = (
  'Binding ComponentStatus ConfigMap CoreEvent Endpoints LimitRange Namespace Node PersistentVolume PersistentVolumeClaim Pod PodTemplate ' +
  'ReplicationController ResourceQuota Secret Service ServiceAccount'
).split(' ');

/** The type itself and every type it leads to. */
export function reachableTypes(roots: readonly string[]): ReadonlySet<string> {
  const met = new Set<string>();
  const open = [...roots];
  for (let type = open.pop(); type !== undefined; type = open.pop()) {
    const schema = met.has(type) ? undefined : typeSchema(type);
    if (schema === undefined) continue;
    met.add(type);
    open.push(...Object.values(schema).map((field) => field.type));
  }
  return met;
}

export interface GroupVersion {
  readonly group: string;
  readonly version: string;
}

function packageOf({ group, version }: GroupVersion): string {
  if (group === 'apiextensions.k8s.io') return `io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.${version}`;
  if (group === 'apiregistration.k8s.io') return `io.k8s.kube-aggregator.pkg.apis.apiregistration.${version}`;
  return `io.k8s.api.${group === '' ? 'core' : group.split('.')[0]}.${version}`;
}

/** Gives every type its full name. A type belongs to meta, else to core where core reaches it, else to the group that reaches it. */
export function definitionNames(kinds: readonly (GroupVersion & { readonly schema: string })[]): (type: string) => string {
  const packages = new Map<string, string>([...metaTypes].map((type) => [type, metaPackage]));
  const claim = (roots: readonly string[], owner: string) => {
    for (const type of reachableTypes([...roots, ...roots.map((root) => `${root}List`)]))
      if (!packages.has(type)) packages.set(type, owner);
  };
  claim(coreRoots, packageOf({ group: '', version: 'v1' }));
  claim(['Scale'], packageOf({ group: 'autoscaling', version: 'v1' }));
  claim(['Eviction'], packageOf({ group: 'policy', version: 'v1' }));
  claim(['AuthenticationTokenRequest'], packageOf({ group: 'authentication.k8s.io', version: 'v1' }));
  for (const kind of kinds) claim([kind.schema], packageOf(kind));
  return (type) => `${packages.get(type) ?? metaPackage}.${plainTypeName(type)}`;
}
