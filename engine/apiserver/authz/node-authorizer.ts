/**
 * What a node may do: what its own Pods need, and its own Node and Lease. What a write may contain is NodeRestriction's to say.
 * Upstream: plugin/pkg/auth/authorizer/node/node_authorizer.go, with AuthorizeNodeWithSelectors.
 */
import { exactField } from '../../api/field-selector.ts';
import { networkRulesKey } from '../../api/network-rules.ts';
import type { PolicyRule } from '../../api/types.gen.ts';
import type { Authorizer, Decision, ResourceAttributes } from './attributes.ts';
import type { NodeGraph, ReferencedKind } from './node-graph.ts';
import { nodeOf } from './node-identity.ts';
import { ruleAllows } from './rules.ts';

export const nodeLeaseNamespace = 'kube-node-lease';

const allowed: Decision = { allowed: true, reason: '' };
const refused = (reason: string): Decision => ({ allowed: false, reason });

interface Asked {
  readonly node: string;
  readonly graph: NodeGraph;
  readonly attributes: ResourceAttributes;
}
type Rule = (asked: Asked) => Decision;

/** `rules`: for everything that is the same for all nodes. */
export function nodeAuthorizer(graph: NodeGraph, rules: readonly PolicyRule[]): Authorizer {
  return (user, attributes) => {
    const node = nodeOf(user);
    if (node === undefined) return refused('');
    if (node === '') return refused(`unknown node for user ${JSON.stringify(user.username)}`);
    if (!('path' in attributes)) {
      const rule = subdivided.get(`${attributes.group}/${attributes.resource}`);
      if (rule) return rule({ node, graph, attributes });
    }
    return rules.some((rule) => ruleAllows(rule, attributes)) ? allowed : refused('');
  };
}

function related({ node, graph, attributes: { namespace = '', name = '' } }: Asked, kind: ReferencedKind): Decision {
  if (name === '') return refused('No Object name found');
  if (graph.leadsTo(node, kind, namespace, name)) return allowed;
  return refused(`no relationship found between node '${node}' and this object`);
}

const reads = ['get', 'list', 'watch'];
const changes = ['update', 'patch'];

const readNamed =
  (kind: ReferencedKind): Rule =>
  (asked) => {
    const { verb, subresource, namespace } = asked.attributes;
    if (!reads.includes(verb)) return refused('can only read resources of this type');
    if (subresource) return refused('cannot read subresource');
    if (!namespace) return refused('can only read namespaced object of this type');
    return related(asked, kind);
  };

const getOnly =
  (kind: ReferencedKind): Rule =>
  (asked) => {
    const { verb, subresource } = asked.attributes;
    if (verb !== 'get') return refused('can only get individual resources of this type');
    if (subresource) return refused('cannot get subresource');
    return related(asked, kind);
  };

function claims(asked: Asked): Decision {
  const { verb, subresource } = asked.attributes;
  if (subresource !== 'status') return getOnly('persistentvolumeclaims')(asked);
  return changes.includes(verb) ? related(asked, 'persistentvolumeclaims') : refused('can only get/update/patch this type');
}

function accounts(asked: Asked): Decision {
  const { verb, subresource, name } = asked.attributes;
  if (verb !== 'create' || !name) return refused('can only create tokens for individual service accounts');
  if (subresource !== 'token') return refused('can only create token subresource of serviceaccount');
  return related(asked, 'serviceaccounts');
}

const leaseVerbs = ['get', 'create', 'update', 'patch', 'delete'];
function leases({ node, attributes: { verb, namespace, name } }: Asked): Decision {
  if (!leaseVerbs.includes(verb)) return refused('can only get, create, update, patch, or delete a node lease');
  if (namespace !== nodeLeaseNamespace)
    return refused(`can only access leases in the ${JSON.stringify(nodeLeaseNamespace)} system namespace`);
  if (verb !== 'create' && name !== node) return refused('can only access node lease with the same name as the requesting node');
  return allowed;
}

function nodes({ node, attributes: { verb, subresource, name } }: Asked): Decision {
  if (subresource === 'status') return changes.includes(verb) ? allowed : refused('');
  if (subresource) return refused('');
  if (verb === 'create' || changes.includes(verb)) return allowed;
  if (!reads.includes(verb)) return refused('');
  if (name === node) return allowed;
  return refused(
    name
      ? `node '${node}' cannot read '${name}', only its own Node object`
      : `node '${node}' cannot read all nodes, only its own Node object`,
  );
}

function pods(asked: Asked): Decision {
  const { node, attributes } = asked;
  const { verb, subresource, name, fields = [] } = attributes;
  if (subresource === 'status') return changes.includes(verb) ? allowed : refused('');
  if (subresource === 'eviction') return verb === 'create' ? allowed : refused('');
  if (subresource) return refused('');
  if (verb === 'create' || verb === 'delete') return allowed;
  if (verb === 'get') return related(asked, 'pods');
  if (!reads.includes(verb)) return refused('');
  if (exactField(fields, 'spec.nodeName') === node) return allowed;
  return name ? related(asked, 'pods') : refused('can only list/watch pods with spec.nodeName field selector');
}

/** Beside those of its pods, what NetworkPolicies mean: each node enforces them for its pods. */
function configMaps(asked: Asked): Decision {
  const { verb, namespace, name } = asked.attributes;
  const isRules = namespace === networkRulesKey.namespace && name === networkRulesKey.name;
  return isRules && reads.includes(verb) ? allowed : readNamed('configmaps')(asked);
}

/** Access to these depends on the object. */
const subdivided: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['/secrets', readNamed('secrets')],
  ['/configmaps', configMaps],
  ['/persistentvolumeclaims', claims],
  ['/persistentvolumes', getOnly('persistentvolumes')],
  ['/serviceaccounts', accounts],
  ['coordination.k8s.io/leases', leases],
  ['/nodes', nodes],
  ['/pods', pods],
]);
