/** Who wants to do what: the question that authorization answers, and the refusal. Upstream: apiserver's authorization/authorizer and responsewriters. */
import { ApiError, forbidden } from '../../api/errors.ts';
import type { User } from '../context.ts';
import type { RequestInfo } from '../request-info.ts';

export interface ResourceAttributes {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string | undefined;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
}
export interface PathAttributes {
  readonly verb: string;
  readonly path: string;
}
export type Attributes = ResourceAttributes | PathAttributes;

export interface Decision {
  readonly allowed: boolean;
  readonly reason: string;
}
export type Authorizer = (user: User, attributes: Attributes) => Decision;

export function attributesOf({ verb, path, resource }: RequestInfo): Attributes {
  if (!resource) return { verb, path };
  const { group, plural, subresource, namespace, name } = resource;
  return { verb, group, resource: plural, subresource, namespace, name };
}

/** Throws Forbidden in Kubernetes' words. */
export function checkAllowed(authorize: Authorizer, user: User, attributes: Attributes): void {
  const { allowed, reason } = authorize(user, attributes);
  if (allowed) return;
  const because = reason === '' ? '' : `: ${reason}`;
  const who = `User ${JSON.stringify(user.username)} cannot ${attributes.verb}`;
  if ('path' in attributes)
    throw new ApiError('Forbidden', `forbidden: ${who} path ${JSON.stringify(attributes.path)}${because}`, { details: {} });
  const { group, resource, subresource, namespace, name = '' } = attributes;
  const what = `resource ${JSON.stringify(subresource ? `${resource}/${subresource}` : resource)} in API group ${JSON.stringify(group)}`;
  const where = namespace ? `in the namespace ${JSON.stringify(namespace)}` : 'at the cluster scope';
  throw forbidden({ group, plural: resource }, name, `${who} ${what} ${where}${because}`);
}
