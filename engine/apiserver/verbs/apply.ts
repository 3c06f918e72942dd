/** Server-side apply: makes the object be as a configuration says, or creates it. Upstream: applyPatcher in apiserver's endpoints/handlers/patch.go. */
import { rfc3339 } from '../../api/clock.ts';
import { decodeValue, type FieldValidation } from '../../api/decode-body.ts';
import { badRequest, conflict, isApiError, notFound, unknownError } from '../../api/errors.ts';
import type { KindDefinition } from '../../api/kind.ts';
import { applied, type ManagedKind } from '../../api/managed-fields/field-manager.ts';
import type { JsonObject, KubeObject } from '../../api/object.ts';
import type { Caller, Context, NamedTarget } from '../context.ts';
import { managedKind } from '../managed-kinds.ts';
import type { LiveObject } from '../resource.ts';
import { create } from './create.ts';
import type { ParsedPatch, Patched } from './parsed-patch.ts';
import { unpinned } from './unpinned.ts';
import { update } from './update.ts';

export interface ApplyRequest {
  readonly target: NamedTarget;
  readonly patch: ParsedPatch;
  readonly fieldValidation: FieldValidation;
  readonly fieldManager: string;
  readonly force: boolean;
  readonly dryRun: boolean;
  readonly caller: Caller;
  /** Throws Forbidden where the caller may not create the object. */
  readonly checkCreate: () => void;
}

/** An object may come and go between a look and a write. */
const maxRounds = 10;

/** Throws Conflict where others own what would change. */
export async function apply(context: Context, request: ApplyRequest): Promise<Patched> {
  const { target } = request;
  const config = configOf(request.patch);
  for (let round = 1; ; round++) {
    const entry = await context.store.get(target.resource.key(target.namespace, target.name));
    try {
      if (entry) return { object: await applyTo(context, request, config), isCreated: false };
      return { object: await createFrom(context, request, config), isCreated: true };
    } catch (error) {
      // Somebody else created it, or took it away.
      if (!isApiError(error, entry ? 'NotFound' : 'AlreadyExists') || round === maxRounds) throw error;
      if (entry && (await context.store.get(entry.key))) throw error;
    }
  }
}

/** Throws BadRequest. */
export function configOf({ value }: ParsedPatch): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw badRequest(
      'error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal into Go value of type map[string]interface {}',
    );
  return value as JsonObject;
}

function applyTo(context: Context, request: ApplyRequest, config: JsonObject): Promise<LiveObject> {
  const { target, fieldManager: manager, force, dryRun, caller } = request;
  const kind = managedKind(context.registry, target.resource, target.subresource);
  const change = (live: LiveObject): KubeObject => {
    const document = applied(kind, { live, config, force }, { manager, now: rfc3339(context.clock.now()) });
    warnOfDuplicates(request);
    return unpinned(decodeApplied(target.resource.kind, document, kind), live);
  };
  return update(context, { target, change, dryRun, caller, manager: undefined });
}

async function createFrom(context: Context, request: ApplyRequest, config: JsonObject): Promise<LiveObject> {
  const { target, fieldManager: manager, force, dryRun, caller, checkCreate } = request;
  const { kind } = target.resource;
  if (target.subresource !== undefined) throw notFound(kind, target.name);
  const managed = managedKind(context.registry, target.resource);
  const document = applied(managed, { live: undefined, config, force }, { manager, now: rfc3339(context.clock.now()) });
  warnOfDuplicates(request);
  const object = decodeApplied(kind, document, managed);
  const { name = '', uid } = object.metadata;
  if (name !== target.name) throw badRequest(`the name of the object (${name}) does not match the name on the URL (${target.name})`);
  if (uid) throw conflict(kind, target.name, `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`);
  checkCreate();
  return create(context, { target, object, dryRun, caller, manager: undefined });
}

/** The merged object as one of its kind. */
export function decodeApplied<T extends KubeObject>(
  kind: Pick<KindDefinition<T>, 'group' | 'version' | 'kind' | 'schema' | 'custom'>,
  document: JsonObject,
  { apiVersion }: Pick<ManagedKind, 'apiVersion'>,
): T {
  try {
    return decodeValue<T>(kind, document, { fieldValidation: 'Ignore' }).object;
  } catch (error) {
    if (!isApiError(error, 'BadRequest')) throw error;
    const { name = '', namespace = '' } = (document.metadata ?? {}) as { readonly name?: string; readonly namespace?: string };
    const named = `${namespace}/${name}; ${kind.group}/${kind.version}, Kind=${kind.kind}`;
    throw unknownError(`failed to convert new object (${named}) to proper version (${apiVersion}): ${error.message}`);
  }
}

/** Fields that were given twice. Throws BadRequest where they are not allowed. */
export function warnOfDuplicates({
  patch: { duplicates = [] },
  fieldValidation,
  caller,
}: Pick<ApplyRequest, 'patch' | 'fieldValidation' | 'caller'>): void {
  if (duplicates.length === 0 || fieldValidation === 'Ignore') return;
  const lines = duplicates.map((path) => `key ${JSON.stringify(path.split('.').at(-1) ?? path)} already set in map`);
  const problem = `error converting YAML to JSON: yaml: unmarshal errors:\n${lines.map((line) => `  ${line}`).join('\n')}`;
  if (fieldValidation === 'Strict') throw badRequest(`error strict decoding YAML: ${problem}`);
  caller.warn(problem);
}
