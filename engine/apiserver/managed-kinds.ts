/** Who is told as the owner of what, and how the fields of a resource are seen in each of its versions. Upstream: apiserver's endpoints/installer.go. */

import type { KindDefinition } from '../api/kind.ts';
import { builtInSchema } from '../api/managed-fields/built-in-schema.ts';
import type { ManagedKind } from '../api/managed-fields/field-manager.ts';
import { type FieldSet, intersectionOf, recursiveDifferenceOf, setOf } from '../api/managed-fields/field-set.ts';
import { deduced, type TypedSchema } from '../api/managed-fields/typed-schema.ts';
import type { VersionView } from '../api/managed-fields/updater.ts';
import type { JsonObject, KubeObject } from '../api/object.ts';
import type { Caller } from './context.ts';
import type { Registry } from './registry.ts';
import type { Resource } from './resource.ts';

const maxNameLength = 128;

/** What stands before the first slash of a User-Agent. */
export function agentName(userAgent: string | undefined): string {
  const [name = ''] = (userAgent ?? '').split('/', 1);
  return name.replace(/\p{C}/gu, '').slice(0, maxNameLength);
}

/** Who writes, as managedFields name them. */
export function managerOf({ fieldManager }: { readonly fieldManager: string }, { agent }: Caller): string {
  return fieldManager || agent;
}

export function typedSchemaOf(kind: Pick<KindDefinition, 'schema' | 'custom' | 'group' | 'version' | 'kind'>): TypedSchema {
  if (!kind.custom) return builtInSchema(kind.schema);
  return kind.custom.typed ?? { type: deduced, empty: {} };
}

const status = setOf(['f:status']);
const spec = setOf(['f:spec']);
/** What an update of the status leaves alone beside the spec. */
const keptByStatus: Readonly<Record<string, FieldSet>> = {
  'apps/deployments': setOf(['f:spec'], ['f:metadata', 'f:labels']),
  '/pods': setOf(['f:spec'], ['f:metadata', 'f:deletionTimestamp'], ['f:metadata', 'f:ownerReferences']),
};

/** Upstream: the strategies' GetResetFields. */
function filterOf({ group, plural, custom, hasStatus }: KindDefinition, subresource: string): VersionView['filter'] {
  const without = (reset: FieldSet) => (fields: FieldSet) => recursiveDifferenceOf(fields, reset);
  if (subresource !== 'status') return hasStatus ? without(status) : (fields) => fields;
  return custom ? onlyStatus : without(keptByStatus[`${group}/${plural}`] ?? spec);
}
function onlyStatus(fields: FieldSet): FieldSet {
  const found = fields['f:status'];
  return found ? { 'f:status': found } : intersectionOf(fields, status);
}

/** Objects of one version as another's: both lie in the store as the same. */
function converter(from: KindDefinition, to: KindDefinition): (object: JsonObject) => JsonObject {
  if (from === to) return (object) => object;
  return (object) => {
    // Objects of the API are JSON.
    const given = object as unknown as KubeObject;
    const stored = from.storage?.toStorage(given) ?? given;
    return (to.storage?.fromStorage(stored) ?? stored) as unknown as JsonObject;
  };
}

function viewOf({ kind }: Resource, subresource: string, own: Resource): VersionView {
  return {
    type: typedSchemaOf(kind).type,
    filter: filterOf(kind, subresource),
    convert: converter(own.kind, kind),
    convertBack: converter(kind, own.kind),
  };
}

const kinds = new WeakMap<Resource, Map<string, ManagedKind>>();

export function managedKind(registry: Registry, resource: Resource, subresource = ''): ManagedKind {
  const known = kinds.get(resource) ?? new Map<string, ManagedKind>();
  kinds.set(resource, known);
  const found = known.get(subresource) ?? makeKind(registry, resource, subresource);
  known.set(subresource, found);
  return found;
}

function makeKind(registry: Registry, resource: Resource, subresource: string): ManagedKind {
  const { kind, apiVersion } = resource;
  const own = viewOf(resource, subresource, resource);
  return {
    ...{ group: kind.group, version: kind.version, kind: kind.kind, apiVersion, subresource },
    empty: { ...typedSchemaOf(kind).empty, apiVersion, kind: kind.kind },
    view(wanted) {
      if (wanted === apiVersion) return own;
      const [group = '', version = ''] = wanted.includes('/') ? wanted.split('/', 2) : ['', wanted];
      const other = registry.find(group, version, kind.plural);
      return other?.prefix === resource.prefix ? viewOf(other, subresource, resource) : undefined;
    },
  };
}
