/** Deletes every object that a list finds. Upstream: generic registry's Store.DeleteCollection. */
import { isApiError } from '../../api/errors.ts';
import type { DeleteOptions } from '../../api/types.gen.ts';
import type { Caller, Context, Target } from '../context.ts';
import type { LiveObject } from '../resource.ts';
import { deleteObject } from './delete.ts';
import { type List, type ListOptions, list } from './list.ts';

export interface DeleteCollectionRequest {
  readonly target: Target;
  readonly options: DeleteOptions;
  readonly list: ListOptions;
  readonly dryRun: boolean;
  readonly caller: Caller;
}

/** Resolves with the list as it was found. */
export async function deleteCollection(context: Context, request: DeleteCollectionRequest): Promise<List> {
  const { target, caller, dryRun, options } = request;
  const found = await list(context, target, request.list);
  const remove = async ({ metadata: { namespace, name } }: LiveObject): Promise<void> => {
    try {
      await deleteObject(context, { target: { ...target, namespace, name }, options, dryRun, caller });
    } catch (error) {
      // Somebody else deleted it first.
      if (!isApiError(error, 'NotFound')) throw error;
    }
  };
  await Promise.all(found.items.map(remove));
  return found;
}
