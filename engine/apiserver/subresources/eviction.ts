/** Deletes a Pod on behalf of someone who makes room. There are no disruption budgets to ask. Upstream: pkg/registry/core/pod/storage/eviction.go. */
import { badRequest } from '../../api/errors.ts';
import type { Eviction, Status } from '../../api/types.gen.ts';
import { decodeCall, named, type Subresource } from '../call.ts';
import type { Caller, Context, NamedTarget } from '../context.ts';
import { deleteObject } from '../verbs/delete.ts';

const evictionKind = { group: 'policy', version: 'v1', kind: 'Eviction', plural: 'evictions', schema: 'Eviction' } as const;

export const eviction: Subresource = {
  name: 'eviction',
  isPartOf: ({ group, plural }) => group === '' && plural === 'pods',
  shape: evictionKind,
  verbs: {
    async create(context, call) {
      const { target, caller, parameters } = call;
      const wanted = decodeCall<Eviction>(context, call, evictionKind);
      const status = await evict(context, { target: named(target), eviction: wanted, dryRun: parameters.dryRun, caller });
      return { type: 'object', code: 201, object: status };
    },
  },
};

interface EvictRequest {
  readonly target: NamedTarget;
  readonly eviction: Eviction;
  readonly dryRun: boolean;
  readonly caller: Caller;
}

async function evict(context: Context, { target, eviction: wanted, dryRun, caller }: EvictRequest): Promise<Status> {
  const given = wanted.metadata.name;
  if (given && given !== target.name) throw badRequest('name in URL does not match name in Eviction object');
  const options = wanted.deleteOptions ?? {};
  const isDry = dryRun || (options.dryRun ?? []).length > 0;
  await deleteObject(context, { target: { ...target, subresource: 'eviction' }, options, dryRun: isDry, caller });
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 };
}
