/** Deletes a Pod on behalf of someone who makes room. There are no disruption budgets to ask. Upstream: pkg/registry/core/pod/storage/eviction.go. */
import { badRequest } from '../../api/errors.ts';
import type { Eviction, Status } from '../../api/types.gen.ts';
import type { Caller, Context, NamedTarget } from '../context.ts';
import { deleteObject } from '../verbs/delete.ts';

export const evictionKind = { group: 'policy', version: 'v1', kind: 'Eviction', plural: 'evictions', schema: 'Eviction' } as const;

export interface EvictRequest {
  readonly target: NamedTarget;
  readonly eviction: Eviction;
  readonly dryRun: boolean;
  readonly caller: Caller;
}

export async function evict(context: Context, { target, eviction, dryRun, caller }: EvictRequest): Promise<Status> {
  const given = eviction.metadata.name;
  if (given && given !== target.name) throw badRequest('name in URL does not match name in Eviction object');
  const options = eviction.deleteOptions ?? {};
  const isDry = dryRun || (options.dryRun ?? []).length > 0;
  await deleteObject(context, { target: { ...target, subresource: 'eviction' }, options, dryRun: isDry, caller });
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 };
}
