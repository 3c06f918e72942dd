/**
 * Keeps metadata.managedFields over every write, and applies configurations. Upstream: apimachinery's util/managedfields/internal:
 * fieldmanager.go, managedfieldsupdater.go, skipnonapplied.go, structuredmerge.go.
 */
import { badRequest, unknownError } from '../errors.ts';
import type { JsonObject, KubeObject } from '../object.ts';
import type { ManagedFieldsEntry } from '../types.gen.ts';
import { conflictError } from './conflict.ts';
import { isEmpty, unionOf } from './field-set.ts';
import { isForcedByLastApplied, withLastApplied } from './last-applied.ts';
import {
  capped,
  identityOf,
  type Manager,
  type ManagerIdentity,
  type Managers,
  readManagers,
  withoutIdentity,
  writeManagers,
} from './managers.ts';
import { type Applied, applyConfig, trackUpdate, type Updating } from './updater.ts';
import { typeProblems } from './validate.ts';

/** A kind and the part of it that is written. */
export interface ManagedKind extends Updating {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** What the first object is compared with. */
  readonly empty: JsonObject;
  /** Empty for the whole object. */
  readonly subresource: string;
}
export interface Writer {
  readonly manager: string;
  /** RFC 3339. */
  readonly now: string;
}

// Objects of the API are JSON.
const json = (object: KubeObject): JsonObject => object as unknown as JsonObject;

export function withManagedFields<T extends KubeObject>(object: T, managedFields: readonly ManagedFieldsEntry[] | undefined): T {
  if (object.metadata.managedFields === managedFields && (managedFields !== undefined || !('managedFields' in object.metadata)))
    return object;
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata: managedFields === undefined ? metadata : { ...metadata, managedFields } };
}

const nobody: Managers = new Map();
type Entries = readonly ManagedFieldsEntry[] | undefined;
function readOr(entries: Entries, stored: Entries, fallback: () => Managers): Managers {
  try {
    const managers = readManagers(entries ?? [], stored);
    return managers.size === 0 ? fallback() : managers;
  } catch {
    // What cannot be read is taken for absent, as upstream.
    return fallback();
  }
}

function liveManagers({ metadata }: KubeObject): Managers {
  return readOr(metadata.managedFields, metadata.managedFields, () => nobody);
}

/** An empty list, or one empty entry: start anew. */
function isReset(entries: readonly ManagedFieldsEntry[] | undefined): boolean {
  if (entries === undefined) return false;
  const [first, ...more] = entries;
  return first === undefined || (more.length === 0 && Object.values(first).every((value) => value === undefined || value === ''));
}

export interface Written {
  /** Undefined at creation. */
  readonly live: KubeObject | undefined;
  readonly next: KubeObject;
}

/** `next` with who owns what after a write that is no apply. */
export function tracked(kind: ManagedKind, { live, next }: Written, { manager, now }: Writer): KubeObject {
  const before = live ? liveManagers(live) : nobody;
  const given = next.metadata.managedFields;
  // Writers of a part have no say in it.
  const managers =
    kind.subresource !== ''
      ? before
      : isReset(given)
        ? nobody
        : given === undefined
          ? before
          : readOr(given, live?.metadata.managedFields, () => before);
  // An object that nobody tracks from its beginning is tracked from the first apply on.
  if (managers.size === 0 && live) return withManagedFields(next, undefined);
  const identity = {
    manager: manager || 'unknown',
    operation: 'Update',
    apiVersion: kind.apiVersion,
    subresource: kind.subresource,
  } as const;
  const change = { old: live ? json(withManagedFields(live, undefined)) : kind.empty, next: json(withManagedFields(next, undefined)) };
  const after = withGained(kind, { change, managers, identity, now });
  const isSame = after.size === managers.size && [...after].every(([key, one]) => managers.get(key) === one);
  return withManagedFields(next, isSame && managers === before && live ? live.metadata.managedFields : writeManagers(after));
}

