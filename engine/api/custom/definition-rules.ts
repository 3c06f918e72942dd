/** What a CustomResourceDefinition may say. Upstream: pkg/apis/apiextensions/validation/validation.go. */
import { type FieldError, forbiddenValue, invalidValue, notSupported, Path, required, tooMany } from '../field-error.ts';
import type {
  CustomResourceColumnDefinition,
  CustomResourceConversion,
  CustomResourceDefinition,
  CustomResourceDefinitionNames,
  CustomResourceDefinitionVersion,
  CustomResourceSubresourceScale,
  SelectableField,
} from '../types.gen.ts';
import { invalidEach } from '../validation/fields.ts';
import { dns1035LabelProblems, dns1123SubdomainProblems } from '../validation/names.ts';
import { approvalErrors } from './approval.ts';
import { hasStatus } from './definition.ts';
import { simplePath } from './json-path.ts';
import { propertyOf, type Schema } from './schema.ts';
import { schemaErrors } from './schema-rules.ts';

type Errors = readonly FieldError[];

export function definitionErrors(definition: CustomResourceDefinition): Errors {
  const { metadata, spec, status } = definition;
  const path = new Path('spec');
  const isNamed = metadata.name === `${spec.names.plural}.${spec.group}`;
  return [
    ...(isNamed ? [] : [invalidValue(new Path('metadata').at('name'), metadata.name, 'must be spec.names.plural+"."+spec.group')]),
    ...groupErrors(spec.group, path.at('group')),
    ...scopeErrors(spec.scope, path.at('scope')),
    ...versionsErrors(spec.versions, path.at('versions')),
    ...neededNames(spec.names, path.at('names')),
    ...nameErrors(spec.names, path.at('names')),
    ...conversionErrors(spec.conversion, path.at('conversion')),
    ...nameErrors(status?.acceptedNames, new Path('status').at('acceptedNames')),
    ...storedVersionErrors(definition),
    ...approvalErrors(definition),
    ...(spec.preserveUnknownFields
      ? [
          invalidValue(
            path.at('preserveUnknownFields'),
            true,
            'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead',
          ),
        ]
      : []),
  ];
}

function groupErrors(group: string, path: Path): Errors {
  if (group === '') return [required(path)];
  const problems = dns1123SubdomainProblems(group);
  if (problems.length > 0) return [invalidValue(path, group, problems.join(','))];
  return group.includes('.') ? [] : [invalidValue(path, group, 'should be a domain with at least one dot')];
}
function scopeErrors(scope: string, path: Path): Errors {
  const scopes = ['Cluster', 'Namespaced'];
  if (scope === '') return [required(path)];
  return scopes.includes(scope) ? [] : [notSupported(path, scope, scopes)];
}

function versionsErrors(versions: readonly CustomResourceDefinitionVersion[], path: Path): Errors {
  const names = versions.map(({ name }) => name);
  return [
    ...versions.flatMap(({ schema }, index) => (schema?.openAPIV3Schema ? [] : [required(path.at(index, 'schema', 'openAPIV3Schema'))])),
    ...versions.flatMap((version, index) => versionErrors(version, path.at(index))),
    ...(new Set(names).size < names.length ? [invalidValue(path, versions, 'must contain unique version names')] : []),
    ...(versions.filter(({ storage }) => storage).length === 1
      ? []
      : [invalidValue(path, versions, 'must have exactly one version marked as storage version')]),
  ];
}

function versionErrors(version: CustomResourceDefinitionVersion, path: Path): Errors {
  const { name, schema, subresources, additionalPrinterColumns = [], selectableFields = [] } = version;
  const problems = dns1035LabelProblems(name);
  const openApi = schema?.openAPIV3Schema;
  return [
    ...(problems.length > 0 ? [invalidValue(path.at('name'), name, problems.join(','))] : []),
    ...warningErrors(version, path.at('deprecationWarning')),
    ...(openApi ? schemaErrors(openApi, path.at('schema', 'openAPIV3Schema'), { hasStatus: hasStatus(version) }) : []),
    ...(subresources?.scale ? scaleErrors(subresources.scale, path.at('subresources')) : []),
    ...additionalPrinterColumns.flatMap((column, index) => columnErrors(column, path.at('additionalPrinterColumns', index))),
    ...(openApi ? selectableErrors(selectableFields, openApi, path.at('selectableFields')) : []),
  ];
}

