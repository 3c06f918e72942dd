/** CustomResourceDefinitions. Upstream: apiextensions-apiserver/pkg/registry/customresourcedefinition and pkg/apis/apiextensions/v1/defaults.go. */
import { cleanupFinalizer, isTrue, storageVersionOf, withCondition } from '../../custom/definition.ts';
import { definitionErrors } from '../../custom/definition-rules.ts';
import { unknownFormats } from '../../custom/formats.ts';
import { type FieldError, Path } from '../../field-error.ts';
import { kind, type WriteContext } from '../../kind.ts';
import type { CustomResourceDefinition } from '../../types.gen.ts';
import { immutable } from '../../validation/fields.ts';

function withDefaults(definition: CustomResourceDefinition): CustomResourceDefinition {
  const { spec } = definition;
  const { names, conversion = { strategy: 'None' } } = spec;
  const singular = names.singular || names.kind.toLowerCase();
  const listKind = names.listKind || (names.kind ? `${names.kind}List` : undefined);
  const service = conversion.webhook?.clientConfig?.service;
  const converted =
    service && service.port === undefined
      ? {
          ...conversion,
          webhook: { ...conversion.webhook, clientConfig: { ...conversion.webhook?.clientConfig, service: { ...service, port: 443 } } },
        }
      : conversion;
  // The spread keeps what was there; only what is missing is added.
  return {
    ...definition,
    spec: { ...spec, names: { ...names, singular, ...(listKind ? { listKind } : {}) }, conversion: converted },
  } as CustomResourceDefinition;
}

/** Versions in which objects may lie in the store: once there, it is for an administrator to say when there are none left. */
function withStoredVersion(definition: CustomResourceDefinition): CustomResourceDefinition {
  const version = storageVersionOf(definition);
  const stored = definition.status?.storedVersions ?? [];
  if (version === '' || stored.includes(version)) return definition;
  return { ...definition, status: { ...definition.status, storedVersions: [...stored, version] } };
}

function prepareCreate(definition: CustomResourceDefinition): CustomResourceDefinition {
  return withStoredVersion({ ...definition, status: {} });
}

/** Its objects go first. */
function prepareDelete(definition: CustomResourceDefinition, { now }: WriteContext): CustomResourceDefinition {
  const { metadata, status } = definition;
  const { finalizers = [] } = metadata;
  const conditions = withCondition(
    status?.conditions ?? [],
    {
      type: 'Terminating',
      status: 'True',
      reason: 'InstanceDeletionPending',
      message: 'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon',
    },
    now,
  );
  const held = finalizers.includes(cleanupFinalizer) ? finalizers : [...finalizers, cleanupFinalizer];
  return { ...definition, metadata: { ...metadata, finalizers: held }, status: { ...status, conditions } };
}

function validateUpdate(next: CustomResourceDefinition, old: CustomResourceDefinition): readonly FieldError[] {
  const path = new Path('spec');
  const fixed = isTrue(old, 'Established')
    ? [
        ...immutable(path.at('scope'), next.spec.scope, old.spec.scope),
        ...immutable(path.at('names', 'kind'), next.spec.names.kind, old.spec.names.kind),
      ]
    : [];
  return [
    ...fixed,
    ...immutable(path.at('group'), next.spec.group, old.spec.group),
    ...immutable(path.at('names', 'plural'), next.spec.names.plural, old.spec.names.plural),
  ];
}

function warnings({ spec }: CustomResourceDefinition): readonly string[] {
  return spec.versions.flatMap(({ schema }) =>
    unknownFormats(schema?.openAPIV3Schema).map((format) => `unrecognized format ${JSON.stringify(format)}`),
  );
}

export const customResourceDefinition = kind<CustomResourceDefinition>({
  group: 'apiextensions.k8s.io',
  kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions',
  shortNames: ['crd', 'crds'],
  categories: ['api-extensions'],
  namespaced: false,
  hasStatus: true,
  hasGeneration: true,
  needsVersion: true,
  takesAnyFinalizer: true,
  defaults: withDefaults,
  prepareCreate,
  prepareUpdate: withStoredVersion,
  prepareDelete,
  validate: definitionErrors,
  validateUpdate,
  warnings,
  // Upstream prints the name and when it was created.
  columns: [],
});
