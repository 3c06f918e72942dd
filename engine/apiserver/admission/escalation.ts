/**
 * Nobody gives out rights that they do not have: rules of roles, and the roles that are bound, must be covered by those of whoever
 * writes them, unless they may `escalate` or `bind`. Upstream: pkg/registry/rbac/{escalation_check.go,*\/policybased}, rbac/validation.
 */
import { forbidden, notFound } from '../../api/errors.ts';
import type { ClusterRole, ClusterRoleBinding, PolicyRule, RoleBinding } from '../../api/types.gen.ts';
import { isSame } from '../../api/validation/fields.ts';
import type { Rbac } from '../authz/rbac.ts';
import { ruleAllows } from '../authz/rules.ts';
import type { Admission, AdmissionRequest, User } from '../context.ts';

const group = 'rbac.authorization.k8s.io';
const everything: readonly PolicyRule[] = [
  { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
  { verbs: ['*'], nonResourceURLs: ['*'] },
];

export function rbacEscalation(rbac: Rbac): Admission {
  return async (request) => {
    const { operation, target, object } = request;
    if (target.resource.kind.group !== group || operation === 'DELETE' || !object) return object;
    const granted = target.resource.kind.plural.endsWith('bindings') ? boundRules(rbac, request) : roleRules(rbac, request);
    const missing = uncovered(rbac.rulesFor(request.caller.user, target.namespace ?? ''), granted);
    if (missing.length > 0) throw forbidden(target.resource.kind, request.name, refusal(request.caller.user, missing));
    return object;
  };
}

/** What a role would give that it does not give yet. */
function roleRules(rbac: Rbac, { target, name, object, old, caller }: AdmissionRequest): readonly PolicyRule[] {
  // Roles are ClusterRoles without aggregation.
  const next = object as ClusterRole;
  const before = old as ClusterRole | undefined;
  if (before && isSame(next.rules, before.rules) && isSame(next.aggregationRule, before.aggregationRule)) return [];
  const { plural } = target.resource.kind;
  if (rbac.authorize(caller.user, { verb: 'escalate', group, resource: plural, namespace: target.namespace, name }).allowed) return [];
  // What is aggregated may change at any time.
  return next.aggregationRule ? everything : (next.rules ?? []);
}

function boundRules(rbac: Rbac, { target, object, old, caller }: AdmissionRequest): readonly PolicyRule[] {
  const { roleRef, subjects } = object as RoleBinding | ClusterRoleBinding;
  const before = old as RoleBinding | undefined;
  if (before && isSame(roleRef, before.roleRef) && isSame(subjects, before.subjects)) return [];
  const { namespace } = target;
  const role = { group, plural: roleRef.kind === 'Role' ? 'roles' : 'clusterroles' };
  if (rbac.authorize(caller.user, { verb: 'bind', group, resource: role.plural, namespace, name: roleRef.name }).allowed) return [];
  const rules = rbac.rulesOf(roleRef, namespace);
  if (!rules) throw notFound(role, roleRef.name);
  return rules;
}

/** The parts of `wanted`, one verb on one resource (or path) each, that no rule of `held` allows. */
function uncovered(held: readonly PolicyRule[], wanted: readonly PolicyRule[]): readonly PolicyRule[] {
  return wanted.flatMap(parts).filter((part) => !held.some((rule) => ruleAllows(rule, asked(part))));
}

function parts({ verbs, apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] }: PolicyRule): readonly PolicyRule[] {
  const names = resourceNames.length > 0 ? resourceNames.map((name) => [name]) : [undefined];
  const ofResources = apiGroups.flatMap((one) =>
    resources.flatMap((resource) =>
      names.flatMap((name) =>
        verbs.map((verb) => ({ apiGroups: [one], resources: [resource], ...(name ? { resourceNames: name } : {}), verbs: [verb] })),
      ),
    ),
  );
  return [...ofResources, ...nonResourceURLs.flatMap((url) => verbs.map((verb) => ({ nonResourceURLs: [url], verbs: [verb] })))];
}

function asked({ verbs: [verb = ''], apiGroups, resources, resourceNames, nonResourceURLs }: PolicyRule): Parameters<typeof ruleAllows>[1] {
  const [path] = nonResourceURLs ?? [];
  if (path !== undefined) return { verb, path };
  const [resource = '', subresource] = (resources?.[0] ?? '').split('/');
  return { verb, group: apiGroups?.[0] ?? '', resource, subresource, name: resourceNames?.[0] };
}

/** Go's %q of a list. */
const quoted = (list: readonly string[]): string => `[${list.map((one) => JSON.stringify(one)).join(' ')}]`;

/** `{APIGroups:["apps"], Resources:["deployments"], Verbs:["get"]}`; verbs on the same thing in one line. */
function refusal({ username, groups }: User, missing: readonly PolicyRule[]): string {
  const verbsOf = new Map<string, string[]>();
  for (const { apiGroups, resources, resourceNames, nonResourceURLs, verbs } of missing) {
    const fields = Object.entries({
      APIGroups: apiGroups,
      Resources: resources,
      NonResourceURLs: nonResourceURLs,
      ResourceNames: resourceNames,
    });
    const what = fields.flatMap(([name, list]) => (list?.length ? [`${name}:${quoted(list)}`] : [])).join(', ');
    verbsOf.set(what, [...(verbsOf.get(what) ?? []), ...verbs]);
  }
  const lines = [...verbsOf].map(([what, verbs]) => `{${what}, Verbs:${quoted([...new Set(verbs)])}}`).toSorted();
  return `user ${JSON.stringify(username)} (groups=${quoted(groups)}) is attempting to grant RBAC permissions not currently held:\n${lines.join('\n')}`;
}
