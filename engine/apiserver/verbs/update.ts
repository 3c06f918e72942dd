/**
 * Replaces an object, its status or its scale: one loop for PUT and PATCH that reads, changes, checks and writes, and starts again when
 * somebody was faster. Upstream: apiserver's rest.BeforeUpdate and the generic registry's Store.Update.
 */
import { rfc3339 } from '../../api/clock.ts';
import { badRequest, conflict, notFound } from '../../api/errors.ts';
import type { FieldError } from '../../api/field-error.ts';
import { tracked, withManagedFields } from '../../api/managed-fields/field-manager.ts';
import type { KubeObject } from '../../api/object.ts';
import { isSame } from '../../api/validation/fields.ts';
import { validateObjectMetaUpdate } from '../../api/validation/object-meta.ts';
import type { Entry } from '../../store/store.ts';
import type { Caller, Claim, Context, NamedTarget, Target } from '../context.ts';
import { afterAdmission, isUnchanged, refuseInvalid, withOldTimes } from '../finish-write.ts';
import { managedKind } from '../managed-kinds.ts';
import type { LiveObject } from '../resource.ts';
import { getEntry } from './get.ts';

export interface UpdateRequest {
  readonly target: NamedTarget;
  /** Makes the new object from the present one; called anew when the write lost a race. */
  readonly change: (current: LiveObject) => KubeObject | Promise<KubeObject>;
  readonly dryRun: boolean;
  readonly caller: Caller;
  /** Who owns what is changed; undefined where `change` says it, or nobody does. */
  readonly manager: string | undefined;
}

/** Many writers of one object take turns; each round lets one of them through. */
const maxRounds = 100;

/** Throws NotFound, Conflict, Invalid, or what admission says. */
export async function update(context: Context, request: UpdateRequest): Promise<LiveObject> {
  for (let round = 1; ; round++) {
    const entry = await getEntry(context, request.target);
    const changed = await attempt(context, request, entry);
    if (changed) return changed;
    if (round === maxRounds) throw conflict(request.target.resource.kind, request.target.name);
  }
}

/** Undefined when the entry changed meanwhile and the request does not mind. */
async function attempt(context: Context, request: UpdateRequest, entry: Entry): Promise<LiveObject | undefined> {
  const { target, caller, dryRun } = request;
  const { resource } = target;
  const current = resource.live(entry);
  const wanted = await request.change(current);
  const isVersioned = checkPreconditions(target, wanted, current);
  const defaulted = trackedIn(context, request, { next: resource.kind.defaults?.(wanted) ?? wanted, old: current });
  const admitted = await context.admit({ operation: 'UPDATE', target, name: target.name, object: defaulted, old: current, caller });
  const given = afterAdmission(defaulted, admitted, caller);
  const prepared = withManagedFields(prepare(context, target, { next: given, old: current }), given.metadata.managedFields);
  const claim = claimFor(context, request, { next: prepared, old: current });
  let giveBack = (): void => {};
  try {
    const next = claim.object;
    refuseInvalid(resource, next, errorsOf(target, next, current));
    for (const warning of resource.kind.warnings?.(next) ?? []) caller.warn(warning);
    await context.approve({ operation: 'UPDATE', target, name: target.name, object: next, old: current, caller });
    if (!isFinished(next)) giveBack = await context.charge({ target, next, old: current, dryRun });
    const written = isFinished(next)
      ? await remove(context, { target, entry, dryRun }, next)
      : await replace(context, { target, entry, dryRun }, withOldTimes(resource, next, { old: current, entry }));
    if (written === undefined && isVersioned) throw conflict(resource.kind, target.name);
    if (written === undefined) giveBack();
    if (written === undefined) claim.giveBack();
    else claim.keep();
    return written;
  } catch (error) {
    giveBack();
    claim.giveBack();
    throw error;
  }
}

