/** Which node a user is. Upstream: pkg/auth/nodeidentifier. */
import type { User } from '../context.ts';

const prefix = 'system:node:';
export const nodesGroup = 'system:nodes';

/** Undefined: no node. `''`: a node that does not say which. */
export function nodeOf({ username, groups }: Pick<User, 'username' | 'groups'>): string | undefined {
  return username.startsWith(prefix) && groups.includes(nodesGroup) ? username.slice(prefix.length) : undefined;
}
