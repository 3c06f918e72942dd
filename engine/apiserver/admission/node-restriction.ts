/**
 * What a node may write: its own Node without labels and taints that would draw Pods to it, its own Lease, the status of its own Pods, tokens for them.
 * Upstream: plugin/pkg/admission/noderestriction.
 */
import { forbidden, notFound } from '../../api/errors.ts';
import type { KubeObject } from '../../api/object.ts';
import { podReferences } from '../../api/pod-references.ts';
import type { AuthenticationTokenRequest, Node, PersistentVolumeClaim, Pod } from '../../api/types.gen.ts';
import { isSame } from '../../api/validation/fields.ts';
import type { Store } from '../../store/store.ts';
import { nodeLeaseNamespace } from '../authz/node-authorizer.ts';
import { nodeOf } from '../authz/node-identity.ts';
import type { Admission, AdmissionRequest } from '../context.ts';
import type { Registry } from '../registry.ts';
import type { Resource } from '../resource.ts';
import { forbiddenLabels } from './node-labels.ts';

export interface NodeRestrictionOptions {
  readonly store: Store;
  readonly registry: Registry;
}

/** Undefined: nothing to say against it. */
type Problem = string | undefined;
type Check = (node: string, request: AdmissionRequest, parts: Parts) => Problem | Promise<Problem>;
interface Parts extends NodeRestrictionOptions {
  find<T extends KubeObject>(resource: Resource, namespace: string | undefined, name: string): Promise<T | undefined>;
}

export function nodeRestriction(options: NodeRestrictionOptions): Admission {
  const parts: Parts = {
    ...options,
    async find<T extends KubeObject>(resource: Resource, namespace: string | undefined, name: string) {
      const entry = await options.store.get(resource.key(namespace, name));
      // The key is one of the resource's.
      return entry && (resource.live(entry) as unknown as T);
    },
  };
  return async (request) => {
    const node = nodeOf(request.caller.user);
    if (node === undefined) return request.object;
    const problem = await problemOf(node, request, parts);
    if (problem === undefined) return request.object;
    const { name, generateName } = request.object?.metadata ?? {};
    throw forbidden(request.target.resource.kind, request.name || name || generateName || 'Unknown', problem);
  };
}

function problemOf(node: string, request: AdmissionRequest, parts: Parts): Problem | Promise<Problem> {
  if (node === '') return `could not determine node from user ${JSON.stringify(request.caller.user.username)}`;
  const { group, plural } = request.target.resource.kind;
  return checks.get(`${group}/${plural}`)?.(node, request, parts);
}

/** Go's %q. */
const quoted = (text: string): string => JSON.stringify(text);

const pods: Check = (node, request, parts) => {
  const { subresource = '' } = request.target;
  // What is there already was decoded as the same kind.
  const old = request.old as Pod | undefined;
  switch (subresource) {
    case '':
      if (request.operation === 'CREATE') return mirrorPod(node, request.object as Pod, parts);
      if (request.operation !== 'DELETE')
        return `unexpected operation ${quoted(request.operation)}, node ${quoted(node)} can only create and delete mirror pods`;
      return old?.spec.nodeName === node ? undefined : `node ${quoted(node)} can only delete pods with spec.nodeName set to itself`;
    case 'status': {
      if (old?.spec.nodeName !== node) return `node ${quoted(node)} can only update pod status for pods with spec.nodeName set to itself`;
      const isLabelled = isSame(old.metadata.labels ?? {}, request.object?.metadata.labels ?? {});
      return isLabelled ? undefined : `node ${quoted(node)} cannot update labels through pod status`;
    }
    case 'eviction':
      return old?.spec.nodeName === node ? undefined : `node ${node} can only evict pods with spec.nodeName set to itself`;
    default:
      return `unexpected pod subresource ${quoted(subresource)}, only 'status' and 'eviction' are allowed`;
  }
};

const mirrorAnnotation = 'kubernetes.io/config.mirror';

async function mirrorPod(node: string, pod: Pod, parts: Parts): Promise<Problem> {
  const { spec, metadata } = pod;
  const me = `node ${quoted(node)}`;
  if (metadata.annotations?.[mirrorAnnotation] === undefined)
    return `pod does not have ${quoted(mirrorAnnotation)} annotation, ${me} can only create mirror pods`;
  if (spec.nodeName !== node) return `${me} can only create pods with spec.nodeName set to itself`;
  return (await ownedByNode(node, pod, parts)) ?? namesNothing(me, pod);
}