interface Gain {
  readonly change: { readonly old: JsonObject; readonly next: JsonObject };
  readonly managers: Managers;
  readonly identity: ManagerIdentity;
  readonly now: string;
}
function withGained(kind: ManagedKind, { change, managers, identity, now }: Gain): Managers {
  const { managers: after, gained } = trackUpdate(kind, change, managers);
  const fields = withoutIdentity(gained);
  if (fields) {
    const key = identityOf(identity);
    const previous = after.get(key);
    after.set(key, { ...identity, time: now, fields: previous ? unionOf(fields, previous.fields) : fields });
  }
  return capped(after);
}

export interface Application {
  /** Undefined: it is created. */
  readonly live: KubeObject | undefined;
  /** As it was sent. */
  readonly config: JsonObject;
  readonly force: boolean;
}

/** The object as JSON, with its managedFields; not yet decoded. Throws an ApiError: 409 for conflicts. */
export function applied(kind: ManagedKind, { live, config, force }: Application, { manager, now }: Writer): JsonObject {
  checkConfig(kind, config);
  const old = live ? json(withManagedFields(live, undefined)) : kind.empty;
  const known = live ? liveManagers(live) : nobody;
  const first = { manager: 'before-first-apply', operation: 'Update', apiVersion: kind.apiVersion, subresource: kind.subresource } as const;
  const managers =
    known.size > 0 || !live ? known : withGained(kind, { change: { old: kind.empty, next: old }, managers: known, identity: first, now });
  const applier = { manager, operation: 'Apply', apiVersion: kind.apiVersion, subresource: kind.subresource } as const;
  const result = applyConfig(kind, { live: old, config, managers, applier });
  refuseConflicts(kind, result, { old, config, manager, force });
  const object = manager === 'kubectl' ? withLastApplied(result.object ?? old, config) : (result.object ?? old);
  const entries = writeManagers(settled(result, identityOf(applier), now));
  const metadata = { ...(object.metadata as JsonObject | undefined), ...(entries ? { managedFields: entries } : {}) };
  return { ...object, metadata } as unknown as JsonObject;
}

/** The applier's time rises when the object changes. */
function settled({ object, managers }: Applied, identity: string, now: string): Managers {
  const mine = managers.get(identity);
  const fields = mine && !isEmpty(mine.fields) ? withoutIdentity(mine.fields) : undefined;
  const after = new Map<string, Manager>(managers);
  if (mine && fields) after.set(identity, { ...mine, fields, time: object ? now : mine.time });
  else after.delete(identity);
  return after;
}

interface Applying {
  readonly old: JsonObject;
  readonly config: JsonObject;
  readonly manager: string;
  readonly force: boolean;
}
function refuseConflicts(kind: ManagedKind, { conflicts }: Applied, { old, config: _, manager, force }: Applying): void {
  if (force || conflicts.length === 0) return;
  const left = manager === 'kubectl' ? isForcedByLastApplied(kind, old, conflicts) : conflicts;
  if (left.length > 0) throw conflictError(left);
}

const goKind = ({ group, version, kind }: Pick<ManagedKind, 'group' | 'version' | 'kind'>): string => `${group}/${version}, Kind=${kind}`;

function checkConfig(kind: ManagedKind, config: JsonObject): void {
  const [group, version] = groupAndVersion(String(config.apiVersion ?? ''));
  const given = { group, version, kind: String(config.kind ?? '') };
  if (goKind(given) !== goKind(kind)) throw badRequest(`invalid object type: ${goKind(given)}`);
  const metadata = (config.metadata ?? {}) as JsonObject;
  if (metadata.managedFields !== undefined && metadata.managedFields !== null) throw badRequest('metadata.managedFields must be nil');
  const type = kind.view(kind.apiVersion)?.type;
  const problem = type && typeProblems(config, type);
  if (problem === undefined) return;
  const named = `${metadata.namespace ?? ''}/${metadata.name ?? ''}; ${goKind(given)}`;
  throw unknownError(`failed to create typed patch object (${named}): ${problem}`);
}
function groupAndVersion(apiVersion: string): readonly [string, string] {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? ['', apiVersion] : [apiVersion.slice(0, slash), apiVersion.slice(slash + 1)];
}

/** What is wrong with entries that somebody changed; undefined: nothing. */
export function unreadable(entries: readonly ManagedFieldsEntry[] | undefined): string | undefined {
  try {
    readManagers(entries ?? []);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