function trackedIn({ registry, clock }: Context, { target, manager }: UpdateRequest, { next, old }: Pair): KubeObject {
  if (manager === undefined) return next;
  const kind = managedKind(registry, target.resource, target.subresource);
  return tracked(kind, { live: old, next }, { manager, now: rfc3339(clock.now()) });
}

/** Whether the request insists on a version. Throws Conflict when it is not the present one. */
function checkPreconditions({ resource, name, namespace }: NamedTarget, wanted: KubeObject, current: LiveObject): boolean {
  const { metadata } = wanted;
  if ((metadata.name ?? '') !== name)
    throw badRequest(`the name of the object (${metadata.name ?? ''}) does not match the name on the URL (${name})`);
  if (resource.kind.namespaced && metadata.namespace && metadata.namespace !== namespace)
    throw badRequest(`the namespace of the object (${metadata.namespace}) does not match the namespace on the URL (${namespace ?? ''})`);
  if (metadata.uid && metadata.uid !== current.metadata.uid)
    throw conflict(
      resource.kind,
      name,
      `Precondition failed: UID in precondition: ${metadata.uid}, UID in object meta: ${current.metadata.uid}`,
    );
  const version = metadata.resourceVersion;
  if (!version || version === '0') return false;
  if (version !== current.metadata.resourceVersion) throw conflict(resource.kind, name);
  return true;
}

interface Pair {
  readonly next: KubeObject;
  readonly old: LiveObject;
}

/** Keeps what an update may not touch, and counts generations. */
function prepare(context: Context, { resource, subresource, namespace, name }: NamedTarget, { next, old }: Pair): KubeObject {
  const { kind } = resource;
  const { uid, creationTimestamp, deletionTimestamp, deletionGracePeriodSeconds, generation } = old.metadata;
  const { generation: _, selfLink: _1, ...given } = next.metadata;
  const metadata = {
    ...given,
    name,
    ...(namespace === undefined ? {} : { namespace }),
    uid,
    creationTimestamp,
    ...(deletionTimestamp === undefined ? {} : { deletionTimestamp: given.deletionTimestamp ?? deletionTimestamp }),
    ...(deletionGracePeriodSeconds === undefined
      ? {}
      : { deletionGracePeriodSeconds: given.deletionGracePeriodSeconds ?? deletionGracePeriodSeconds }),
    ...(generation === undefined ? {} : { generation }),
  };
  const named: KubeObject = { ...next, metadata };
  const changed = changeOf(context, { resource, subresource }, { next: named, old });
  const isCounted = kind.hasGeneration && !(kind.custom && subresource === 'status');
  const counted = kind.custom ? contentOf : specOf;
  if (!isCounted || isSame(counted(changed), counted(old))) return changed;
  return { ...changed, metadata: { ...changed.metadata, generation: (generation ?? 0) + 1 } };
}

/** Which parts an update of the object, or of a part of it, may change. */
function changeOf(context: Context, { resource, subresource }: Target, { next, old }: Pair): KubeObject {
  const { kind } = resource;
  if (subresource === 'status') return kind.custom ? customStatusOnly(next, old) : statusOnly(next, old);
  // Their own code made `next`, and touched only what is theirs.
  if (subresource === 'binding' || subresource === 'finalize') return next;
  const kept = kind.hasStatus ? withStatusOf(next, old) : next;
  return kind.prepareUpdate?.(kept, old, { now: rfc3339(context.clock.now()) }) ?? kept;
}

/** All but the metadata. */
function contentOf(object: KubeObject): unknown {
  const { metadata: _, ...content } = object;
  return content;
}
function specOf(object: KubeObject): unknown {
  return (object as { readonly spec?: unknown }).spec;
}

function withStatusOf(next: KubeObject, old: KubeObject): KubeObject {
  const { status: _, ...rest } = next as KubeObject & { readonly status?: unknown };
  const { status } = old as { readonly status?: unknown };
  return status === undefined ? rest : ({ ...rest, status } as KubeObject);
}