async function ownedByNode(node: string, { metadata }: Pod, { registry, find }: Parts): Promise<Problem> {
  const me = `node ${quoted(node)}`;
  const [owner, second] = metadata.ownerReferences ?? [];
  if (second) return `${me} can only create pods with a single owner reference set to itself`;
  if (owner?.apiVersion !== 'v1' || owner.kind !== 'Node' || owner.name !== node)
    return `${me} can only create pods with an owner reference set to itself`;
  if (!owner.controller) return `${me} can only create pods with a controller owner reference set to itself`;
  if (owner.blockOwnerDeletion) return `${me} must not set blockOwnerDeletion on an owner reference`;
  const nodes = registry.need('', 'nodes');
  const found = await find<Node>(nodes, undefined, node);
  if (!found) throw notFound(nodes.kind, node);
  return owner.uid === found.metadata.uid ? undefined : `node ${node} UID mismatch: expected ${owner.uid} got ${found.metadata.uid}`;
}

/** A node could otherwise give itself what it is not entitled to read. */
function namesNothing(me: string, pod: Pod): Problem {
  const { serviceAccount, secrets, configMaps } = podReferences(pod);
  const { volumes = [] } = pod.spec;
  if (serviceAccount) return `${me} can not create pods that reference a service account`;
  if (secrets.length > 0) return `${me} can not create pods that reference secrets`;
  if (configMaps.length > 0) return `${me} can not create pods that reference configmaps`;
  if (volumes.some(({ projected }) => projected?.sources?.some(({ clusterTrustBundle }) => clusterTrustBundle)))
    return `${me} can not create pods that reference clustertrustbundles`;
  if (volumes.some(({ persistentVolumeClaim }) => persistentVolumeClaim))
    return `${me} can not create pods that reference persistentvolumeclaims`;
  return undefined;
}

const nodes: Check = (node, { operation, name, object, old }) => {
  const me = `node ${quoted(node)}`;
  if (name !== node) return `${me} is not allowed to modify node ${quoted(name)}`;
  if (operation === 'DELETE') return undefined;
  // Nodes, as the target says.
  const next = object as Node;
  const before = old as Node | undefined;
  const labels = forbiddenLabels(next.metadata.labels, before?.metadata.labels).join(', ');
  if (!before) {
    if (next.spec.configSource) return `${me} is not allowed to create pods with a non-nil configSource`;
    return labels === '' ? undefined : `${me} is not allowed to set the following labels: ${labels}`;
  }
  if (next.spec.configSource && !isSame(next.spec.configSource, before.spec.configSource))
    return `${me} is not allowed to update configSource to a new non-nil configSource`;
  if (!isSame(next.spec.taints ?? [], before.spec.taints ?? [])) return `${me} is not allowed to modify taints`;
  if (!isSame(next.metadata.ownerReferences ?? [], before.metadata.ownerReferences ?? []))
    return `${me} is not allowed to modify ownerReferences`;
  return labels === '' ? undefined : `is not allowed to modify labels: ${labels}`;
};

const accounts: Check = async (node, { operation, target, object }, { registry, find }) => {
  if (operation !== 'CREATE' || target.subresource !== 'token') return undefined;
  const { boundObjectRef: bound } = (object as unknown as AuthenticationTokenRequest).spec;
  if (bound?.apiVersion !== 'v1' || bound.kind !== 'Pod' || !bound.name) return 'node requested token not bound to a pod';
  if (!bound.uid) return 'node requested token with a pod binding without a uid';
  const resource = registry.need('', 'pods');
  const pod = await find<Pod>(resource, target.namespace, bound.name);
  if (!pod) throw notFound(resource.kind, bound.name);
  if (bound.uid !== pod.metadata.uid)
    return `the UID in the bound object reference (${bound.uid}) does not match the UID in record. The object might have been deleted and then recreated`;
  return pod.spec.nodeName === node ? undefined : 'node requested token bound to a pod scheduled on a different node';
};

const leases: Check = (node, { target, name }) => {
  if (target.namespace !== nodeLeaseNamespace) return `can only access leases in the ${quoted(nodeLeaseNamespace)} system namespace`;
  return name === node ? undefined : 'can only access node lease with the same name as the requesting node';
};

const claims: Check = (node, { operation, target, object, old }) => {
  if (target.subresource !== 'status') return 'may only update PVC status';
  if (operation !== 'UPDATE') return `unexpected operation ${quoted(operation)}`;
  // Claims, as the target says.
  if (isSame(withoutSizes(object as PersistentVolumeClaim), withoutSizes(old as PersistentVolumeClaim))) return undefined;
  return `node ${quoted(node)} is not allowed to update fields other than status.capacity and status.conditions`;
};

/** The claim without what a node says about its size. */
function withoutSizes({ metadata, spec, status = {} }: PersistentVolumeClaim): object {
  const { resourceVersion: _, managedFields: _1, ...rest } = metadata;
  const { capacity: _2, conditions: _3, allocatedResources: _4, allocatedResourceStatuses: _5, ...kept } = status;
  return { metadata: rest, spec, status: kept };
}

const checks: ReadonlyMap<string, Check> = new Map([
  ['/pods', pods],
  ['/nodes', nodes],
  ['/serviceaccounts', accounts],
  ['/persistentvolumeclaims', claims],
  ['coordination.k8s.io/leases', leases],
]);
