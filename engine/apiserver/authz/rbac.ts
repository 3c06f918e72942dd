/**
 * Role-based access: which rules a user has, from the roles and bindings in the store. Upstream: plugin/pkg/auth/authorizer/rbac.
 */
import { matchesLabels, selectorOf } from '../../api/selector.ts';
import type { ClusterRole, ClusterRoleBinding, PolicyRule, RbacSubject, Role, RoleBinding } from '../../api/types.gen.ts';
import type { User } from '../context.ts';
import type { Mirror } from '../mirror.ts';
import type { Attributes, Authorizer } from './attributes.ts';
import { ruleAllows } from './rules.ts';

export interface RbacSources {
  readonly roles: Mirror<Role>;
  readonly clusterRoles: Mirror<ClusterRole>;
  readonly roleBindings: Mirror<RoleBinding>;
  readonly clusterRoleBindings: Mirror<ClusterRoleBinding>;
}
export interface Rbac {
  readonly authorize: Authorizer;
  /** All rules of a user in a namespace, those for the whole cluster included. */
  rulesFor(user: User, namespace: string): readonly PolicyRule[];
  /** The rules that a binding to this role would give. Undefined when there is no such role. */
  rulesOf(ref: { readonly kind: string; readonly name: string }, namespace: string | undefined): readonly PolicyRule[] | undefined;
}

interface Grant {
  /** Undefined: the whole cluster. */
  readonly namespace: string | undefined;
  readonly rules: readonly PolicyRule[];
  readonly because: string;
}

const superusers = 'system:masters';

export function createRbac(sources: RbacSources): Rbac {
  let grants = new Map<string, Grant[]>();
  let seen = '';
  /** Bindings change rarely and are asked for with every request: by subject, made anew when something changed. */
  const current = (): ReadonlyMap<string, readonly Grant[]> => {
    const version = Object.values(sources)
      .map((mirror: { readonly version: number }) => mirror.version)
      .join(' ');
    if (version !== seen) grants = grantsBySubject(sources);
    seen = version;
    return grants;
  };
  const grantsOf = (user: User, namespace: string | undefined): readonly Grant[] =>
    keysOf(user)
      .flatMap((key) => current().get(key) ?? [])
      .filter((grant) => grant.namespace === undefined || grant.namespace === namespace);
  return {
    authorize(user, attributes) {
      if (user.groups.includes(superusers)) return { allowed: true, reason: '' };
      const namespace = namespaceOf(attributes);
      for (const { rules, because } of grantsOf(user, namespace))
        if (rules.some((rule) => ruleAllows(rule, attributes))) return { allowed: true, reason: `RBAC: allowed by ${because}` };
      return { allowed: false, reason: '' };
    },
    rulesFor(user, namespace) {
      if (user.groups.includes(superusers)) return everything;
      return grantsOf(user, namespace).flatMap(({ rules }) => rules);
    },
    rulesOf: (ref, namespace) => rulesOf(sources, ref, namespace),
  };
}

const everything: readonly PolicyRule[] = [
  { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
  { verbs: ['*'], nonResourceURLs: ['*'] },
];

function namespaceOf(attributes: Attributes): string | undefined {
  return 'path' in attributes ? undefined : attributes.namespace || undefined;
}

function keysOf({ username, groups }: User): readonly string[] {
  return [`User ${username}`, ...groups.map((group) => `Group ${group}`)];
}
/** ServiceAccounts are users with a name of a certain form. */
function keyOfSubject({ kind, name, namespace }: RbacSubject, home: string | undefined): string {
  return kind === 'ServiceAccount' ? `User system:serviceaccount:${namespace ?? home ?? ''}:${name}` : `${kind} ${name}`;
}

function grantsBySubject(sources: RbacSources): Map<string, Grant[]> {
  const found = new Map<string, Grant[]>();
  const add = (subjects: readonly RbacSubject[] | undefined, grant: Grant): void => {
    for (const subject of subjects ?? []) {
      const key = keyOfSubject(subject, grant.namespace);
      const known = found.get(key);
      if (known) known.push(grant);
      else found.set(key, [grant]);
    }
  };
  for (const { metadata, subjects, roleRef } of sources.clusterRoleBindings.objects.values())
    add(subjects, {
      namespace: undefined,
      rules: rulesOf(sources, roleRef, undefined) ?? [],
      because: `ClusterRoleBinding ${JSON.stringify(metadata.name)} of ${roleRef.kind} ${JSON.stringify(roleRef.name)}`,
    });
  for (const { metadata, subjects, roleRef } of sources.roleBindings.objects.values())
    add(subjects, {
      namespace: metadata.namespace,
      rules: rulesOf(sources, roleRef, metadata.namespace) ?? [],
      because: `RoleBinding ${JSON.stringify(`${metadata.name}/${metadata.namespace}`)} of ${roleRef.kind} ${JSON.stringify(roleRef.name)}`,
    });
  return found;
}

function rulesOf(
  { roles, clusterRoles }: RbacSources,
  { kind, name }: { readonly kind: string; readonly name: string },
  namespace: string | undefined,
): readonly PolicyRule[] | undefined {
  if (kind === 'Role') return roles.objects.get(`${rolePrefix}${namespace ?? ''}/${name}`)?.rules;
  const role = clusterRoles.objects.get(clusterRolePrefix + name);
  return role && aggregated(role, clusterRoles);
}
const rolePrefix = '/rbac.authorization.k8s.io/roles/';
const clusterRolePrefix = '/rbac.authorization.k8s.io/clusterroles/';

/** A role that aggregates has the rules of all roles that its selectors find, besides its own. */
function aggregated({ rules = [], aggregationRule }: ClusterRole, clusterRoles: Mirror<ClusterRole>): readonly PolicyRule[] {
  const selectors = (aggregationRule?.clusterRoleSelectors ?? []).map(selectorOf);
  if (selectors.length === 0) return rules ?? [];
  const parts = [...clusterRoles.objects.values()].filter(({ metadata }) => selectors.some((one) => matchesLabels(one, metadata.labels)));
  return [...(rules ?? []), ...parts.flatMap((part) => part.rules ?? [])];
}