const maxWarning = 256;
function warningErrors({ deprecated, deprecationWarning }: CustomResourceDefinitionVersion, path: Path): Errors {
  if (deprecationWarning === undefined) return [];
  const problems = [
    ...(deprecated ? [] : ['can only be set for deprecated versions']),
    ...(deprecationWarning.length > maxWarning ? [`must be <= ${maxWarning} characters long`] : []),
    ...(deprecationWarning === '' ? ['must not be an empty string'] : []),
  ];
  const control = deprecationWarning.search(/[\p{C}\u2028\u2029]/u);
  if (control >= 0) problems.push(`must only contain printable UTF-8 characters; non-printable character found at index ${control}`);
  return invalidEach(path, deprecationWarning, problems);
}

function pathErrors(text: string | undefined, path: Path): Errors {
  if (!text) return [required(path)];
  return text.startsWith('.') ? [] : [invalidValue(path, text, 'must be a simple json path starting with .')];
}
function scaleErrors(scale: CustomResourceSubresourceScale, path: Path): Errors {
  const under = (text: string, at: Path, roots: readonly string[], problem: string): Errors => {
    const errors = pathErrors(text, at);
    return errors.length > 0 || roots.some((root) => text.startsWith(root)) ? errors : [invalidValue(at, text, problem)];
  };
  const { specReplicasPath, statusReplicasPath, labelSelectorPath } = scale;
  return [
    ...under(specReplicasPath, path.at('scale.specReplicasPath'), ['.spec.'], 'should be a json path under .spec'),
    ...under(statusReplicasPath, path.at('scale.statusReplicasPath'), ['.status.'], 'should be a json path under .status'),
    ...(labelSelectorPath
      ? under(
          labelSelectorPath,
          path.at('scale.labelSelectorPath'),
          ['.spec.', '.status.'],
          'should be a json path under either .spec or .status',
        )
      : []),
  ];
}

const columnTypes: readonly string[] = ['boolean', 'date', 'integer', 'number', 'string'];
const columnFormats: readonly string[] = ['byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password'];
function columnErrors({ name, type, format, jsonPath }: CustomResourceColumnDefinition, path: Path): Errors {
  const problem = `must be one of ${columnTypes.join(',')}`;
  const typeErrors =
    type === '' ? [required(path.at('type'), problem)] : columnTypes.includes(type) ? [] : [invalidValue(path.at('type'), type, problem)];
  return [
    ...(name === '' ? [required(path.at('name'))] : []),
    ...typeErrors,
    ...(format && !columnFormats.includes(format)
      ? [invalidValue(path.at('format'), format, `must be one of ${columnFormats.join(',')}`)]
      : []),
    ...pathErrors(jsonPath, path.at('JSONPath')),
  ];
}

const maxSelectable = 8;
function selectableErrors(fields: readonly SelectableField[], schema: Schema, path: Path): Errors {
  const paths = fields.map(({ jsonPath }) => jsonPath);
  return [
    ...paths.flatMap((jsonPath, index): Errors => {
      const at = path.at(index, 'jsonPath');
      if (jsonPath === '') return [required(at)];
      const names = simplePath(jsonPath);
      const target = names.reduce<Schema | undefined>((part, name) => propertyOf(part, name), schema);
      if (names[0] === 'metadata') return [invalidValue(at, jsonPath, 'must not point to fields in metadata')];
      if (!jsonPath.startsWith('.') || !target) return [invalidValue(at, jsonPath, 'is an invalid path: does not refer to a valid field')];
      const isPlain = ['string', 'boolean', 'integer'].includes(target.type ?? '');
      const wrong = 'must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.';
      return [
        ...(isPlain ? [] : [invalidValue(at, jsonPath, wrong)]),
        ...(paths.indexOf(jsonPath) < index
          ? [{ type: 'FieldValueDuplicate' as const, field: String(at), message: `Duplicate value: ${JSON.stringify(jsonPath)}` }]
          : []),
      ];
    }),
    ...(new Set(paths).size > maxSelectable ? [tooMany(path, new Set(paths).size, maxSelectable)] : []),
  ];
}

