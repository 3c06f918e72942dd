/** "May this user do that?" Upstream: pkg/registry/authorization. */
import { badRequest, invalid } from '../../api/errors.ts';
import { invalidValue, Path } from '../../api/field-error.ts';
import type { FieldSelector } from '../../api/field-selector.ts';
import { parseFieldSelector } from '../../api/field-selector.ts';
import type { KubeObject } from '../../api/object.ts';
import type {
  LocalSubjectAccessReview,
  NonResourceAttributes,
  PolicyRule,
  ResourceAttributes,
  SelfSubjectAccessReview,
  SelfSubjectRulesReview,
  SubjectAccessReview,
  SubjectAccessReviewSpec,
  SubjectAccessReviewStatus,
} from '../../api/types.gen.ts';
import type { Attributes, Authorizer } from '../authz/attributes.ts';
import { nodeOf } from '../authz/node-identity.ts';
import type { Rbac } from '../authz/rbac.ts';
import type { User } from '../context.ts';
import type { Review } from '../pipeline.ts';

const group = { group: 'authorization.k8s.io', version: 'v1' } as const;

function review(kind: string, namespaced: boolean, answer: Review['answer']): Review {
  const singular = kind.toLowerCase();
  return { ...group, kind, plural: `${singular}s`, singular, namespaced, schema: kind, answer };
}

export function accessReviews(authorize: Authorizer, rbac: Rbac): readonly Review[] {
  const decide = (user: User, spec: Asked): SubjectAccessReviewStatus => {
    const { allowed, reason } = authorize(user, attributesOf(spec));
    return { allowed, ...(reason === '' ? {} : { reason }) };
  };
  return [
    review('SubjectAccessReview', false, async (request) => {
      const { spec } = request as SubjectAccessReview;
      checkSpec('SubjectAccessReview', spec);
      return answered(request, { status: decide(userOf(spec), spec) });
    }),
    review('LocalSubjectAccessReview', true, async (request, _caller, namespace = '') => {
      const { spec } = request as LocalSubjectAccessReview;
      checkSpec('LocalSubjectAccessReview', spec);
      const wanted = spec.resourceAttributes?.namespace ?? '';
      if (wanted !== namespace)
        throw badRequest(
          `spec.resourceAttributes.namespace must match namespace: ${JSON.stringify(wanted)} is not ${JSON.stringify(namespace)}`,
        );
      return answered(request, { status: decide(userOf(spec), spec) });
    }),
    review('SelfSubjectAccessReview', false, async (request, { user }) => {
      const { spec } = request as SelfSubjectAccessReview;
      checkAttributes('SelfSubjectAccessReview', spec);
      return answered(request, { status: decide(user, spec) });
    }),
    review('SelfSubjectRulesReview', false, async (request, { user }) => {
      const { namespace = '' } = (request as SelfSubjectRulesReview).spec;
      if (namespace === '') throw badRequest('no namespace on request');
      return answered(request, { status: rulesStatus(user, rbac.rulesFor(user, namespace)) });
    }),
  ];
}

/** What was asked, with the answer; a review is not stored, so it has no metadata of its own. */
export function answered(request: KubeObject, answer: { readonly status: object }): KubeObject {
  return { ...request, ...answer };
}

type Asked = {
  readonly resourceAttributes?: ResourceAttributes | undefined;
  readonly nonResourceAttributes?: NonResourceAttributes | undefined;
};

function attributesOf({ resourceAttributes, nonResourceAttributes }: Asked): Attributes {
  if (nonResourceAttributes) return { verb: nonResourceAttributes.verb ?? '', path: nonResourceAttributes.path ?? '' };
  const { verb = '', group: apiGroup = '', resource = '', subresource, namespace, name, fieldSelector } = resourceAttributes ?? {};
  return { verb, group: apiGroup, resource, subresource, namespace, name, fields: fieldsOf(fieldSelector) };
}

/** What the selector insists on; what is not understood narrows nothing. */
function fieldsOf(selector: ResourceAttributes['fieldSelector']): FieldSelector | undefined {
  if (!selector) return undefined;
  if (selector.rawSelector) return exactFields(selector.rawSelector);
  return (selector.requirements ?? []).flatMap(({ key, operator, values = [] }) =>
    operator === 'In' && values.length === 1 ? [{ field: key, operator: '=', value: values[0] ?? '' }] : [],
  );
}
function exactFields(text: string): FieldSelector | undefined {
  try {
    return parseFieldSelector(text);
  } catch {
    return undefined;
  }
}

function userOf({ user = '', groups = [], uid, extra }: SubjectAccessReviewSpec): User {
  return { username: user, groups, ...(uid ? { uid } : {}), ...(extra ? { extra } : {}) };
}

function checkSpec(kind: string, spec: SubjectAccessReviewSpec): void {
  checkAttributes(kind, spec);
  if (spec.user || spec.groups?.length) return;
  throw invalid({ ...group, kind }, '', [
    invalidValue(new Path('spec').at('user'), spec.user ?? '', 'at least one of user or group must be specified'),
  ]);
}
function checkAttributes(kind: string, { resourceAttributes, nonResourceAttributes }: Asked): void {
  const path = new Path('spec').at('resourceAttributes');
  const refuse = (problem: string) => invalid({ ...group, kind }, '', [invalidValue(path, resourceAttributes ?? null, problem)]);
  if (resourceAttributes && nonResourceAttributes) throw refuse('cannot be specified in combination with nonResourceAttributes');
  if (!resourceAttributes && !nonResourceAttributes)
    throw refuse('exactly one of nonResourceAttributes or resourceAttributes must be specified');
}

function rulesStatus(user: User, rules: readonly PolicyRule[]): object {
  const resourceRules = rules
    .filter(({ nonResourceURLs = [] }) => nonResourceURLs.length === 0)
    .map(({ verbs, apiGroups, resources, resourceNames }) => ({
      verbs,
      apiGroups,
      resources,
      ...(resourceNames ? { resourceNames } : {}),
    }));
  const nonResourceRules = rules
    .filter(({ nonResourceURLs = [] }) => nonResourceURLs.length > 0)
    .map(({ verbs, nonResourceURLs }) => ({ verbs, nonResourceURLs }));
  // What a node may do depends on its Pods.
  if (nodeOf(user) !== undefined)
    return { resourceRules, nonResourceRules, incomplete: true, evaluationError: 'node authorizer does not support user rule resolution' };
  return { resourceRules, nonResourceRules, incomplete: false };
}
