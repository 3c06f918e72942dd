/** Roles and bindings. Upstream: pkg/apis/rbac/validation. */
import { invalidValue, notSupported, Path, required } from '../field-error.ts';
import type { ClusterRole, PolicyRule, RbacSubject, Role, RoleRef } from '../types.gen.ts';
import { type Errors, invalidEach, isSame, none } from './fields.ts';
import { validSelector } from './labels.ts';
import { dns1123SubdomainProblems, pathSegmentProblems } from './names.ts';

const group = 'rbac.authorization.k8s.io';

function ruleErrors(path: Path, rule: PolicyRule, isNamespaced: boolean): Errors {
  const { verbs, nonResourceURLs: urls = [], apiGroups = [], resources = [], resourceNames = [] } = rule;
  const noVerbs = verbs.length === 0 ? [required(path.at('verbs'), 'verbs must contain at least one value')] : none;
  const at = path.at('nonResourceURLs');
  if (urls.length > 0) {
    const isMixed = apiGroups.length + resources.length + resourceNames.length > 0;
    return [
      ...noVerbs,
      ...(isNamespaced ? [invalidValue(at, urls, 'namespaced rules cannot apply to non-resource URLs')] : none),
      ...(isMixed ? [invalidValue(at, urls, 'rules cannot apply to both regular resources and non-resource URLs')] : none),
    ];
  }
  return [
    ...noVerbs,
    ...(apiGroups.length === 0 ? [required(path.at('apiGroups'), 'resource rules must supply at least one api group')] : none),
    ...(resources.length === 0 ? [required(path.at('resources'), 'resource rules must supply at least one resource')] : none),
  ];
}

const rulesErrors = (rules: readonly PolicyRule[] | undefined, isNamespaced: boolean): Errors =>
  (rules ?? []).flatMap((rule, index) => ruleErrors(new Path('rules').at(index), rule, isNamespaced));

export function validateRole({ rules }: Role): Errors {
  return rulesErrors(rules, true);
}

export function validateClusterRole({ rules, aggregationRule }: ClusterRole): Errors {
  const path = new Path('aggregationRule').at('clusterRoleSelectors');
  const selectors = aggregationRule?.clusterRoleSelectors;
  const missing = aggregationRule && !selectors?.length;
  return [
    ...rulesErrors(rules, false),
    ...(missing ? [required(path, 'at least one clusterRoleSelector required if aggregationRule is non-nil')] : none),
    ...(selectors ?? []).flatMap((selector, index) => validSelector(path.at(index), selector)),
  ];
}

interface Binding {
  readonly roleRef: RoleRef;
  readonly subjects?: readonly RbacSubject[] | undefined;
}

function subjectErrors(path: Path, subject: RbacSubject, isNamespaced: boolean): Errors {
  const { kind, name, apiGroup = '', namespace } = subject;
  const noName = name ? none : [required(path.at('name'))];
  switch (kind) {
    case 'ServiceAccount':
      return [
        ...noName,
        ...(name ? invalidEach(path.at('name'), name, dns1123SubdomainProblems(name)) : none),
        ...(apiGroup === '' ? none : [notSupported(path.at('apiGroup'), apiGroup, [''])]),
        ...(!isNamespaced && !namespace ? [required(path.at('namespace'))] : none),
      ];
    case 'User':
    case 'Group':
      return [...noName, ...(apiGroup === group ? none : [notSupported(path.at('apiGroup'), apiGroup, [group])])];
    default:
      return [...noName, notSupported(path.at('kind'), kind, ['ServiceAccount', 'User', 'Group'])];
  }
}

function bindingErrors({ roleRef, subjects = [] }: Binding, kinds: readonly string[], isNamespaced: boolean): Errors {
  const path = new Path('roleRef');
  return [
    ...(roleRef.apiGroup === group ? none : [notSupported(path.at('apiGroup'), roleRef.apiGroup, [group])]),
    ...(kinds.includes(roleRef.kind) ? none : [notSupported(path.at('kind'), roleRef.kind, kinds)]),
    ...(roleRef.name ? invalidEach(path.at('name'), roleRef.name, pathSegmentProblems(roleRef.name)) : [required(path.at('name'))]),
    ...subjects.flatMap((subject, index) => subjectErrors(new Path('subjects').at(index), subject, isNamespaced)),
  ];
}

export function validateRoleBinding(binding: Binding): Errors {
  return bindingErrors(binding, ['Role', 'ClusterRole'], true);
}
export function validateClusterRoleBinding(binding: Binding): Errors {
  return bindingErrors(binding, ['ClusterRole'], false);
}
/** Who may bind a role must not thereby hand out another. */
export function sameRoleRef(next: Binding, old: Binding): Errors {
  return isSame(next.roleRef, old.roleRef) ? none : [invalidValue(new Path('roleRef'), next.roleRef, 'cannot change roleRef')];
}
