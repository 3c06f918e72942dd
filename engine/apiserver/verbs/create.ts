/** Creates one object. Upstream: apiserver's rest.BeforeCreate and the generic registry's Store.Create. */
import { rfc3339 } from '../../api/clock.ts';
import { ApiError, alreadyExists, badRequest, invalid, unknownError } from '../../api/errors.ts';
import { type FieldError, Path, required } from '../../api/field-error.ts';
import type { KindDefinition } from '../../api/kind.ts';
import { tracked } from '../../api/managed-fields/field-manager.ts';
import type { KubeObject } from '../../api/object.ts';
import type { ObjectMeta } from '../../api/types.gen.ts';
import { validateObjectMeta } from '../../api/validation/object-meta.ts';
import type { Caller, Claim, Context, Target } from '../context.ts';
import { afterAdmission, refuseInvalid } from '../finish-write.ts';
import { generatedName } from '../generated-name.ts';
import { managedKind } from '../managed-kinds.ts';
import type { LiveObject } from '../resource.ts';

export interface CreateRequest {
  readonly target: Target;
  readonly object: KubeObject;
  readonly dryRun: boolean;
  readonly caller: Caller;
  /** Who owns what is written; undefined where `object` says it. */
  readonly manager: string | undefined;
}

/** A generated name that is taken is tried anew this often. */
const nameTries = 8;

/** Throws AlreadyExists, Invalid, or what admission says. */
export async function create(context: Context, request: CreateRequest): Promise<LiveObject> {
  const { target, caller } = request;
  const { kind } = target.resource;
  const placed = place(request);
  const defaulted = trackedIn(context, request, kind.defaults?.(placed) ?? placed);
  const name = defaulted.metadata.name ?? '';
  const admitted = await context.admit({ operation: 'CREATE', target, name, object: defaulted, old: undefined, caller });
  const object = afterAdmission(defaulted, admitted, caller);
  const { generateName } = object.metadata;
  if (object.metadata.name || !generateName) return createNamed(context, request, object);
  for (let tries = 1; ; tries++) {
    const named = { ...object, metadata: { ...object.metadata, name: generatedName(generateName, context.random) } };
    try {
      return await createNamed(context, request, named);
    } catch (error) {
      if (!(error instanceof ApiError) || error.reason !== 'AlreadyExists' || tries === nameTries) throw error;
    }
  }
}

function trackedIn({ registry, clock }: Context, { target, manager }: CreateRequest, object: KubeObject): KubeObject {
  if (manager === undefined) return object;
  const kind = managedKind(registry, target.resource);
  return tracked(kind, { live: undefined, next: object }, { manager, now: rfc3339(clock.now()) });
}

async function createNamed(context: Context, { target, dryRun, caller }: CreateRequest, object: KubeObject): Promise<LiveObject> {
  const { resource } = target;
  const { kind } = resource;
  if (!object.metadata.name) throw invalid(kind, '', [required(new Path('metadata').at('name'), 'name or generateName is required')]);
  const now = rfc3339(context.clock.now());
  const stamped = { ...object, metadata: stamp(object.metadata, { now, uid: context.newUid(), hasGeneration: kind.hasGeneration }) };
  const prepared = kind.prepareCreate?.(stamped, { now }) ?? stamped;
  const claim = context.allocatorOf(resource)?.claim(prepared, undefined, dryRun) ?? nothingClaimed(prepared);
  let giveBack = (): void => {};
  try {
    refuseInvalid(resource, claim.object, errorsOf(kind, claim.object));
    for (const warning of kind.warnings?.(claim.object) ?? []) caller.warn(warning);
    await context.approve({
      operation: 'CREATE',
      target,
      name: claim.object.metadata.name ?? '',
      object: claim.object,
      old: undefined,
      caller,
    });
    giveBack = await context.charge({ target, next: claim.object, old: undefined, dryRun });
    const created = await write(context, { target, dryRun }, claim.object);
    claim.keep();
    return created;
  } catch (error) {
    giveBack();
    claim.giveBack();
    throw error;
  }
}

function errorsOf(kind: KindDefinition, object: KubeObject): readonly FieldError[] {
  return [...validateObjectMeta(object.metadata, kind), ...(kind.validate?.(object) ?? []), ...(kind.validateCreate?.(object) ?? [])];
}

function nothingClaimed(object: KubeObject): Claim {
  return { object, keep: () => {}, giveBack: () => {} };
}

async function write(
  { store }: Context,
  { target, dryRun }: Pick<CreateRequest, 'target' | 'dryRun'>,
  object: KubeObject,
): Promise<LiveObject> {
  const { resource } = target;
  const name = object.metadata.name ?? '';
  const key = resource.key(object.metadata.namespace, name);
  const value = resource.stored(object);
  if (dryRun) {
    if (await store.get(key)) throw alreadyExists(resource.kind, name);
    return resource.draft(value);
  }
  const result = await store.write({ type: 'create', key, value });
  if (!result.ok) throw alreadyExists(resource.kind, name);
  return resource.live({ key, value, revision: result.revision });
}

/** The namespace is the URL's; upstream: EnsureObjectNamespaceMatchesRequestNamespace. */
function place({ target, object }: CreateRequest): KubeObject {
  const given = object.metadata.namespace ?? '';
  const { resource } = target;
  if (object.metadata.resourceVersion) throw unknownError('resourceVersion should not be set on objects to be created');
  if (!resource.kind.namespaced) {
    const { namespace: _, ...metadata } = object.metadata;
    return { ...object, metadata };
  }
  const namespace = target.namespace ?? '';
  if (given !== '' && given !== namespace)
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  return { ...object, metadata: { ...object.metadata, namespace } };
}

interface Stamp {
  readonly now: string;
  readonly uid: string;
  readonly hasGeneration: boolean;
}
function stamp(given: ObjectMeta, { now, uid, hasGeneration }: Stamp): ObjectMeta {
  const { deletionTimestamp: _, deletionGracePeriodSeconds: _1, selfLink: _2, generation: _3, resourceVersion: _4, ...rest } = given;
  return { ...rest, uid, creationTimestamp: now, ...(hasGeneration ? { generation: 1 } : {}) };
}
