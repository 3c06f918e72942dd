/**
 * A CustomResourceDefinition as kinds: one for each version that it serves. From here on nobody needs to know where a kind came from.
 * Upstream: apiextensions-apiserver/pkg/registry/customresource and pkg/apiserver/customresource_handler.go.
 */
import type { Decoded } from '../decode.ts';
import type { UnknownField } from '../decode-scalars.ts';
import { internalError } from '../errors.ts';

import { apiVersionOf, type KindDefinition, kind, type ScalePaths } from '../kind.ts';
import type { Json, JsonObject, KubeObject } from '../object.ts';
import type {
  CustomResourceDefinition,
  CustomResourceDefinitionVersion,
  CustomResourceSubresourceScale,
  SelectableField,
} from '../types.gen.ts';
import { customColumns } from './columns.ts';
import { withDefaults } from './defaults.ts';
import { compareVersions, hasStatus, isTrue, storageVersionOf } from './definition.ts';
import { customDocument } from './document.ts';
import { parseJsonPath, simplePath, valueAt } from './json-path.ts';
import { pruneObject } from './prune.ts';
import { customRules } from './rules.ts';
import { isObject, type Schema, withMember } from './schema.ts';
import { customTyped } from './typed.ts';

/** The best version first. Names are those that were accepted. */
export function customKinds(definition: CustomResourceDefinition): readonly KindDefinition[] {
  return definition.spec.versions
    .filter(({ served }) => served)
    .toSorted((a, b) => compareVersions(a.name, b.name))
    .map((version) => customKind(definition, version));
}

function customKind(definition: CustomResourceDefinition, version: CustomResourceDefinitionVersion): KindDefinition {
  const { spec, status, metadata } = definition;
  const names = status?.acceptedNames ?? spec.names;
  const address = { group: spec.group, version: version.name, kind: names.kind };
  const schema: Schema = version.schema?.openAPIV3Schema ?? {};
  const scale = version.subresources?.scale;
  const selectable = version.selectableFields ?? [];
  const rules = customRules({ schema, scale });
  return kind<KubeObject>({
    ...address,
    plural: names.plural,
    singular: names.singular ?? '',
    listKind: names.listKind ?? `${names.kind}List`,
    shortNames: names.shortNames ?? [],
    categories: names.categories ?? [],
    namespaced: spec.scope === 'Namespaced',
    schema: '',
    hasStatus: hasStatus(version),
    hasGeneration: true,
    storage: storedAs(definition, version, schema),
    custom: {
      definition: metadata.name ?? '',
      isTerminating: isTrue(definition, 'Terminating') || metadata.deletionTimestamp !== undefined,
      decode: (value) => decoded(value, schema),
      document: customDocument(address, schema),
      typed: customTyped(schema),
      fingerprint: `${metadata.uid ?? ''} ${metadata.generation ?? 0} ${JSON.stringify(names)}`,
    },
    returnsDeleted: false,
    needsVersion: true,
    takesAnyFinalizer: true,
    ...(scale ? { scale: scalePaths(scale) } : {}),
    ...(version.deprecated ? { deprecation: version.deprecationWarning ?? `${apiVersionOf(address)} ${names.kind} is deprecated` } : {}),
    ...(selectable.length > 0 ? { selectableFields: selectableFields(selectable) } : {}),
    ...(hasStatus(version) ? { prepareCreate: withoutStatus } : {}),
    ...rules,
    columns: customColumns(version),
  });
}

function decoded(value: JsonObject, schema: Schema): Decoded {
  const unknown: UnknownField[] = [];
  const pruned = pruneObject(value, schema, { onUnknown: (path) => unknown.push({ path }) });
  const { metadata = {}, ...rest } = completed(pruned, schema);
  return { value: { ...rest, metadata }, unknown: unknown.toSorted((a, b) => (a.path < b.path ? -1 : 1)) };
}
function completed(object: JsonObject, schema: Schema): JsonObject {
  const { metadata, ...rest } = object;
  // An object stays one; metadata has no defaults.
  const filled = withDefaults(rest, schema) as JsonObject;
  return metadata === undefined ? filled : filled === rest ? object : { ...filled, metadata };
}

/** All versions lie in the store as the one that is marked so; only `apiVersion` differs where nobody converts. */
function storedAs(
  definition: CustomResourceDefinition,
  { name }: CustomResourceDefinitionVersion,
  schema: Schema,
): NonNullable<KindDefinition['storage']> {
  const { group, names } = definition.spec;
  const own = apiVersionOf({ group, version: name });
  const stored = apiVersionOf({ group, version: storageVersionOf(definition) });
  return {
    group,
    plural: names.plural,
    isVersion: true,
    toStorage: (object) => ({ ...object, apiVersion: stored }),
    fromStorage(object) {
      // The store holds JSON. What was written under an older schema is read under this one.
      const value = object as unknown as JsonObject;
      const read = completed(pruneObject(value, schema, { isStored: true }), schema);
      return { ...read, apiVersion: own } as unknown as KubeObject;
    },
  };
}

function withoutStatus(object: KubeObject): KubeObject {
  const { status: _, ...rest } = object as KubeObject & { readonly status?: unknown };
  return rest;
}

function selectableFields(fields: readonly SelectableField[]): Readonly<Record<string, (object: KubeObject) => string>> {
  return Object.fromEntries(
    fields.map(({ jsonPath }) => {
      const read = parseJsonPath(jsonPath);
      return [jsonPath.replace(/^\./, ''), (object: KubeObject) => String(read(object as unknown as Json)[0] ?? '')];
    }),
  );
}

function scalePaths({ specReplicasPath, statusReplicasPath, labelSelectorPath }: CustomResourceSubresourceScale): ScalePaths<KubeObject> {
  const numberAt = (object: KubeObject, path: string): number | undefined => {
    const value = valueAt(object, simplePath(path));
    return typeof value === 'number' ? value : undefined;
  };
  return {
    path: simplePath(specReplicasPath),
    replicas(object) {
      const replicas = numberAt(object, specReplicasPath);
      if (replicas === undefined)
        throw internalError(new Error(`the spec replicas field ${JSON.stringify(specReplicasPath)} does not exist`));
      return replicas;
    },
    withReplicas: (object, replicas) =>
      withValueAt(object as unknown as JsonObject, simplePath(specReplicasPath), replicas) as unknown as KubeObject,
    statusReplicas: (object) => numberAt(object, statusReplicasPath) ?? 0,
    selector: (object) => {
      const value = labelSelectorPath ? valueAt(object, simplePath(labelSelectorPath)) : undefined;
      return typeof value === 'string' ? value : '';
    },
  };
}
function withValueAt(object: JsonObject, [name = '', ...rest]: readonly string[], value: Json): JsonObject {
  if (rest.length === 0) return withMember(object, name, value);
  const inner = Object.hasOwn(object, name) ? object[name] : undefined;
  return withMember(object, name, withValueAt(isObject(inner) ? inner : {}, rest, value));
}
