/** Whether one RBAC rule allows a request. Pure. Upstream: pkg/apis/rbac/v1/evaluation_helpers.go. */
import type { PolicyRule } from '../../api/types.gen.ts';
import type { Attributes, PathAttributes, ResourceAttributes } from './attributes.ts';

const any = '*';

export function ruleAllows(rule: PolicyRule, attributes: Attributes): boolean {
  if (!has(rule.verbs, attributes.verb)) return false;
  return 'path' in attributes ? coversPath(rule, attributes) : coversResource(rule, attributes);
}

function coversResource(
  { apiGroups, resources, resourceNames = [] }: PolicyRule,
  { group, resource, subresource, name }: ResourceAttributes,
): boolean {
  if (!has(apiGroups, group)) return false;
  const full = subresource ? `${resource}/${subresource}` : resource;
  const isNamed = (resources ?? []).some((one) => one === any || one === full || (subresource !== undefined && one === `*/${subresource}`));
  return isNamed && (resourceNames.length === 0 || resourceNames.includes(name ?? ''));
}

function coversPath({ nonResourceURLs = [] }: PolicyRule, { path }: PathAttributes): boolean {
  return nonResourceURLs.some((one) => one === any || one === path || (one.endsWith(any) && path.startsWith(one.slice(0, -1))));
}

function has(list: readonly string[] | undefined, value: string): boolean {
  return list !== undefined && (list.includes(any) || list.includes(value));
}