/** A status update changes status and, of the metadata, labels, annotations and finalizers as upstream allows. */
function statusOnly(next: KubeObject, old: KubeObject): KubeObject {
  const { status } = next as { readonly status?: unknown };
  const { ownerReferences: _, ...metadata } = next.metadata;
  const { ownerReferences } = old.metadata;
  return {
    ...old,
    metadata: { ...metadata, ...(ownerReferences ? { ownerReferences } : {}) },
    ...(status === undefined ? {} : { status }),
  } as KubeObject;
}

/** Of custom resources nothing else changes. */
function customStatusOnly(next: KubeObject, old: KubeObject): KubeObject {
  const { status } = next as { readonly status?: unknown };
  return { ...withoutStatus(old), ...(status === undefined ? {} : { status }) } as KubeObject;
}
function withoutStatus(object: KubeObject): KubeObject {
  const { status: _, ...rest } = object as KubeObject & { readonly status?: unknown };
  return rest;
}

function errorsOf({ resource, subresource }: NamedTarget, next: KubeObject, old: KubeObject): readonly FieldError[] {
  const { kind } = resource;
  const metadata = validateObjectMetaUpdate(next.metadata, old.metadata, kind);
  if (subresource === 'binding' || subresource === 'finalize') return metadata;
  if (subresource === 'status') return [...metadata, ...(kind.validateStatusUpdate?.(next, old) ?? [])];
  return [...metadata, ...(kind.validate?.(next) ?? []), ...(kind.validateUpdate?.(next, old) ?? [])];
}

function claimFor(context: Context, { target, dryRun }: UpdateRequest, { next, old }: Pair): Claim {
  const allocator = target.subresource === undefined ? context.allocatorOf(target.resource) : undefined;
  return allocator?.claim(next, old, dryRun) ?? { object: next, keep: () => {}, giveBack: () => {} };
}

/** Nothing holds an object back any more whose deletion was asked for. Upstream: ShouldDeleteDuringUpdate. */
function isFinished(next: KubeObject): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0, finalizers = [] } = next.metadata;
  return deletionTimestamp !== undefined && deletionGracePeriodSeconds === 0 && finalizers.length === 0 && !isHeldBySpec(next);
}
/** Namespaces have finalizers in their spec, too. */
export function isHeldBySpec(object: KubeObject): boolean {
  if (object.kind !== 'Namespace') return false;
  const { finalizers = [] } = (specOf(object) ?? {}) as { readonly finalizers?: readonly string[] };
  return finalizers.length > 0;
}

interface Replacement {
  readonly target: NamedTarget;
  readonly entry: Entry;
  readonly dryRun: boolean;
}

export async function replace(
  { store }: Context,
  { target, entry, dryRun }: Replacement,
  next: KubeObject,
): Promise<LiveObject | undefined> {
  const { resource } = target;
  if (isUnchanged(resource, next, entry)) return resource.live(entry);
  const value = resource.stored(next);
  if (dryRun) return resource.live({ key: entry.key, value, revision: entry.revision });
  const result = await store.write({ type: 'update', key: entry.key, value, expect: entry.revision });
  if (result.ok) return resource.live({ key: entry.key, value, revision: result.revision });
  if (!result.conflict) throw notFound(resource.kind, target.name);
  return undefined;
}

/** The answer is the object as the update left it. */
export async function remove(context: Context, { target, entry, dryRun }: Replacement, last: KubeObject): Promise<LiveObject | undefined> {
  const { resource } = target;
  const answer = (revision: number): LiveObject => resource.last({ key: entry.key, value: resource.stored(last), revision }, revision);
  if (dryRun) return answer(entry.revision);
  const result = await context.store.write({ type: 'delete', key: entry.key, expect: entry.revision });
  if (result.ok) {
    context.allocatorOf(resource)?.release(last);
    return answer(result.revision);
  }
  if (!result.conflict) throw notFound(resource.kind, target.name);
  return undefined;
}