function neededNames(names: CustomResourceDefinitionNames, path: Path): Errors {
  return (['plural', 'singular', 'kind', 'listKind'] as const).flatMap((name) => (names[name] ? [] : [required(path.at(name))]));
}
function nameErrors(names: CustomResourceDefinitionNames | undefined, path: Path): Errors {
  if (!names) return [];
  const plain = (value: string | undefined, at: Path): Errors => {
    const problems = value ? dns1035LabelProblems(value) : [];
    return problems.length > 0 ? [invalidValue(at, value, problems.join(','))] : [];
  };
  const capital = (value: string | undefined, at: Path): Errors => {
    const problems = value ? dns1035LabelProblems(value.toLowerCase()) : [];
    return problems.length > 0 ? [invalidValue(at, value, `may have mixed case, but should otherwise match: ${problems.join(',')}`)] : [];
  };
  return [
    ...plain(names.plural, path.at('plural')),
    ...plain(names.singular, path.at('singular')),
    ...capital(names.kind, path.at('kind')),
    ...capital(names.listKind, path.at('listKind')),
    ...(names.shortNames ?? []).flatMap((name, index) => plain(name, path.at('shortNames', index))),
    ...(names.kind && names.kind === names.listKind
      ? [invalidValue(path.at('listKind'), names.listKind, 'kind and listKind may not be the same')]
      : []),
    ...(names.categories ?? []).flatMap((name, index) => plain(name, path.at('categories', index))),
  ];
}

const strategies: readonly string[] = ['None', 'Webhook'];
function conversionErrors(conversion: CustomResourceConversion | undefined, path: Path): Errors {
  if (!conversion) return [];
  const { strategy, webhook } = conversion;
  if (strategy === '') return [required(path.at('strategy'))];
  if (!strategies.includes(strategy)) return [notSupported(path.at('strategy'), strategy, strategies)];
  const config = path.at('webhookClientConfig');
  const reviewed = path.at('conversionReviewVersions');
  const reviews = webhook?.conversionReviewVersions ?? [];
  if (strategy === 'None')
    return [
      ...(webhook?.clientConfig ? [forbiddenValue(config, 'should not be set when strategy is not set to Webhook')] : []),
      ...(reviews.length > 0 ? [forbiddenValue(reviewed, 'should not be set when strategy is not set to Webhook')] : []),
    ];
  const { clientConfig } = webhook ?? {};
  return [
    ...(clientConfig ? [] : [required(config, 'required when strategy is set to Webhook')]),
    ...(clientConfig && (clientConfig.url === undefined) === (clientConfig.service === undefined)
      ? [required(config, 'exactly one of url or service is required')]
      : []),
    ...(reviews.length === 0 ? [required(reviewed)] : []),
    ...(reviews.length > 0 && !reviews.some((version) => version === 'v1' || version === 'v1beta1')
      ? [invalidValue(reviewed, reviews, 'must include at least one of v1, v1beta1')]
      : []),
  ];
}

function storedVersionErrors({ spec, status }: CustomResourceDefinition): Errors {
  const path = new Path('status').at('storedVersions');
  const stored = status?.storedVersions ?? [];
  if (stored.length === 0) return [invalidValue(path, stored, 'must have at least one stored version')];
  return [
    ...spec.versions.flatMap(({ storage, name }) =>
      storage && !stored.includes(name) ? [invalidValue(path, stored, `must have the storage version ${name}`)] : [],
    ),
    ...stored.flatMap((version, index) =>
      spec.versions.some(({ name }) => name === version)
        ? []
        : [
            invalidValue(
              path.at(index),
              version,
              `missing from spec.versions; ${version} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${version} and removes ${version} from status.storedVersions`,
            ),
          ],
    ),
  ];
}
