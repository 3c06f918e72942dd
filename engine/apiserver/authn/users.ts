/** Names that Kubernetes gives to users and groups. Upstream: apiserver's authentication/user and serviceaccount/util.go. */
import type { User } from '../context.ts';

export const authenticatedGroup = 'system:authenticated';
export const anonymous: User = { username: 'system:anonymous', groups: ['system:unauthenticated'] };

export function authenticated(user: { readonly username: string; readonly groups?: readonly string[] | undefined }): User {
  return { ...user, groups: [...new Set([...(user.groups ?? []), authenticatedGroup])] };
}

export interface AccountName {
  readonly namespace: string;
  readonly name: string;
}
export function accountUsername({ namespace, name }: AccountName): string {
  return `system:serviceaccount:${namespace}:${name}`;
}
export function accountGroups(namespace: string): readonly string[] {
  return ['system:serviceaccounts', `system:serviceaccounts:${namespace}`];
}
