/** Who wants to do what: the question that authorization answers, and the refusal. Upstream: apiserver's authorization/authorizer and responsewriters. */
import { ApiError, forbidden } from '../../api/errors.ts';
import { exactField, type FieldSelector, parseFieldSelector } from '../../api/field-selector.ts';
import type { User } from '../context.ts';
import type { RequestInfo } from '../request-info.ts';

export interface ResourceAttributes {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string | undefined;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  /** Which fields a list, watch or deletecollection insists on: a node may list the Pods that are bound to it, and no others. */
  readonly fields?: FieldSelector | undefined;
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
  const { group, plural, subresource, namespace, name, fieldSelector } = resource;
  const fields = fieldSelector === undefined ? undefined : readFields(fieldSelector);
  return { verb, group, resource: plural, subresource, namespace, name: name ?? nameAsked(verb, fields), fields };
}

/** What cannot be read is refused later, and grants nothing here. */
function readFields(text: string): FieldSelector | undefined {
  try {
    return parseFieldSelector(text);
  } catch {
    return undefined;
  }
}

/** A list or watch of one name is a request about that object. Upstream: RequestInfoFactory. */
function nameAsked(verb: string, fields: FieldSelector = []): string | undefined {
  return verb === 'list' || verb === 'watch' ? exactField(fields, 'metadata.name') || undefined : undefined;
}

/** Asks one after the other until one allows; a refusal has the reasons of all. Upstream: authorizer/union. */
export function anyOf(...authorizers: readonly Authorizer[]): Authorizer {
  return (user, attributes) => {
    const reasons: string[] = [];
    for (const authorize of authorizers) {
      const decision = authorize(user, attributes);
      if (decision.allowed) return decision;
      if (decision.reason !== '') reasons.push(decision.reason);
    }
    return { allowed: false, reason: reasons.join('\n') };
  };
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
