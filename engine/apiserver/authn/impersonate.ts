/** Acting as somebody else, for who may (`kubectl --as`). Upstream: apiserver's endpoints/filters/impersonation.go. */
import { badRequest } from '../../api/errors.ts';
import type { Attributes } from '../authz/attributes.ts';
import type { User } from '../context.ts';
import { accountGroups, anonymous, authenticated } from './users.ts';

type Headers = Readonly<Record<string, readonly string[] | undefined>>;
type Check = (user: User, attributes: Attributes) => void;

const prefix = 'impersonate-';
const extraPrefix = `${prefix}extra-`;
const authentication = 'authentication.k8s.io';

/** The user whom the headers name, else `user`. Throws Forbidden where `check` does. */
export function impersonated(user: User, headers: Headers, check: Check): User {
  const [name] = headers[`${prefix}user`] ?? [];
  const [uid] = headers[`${prefix}uid`] ?? [];
  const groups = headers[`${prefix}group`] ?? [];
  const extra = extraOf(headers);
  if (name === undefined) {
    if (groups.length > 0 || uid !== undefined || Object.keys(extra).length > 0)
      throw badRequest('groups, uid or extra fields were requested without impersonating a user');
    return user;
  }
  const account = accountOf(name);
  const ask = (attributes: Partial<Attributes> & { readonly resource: string; readonly name: string }): void =>
    check(user, { verb: 'impersonate', group: '', ...attributes });
  if (account) ask({ resource: 'serviceaccounts', ...account });
  else ask({ resource: 'users', name });
  for (const group of groups) ask({ resource: 'groups', name: group });
  if (uid !== undefined) ask({ group: authentication, resource: 'uids', name: uid });
  for (const [key, values] of Object.entries(extra))
    for (const value of values) ask({ group: authentication, resource: 'userextras', subresource: key, name: value });
  const parts = { ...(uid === undefined ? {} : { uid }), ...(Object.keys(extra).length > 0 ? { extra } : {}) };
  return { ...withGroups(name, groups.length > 0 || !account ? groups : accountGroups(account.namespace)), ...parts };
}

function extraOf(headers: Headers): Readonly<Record<string, readonly string[]>> {
  const named = Object.entries(headers).flatMap(([header, values]) =>
    header.startsWith(extraPrefix) && values ? [[unescaped(header.slice(extraPrefix.length)), values] as const] : [],
  );
  return Object.fromEntries(named);
}

/** Keys are percent-encoded where they would be no header; what is not well formed is taken as it is. */
function unescaped(key: string): string {
  return /^([^%]|%[0-9a-fA-F]{2})*$/.test(key)
    ? key.replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    : key;
}

function accountOf(username: string): { readonly namespace: string; readonly name: string } | undefined {
  const [, namespace, name] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(username) ?? [];
  return namespace === undefined || name === undefined ? undefined : { namespace, name };
}

/** Whoever is not the unknown user has been authenticated, unless the groups say otherwise. */
function withGroups(username: string, groups: readonly string[]): User {
  if (username === anonymous.username) return { username, groups: [...new Set([...groups, ...anonymous.groups])] };
  return anonymous.groups.some((group) => groups.includes(group)) ? { username, groups } : authenticated({ username, groups });
}
