/**
 * Deletes one object: at once, or in two steps where it is graceful (Pods) or finalizers hold it. Upstream: apiserver's rest.BeforeDelete
 * and the generic registry's Store.Delete.
 */
import { rfc3339 } from '../../api/clock.ts';
import { conflict } from '../../api/errors.ts';
import type { KubeObject } from '../../api/object.ts';
import type { DeleteOptions, Status } from '../../api/types.gen.ts';
import type { Entry } from '../../store/store.ts';
import type { Caller, Context, NamedTarget } from '../context.ts';
import type { LiveObject } from '../resource.ts';
import { getEntry } from './get.ts';
import { isHeldBySpec, remove, replace } from './update.ts';

export interface DeleteRequest {
  readonly target: NamedTarget;
  readonly options: DeleteOptions;
  readonly dryRun: boolean;
  readonly caller: Caller;
}
export interface Deleted {
  readonly object: LiveObject;
  /** Whether it is gone already. */
  readonly isGone: boolean;
}

/** Throws NotFound or Conflict (preconditions). */
export async function deleteObject(context: Context, request: DeleteRequest): Promise<Deleted> {
  while (true) {
    const entry = await getEntry(context, request.target);
    const deleted = await attempt(context, request, entry);
    if (deleted) return deleted;
  }
}

async function attempt(context: Context, request: DeleteRequest, entry: Entry): Promise<Deleted | undefined> {
  const { target, options, dryRun, caller } = request;
  const current = target.resource.live(entry);
  checkPreconditions(target, options, current);
  await context.admit({ operation: 'DELETE', target, name: target.name, object: undefined, old: current, caller });
  const marked = mark(context, request, prepared(context, target, current));
  const step = { target, entry, dryRun };
  if (marked === undefined) {
    const gone = await remove(context, step, ended(context, current, target));
    return gone && { object: gone, isGone: true };
  }
  const kept = await replace(context, step, marked);
  return kept && { object: kept, isGone: false };
}

function prepared({ clock }: Context, { resource: { kind } }: NamedTarget, current: LiveObject): LiveObject {
  if (!kind.prepareDelete || current.metadata.deletionTimestamp !== undefined) return current;
  // The hook adds to the object and takes nothing away.
  return kind.prepareDelete(current, { now: rfc3339(clock.now()) }) as LiveObject;
}

function checkPreconditions({ resource, name }: NamedTarget, { preconditions }: DeleteOptions, { metadata }: LiveObject): void {
  const { group, kind } = resource.kind;
  const check = (what: string, { wanted, is }: { readonly wanted: string | undefined; readonly is: string }, fate: string): void => {
    if (wanted === undefined || wanted === is) return;
    // Upstream names the kind here, not the resource.
    const message = `the ${what} in the precondition (${wanted}) does not match the ${what} in record (${is}). The object might have been ${fate}`;
    throw conflict({ group, plural: kind }, name, message);
  };
  check('UID', { wanted: preconditions?.uid, is: metadata.uid }, 'deleted and then recreated');
  check('ResourceVersion', { wanted: preconditions?.resourceVersion, is: metadata.resourceVersion }, 'modified');
}

/** The object as it waits for its end; undefined when nothing has to be waited for. */
function mark(context: Context, { target, options }: DeleteRequest, current: LiveObject): KubeObject | undefined {
  const { kind } = target.resource;
  const { metadata } = current;
  const isPending = metadata.deletionTimestamp !== undefined;
  const seconds = graceSeconds(kind.gracePeriodSeconds?.(current, options.gracePeriodSeconds) ?? 0, current);
  // Who waits for a Pod's graceful end cannot change its finalizers by asking again.
  const isWaiting = isPending && seconds > 0 && seconds === metadata.deletionGracePeriodSeconds;
  const finalizers = isWaiting ? (metadata.finalizers ?? []) : finalizersOf(metadata.finalizers ?? [], options, kind.defaultPropagation);
  const isHeld = seconds > 0 || finalizers.length > 0 || isHeldBySpec(current);
  if (!isHeld) return undefined;
  const isShorter = isPending && seconds < (metadata.deletionGracePeriodSeconds ?? 0);
  const { finalizers: _, ...rest } = metadata;
  const withFinalizers = { ...rest, ...(finalizers.length > 0 ? { finalizers } : {}) };
  if (isPending && !isShorter) return { ...current, metadata: withFinalizers };
  const { generation } = metadata;
  const end = {
    deletionTimestamp: rfc3339(context.clock.now() + seconds * 1000),
    // Namespaces know no grace: only their end shows.
    ...(isHeldBySpec(current) ? {} : { deletionGracePeriodSeconds: seconds }),
    ...(generation && !isPending ? { generation: generation + 1 } : {}),
  };
  return terminating({ ...current, metadata: { ...withFinalizers, ...end } });
}

/** The last state of an object that could have had a grace and got none; others show no end. */
function ended({ clock }: Context, current: LiveObject, { resource: { kind } }: NamedTarget): KubeObject {
  const { generation, deletionTimestamp } = current.metadata;
  if (!kind.gracePeriodSeconds) return current;
  const isPending = deletionTimestamp !== undefined;
  const end = {
    deletionTimestamp: deletionTimestamp ?? rfc3339(clock.now()),
    deletionGracePeriodSeconds: 0,
    ...(generation && !isPending ? { generation: generation + 1 } : {}),
  };
  return { ...current, metadata: { ...current.metadata, ...end } };
}

/** Of several deletions the shortest time counts. */
function graceSeconds(wanted: number, { metadata }: LiveObject): number {
  const { deletionTimestamp, deletionGracePeriodSeconds } = metadata;
  return deletionTimestamp === undefined ? wanted : Math.min(wanted, deletionGracePeriodSeconds ?? wanted);
}

/** A Namespace says in its status, too, that it is going. */
function terminating(object: KubeObject): KubeObject {
  if (object.kind !== 'Namespace') return object;
  const { status } = object as { readonly status?: object };
  return { ...object, status: { ...status, phase: 'Terminating' } } as KubeObject;
}

const orphan = 'orphan';
const foreground = 'foregroundDeletion';

/** Upstream: deletionFinalizersForGarbageCollection. */
function finalizersOf(
  present: readonly string[],
  { propagationPolicy, orphanDependents }: DeleteOptions,
  byDefault: 'Background' | 'Orphan' = 'Background',
): readonly string[] {
  const others = present.filter((name) => name !== orphan && name !== foreground);
  if (orphanDependents !== undefined) return orphanDependents ? [...others, orphan] : others;
  switch (propagationPolicy) {
    case 'Orphan':
      return [...others, orphan];
    case 'Foreground':
      return [...others, foreground];
    case 'Background':
      return others;
    default:
      // Nobody says: what the finalizers say stays, as an earlier deletion may have put them there.
      return byDefault === 'Orphan' && others.length === present.length ? [...present, orphan] : present;
  }
}

/** The answer to a deletion that is complete. */
export function deletedStatus({ resource, name }: NamedTarget, { metadata }: LiveObject): Status {
  const { group, plural } = resource.kind;
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: { name, ...(group ? { group } : {}), kind: plural, uid: metadata.uid },
  };
}
